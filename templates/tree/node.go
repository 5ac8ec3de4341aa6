package tree

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Map
)

// String names the kind in a message.
func (k Kind) String() string {
	return [...]string{"nothing", "true or false", "a number", "a text", "a list", "a map"}[k]
}

// Place is where something stands: in a file, at a line and column from 1 on. The zero
// Place is nowhere.
type Place struct {
	File         string
	Line, Column int
}

// String is file:line:column.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Node is a value of a file. A nil *Node is a value that is not there; its methods may be
// called, and return nothing.
type Node struct {
	Kind Kind
	// Scalar is the text of a Text, and a Bool or Number as it is written.
	Scalar string
	// Items are those of a List.
	Items []*Node
	// Entries are those of a Map, in the order of the file, each key once. A short tag of
	// CloudFormation is a Map of one entry: !Ref Name is {Ref: Name}, !Sub x is
	// {"Fn::Sub": x}, !GetAtt a.b is {"Fn::GetAtt": [a, b]}.
	Entries []Entry
	At      Place
}

// Entry is a key of a map and its value.
type Entry struct {
	Key   string
	At    Place // of the key
	Value *Node // never nil
}

// Get returns the value of a key of a map, or of keys one below the other; nil if there is
// none.
func (n *Node) Get(path ...string) *Node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		n = n.child(key)
	}
	return n
}

func (n *Node) child(key string) *Node {
	for i := range n.Entries {
		if n.Entries[i].Key == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

// Is says that the value is there and of a kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// IsScalar says that the value is a text, a number, or true or false.
func (n *Node) IsScalar() bool {
	return n != nil && (n.Kind == Text || n.Kind == Number || n.Kind == Bool)
}

// Or returns n, or other where n is not there or is null.
func (n *Node) Or(other *Node) *Node {
	if n == nil || n.Kind == Null {
		return other
	}
	return n
}

// Int returns a whole number, also one that is written as a text.
func (n *Node) Int() (int, bool) {
	if n == nil || n.Kind != Number && n.Kind != Text {
		return 0, false
	}
	i, err := strconv.Atoi(strings.TrimSpace(n.Scalar))
	return i, err == nil
}

// Bool returns true or false, also where it is written as a text, as CloudFormation takes
// it.
func (n *Node) Bool() (value, ok bool) {
	if n == nil || n.Kind != Bool && n.Kind != Text {
		return false, false
	}
	switch strings.ToLower(n.Scalar) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Place is where the value stands; the zero Place for none.
func (n *Node) Place() Place {
	if n == nil {
		return Place{}
	}
	return n.At
}

// NewText returns a text that was made, not read; at says from what.
func NewText(s string, at Place) *Node { return &Node{Kind: Text, Scalar: s, At: at} }
