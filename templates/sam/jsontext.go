package sam

import (
	"encoding/json"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// jsonOf writes a value without intrinsic functions as JSON.
func jsonOf(n *tree.Node) string {
	var b strings.Builder
	writeJSON(&b, n)
	return b.String()
}

func writeJSON(b *strings.Builder, n *tree.Node) {
	if n == nil || b.Len() > maxMade {
		b.WriteString("null")
		return
	}
	switch n.Kind {
	case tree.Null:
		b.WriteString("null")
	case tree.Bool:
		b.WriteString(n.Scalar)
	case tree.Number:
		if json.Valid([]byte(n.Scalar)) {
			b.WriteString(n.Scalar)
			return
		}
		writeJSONText(b, n.Scalar) // 0x1F, .inf: no numbers of JSON
	case tree.Text:
		writeJSONText(b, n.Scalar)
	case tree.List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case tree.Map:
		b.WriteByte('{')
		for i, entry := range n.Entries {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSONText(b, entry.Key)
			b.WriteByte(':')
			writeJSON(b, entry.Value)
		}
		b.WriteByte('}')
	}
}

func writeJSONText(b *strings.Builder, s string) {
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false) // patterns have < and >
	if encoder.Encode(s) == nil {
		b.WriteString(strings.TrimSuffix(quoted.String(), "\n"))
	}
}
