package tree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// The parser of YAML takes time that grows with the square of the nesting. CloudFormation
// takes templates of up to 1 MB (its quota "template body size in a request with S3").
const (
	maxText  = 1 << 20
	maxDepth = 200
)

// Error is why a file could not be read at all.
type Error struct {
	At      Place
	Message string
	Advice  string
}

func (e *Error) Error() string { return e.At.String() + ": " + e.Message }

// Hint says what to do.
func (e *Error) Hint() string { return e.Advice }

// Load reads a file. It returns an *Error with the place for what is no YAML or JSON, and
// what the system says if the file cannot be read.
func Load(path string) (*Node, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(path)
	if !info.Mode().IsRegular() {
		return nil, &Error{At: Place{File: name}, Message: "is not a file"}
	}
	if info.Size() > maxText {
		return nil, &Error{At: Place{File: name}, Message: fmt.Sprintf("%d bytes are over the limit of %d", info.Size(), maxText)}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(name, text)
}

// fromUTF16 makes UTF-8 of a text that begins with the mark of UTF-16, which PowerShell 5
// writes for "cdk synth > template.yaml"; of no other.
func fromUTF16(text []byte) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	case !bytes.HasPrefix(text, []byte{0xFF, 0xFE}):
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for text = text[2:]; len(text) >= 2; text = text[2:] {
		units = append(units, order.Uint16(text))
	}
	return []byte(string(utf16.Decode(units)))
}

// Parse reads the text of a file; name is what places in it say. JSON is what begins with a
// brace; everything else is YAML.
func Parse(name string, text []byte) (*Node, error) {
	if len(text) > maxText {
		return nil, &Error{At: Place{File: name}, Message: fmt.Sprintf("%d bytes are over the limit of %d", len(text), maxText)}
	}
	text = bytes.TrimPrefix(fromUTF16(text), []byte("\uFEFF"))
	if strings.HasPrefix(strings.TrimSpace(string(text)), "{") {
		if n, err := parseJSON(name, text); err == nil || strings.HasSuffix(name, ".json") {
			return n, err
		}
	}
	return parseYAML(name, text)
}
