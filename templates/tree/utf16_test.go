package tree

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

func TestParseUTF16(t *testing.T) {
	for _, c := range []struct {
		name  string
		order binary.AppendByteOrder
	}{{"little", binary.LittleEndian}, {"big", binary.BigEndian}} {
		for file, text := range map[string]string{"f.yaml": "a:\r\n  b: ü𝄞\r\n", "f.json": "{\"a\":\n {\"b\": \"ü𝄞\"}}"} {
			var bytes []byte
			for _, unit := range utf16.Encode([]rune("\uFEFF" + text)) {
				bytes = c.order.AppendUint16(bytes, unit)
			}
			for cut := range 2 { // a byte too few is no panic
				n, err := Parse(file, bytes[:len(bytes)-cut])
				if cut == 0 && (err != nil || n.Get("a").Get("b").Scalar != "ü𝄞" || n.Get("a").Get("b").At.Line != 2) {
					t.Errorf("%s, %s: %v %v", c.name, file, show(n), err)
				}
			}
		}
	}
}
