package record

import (
	"encoding/hex"
	"unicode/utf8"
)

// KeyText is how a key is shown: as it is; as bytes in hexadecimal, 0x00ff, if it is no
// text; and as "" if it is empty, so that it can be told from one that is not there.
// Of a long key it is the beginning.
func KeyText(key []byte) string {
	const most = 256
	if len(key) == 0 {
		return `""`
	}
	if !utf8.Valid(key) {
		return "0x" + hex.EncodeToString(key[:min(len(key), most)])
	}
	if len(key) > most {
		for key = key[:most]; !utf8.Valid(key); {
			key = key[:len(key)-1]
		}
	}
	return string(key)
}
