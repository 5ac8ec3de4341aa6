package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// jsonReader reads JSON token by token, for the sake of the places.
type jsonReader struct {
	name string
	text []byte
	d    *json.Decoder
	// from is an offset of which line and column are known: places come in order.
	from, line, column int
}

func parseJSON(name string, text []byte) (*Node, error) {
	r := &jsonReader{name: name, text: text, d: json.NewDecoder(bytes.NewReader(text)), line: 1, column: 1}
	r.d.UseNumber()
	n, err := r.value(0)
	if err == nil {
		if _, extra := r.d.Token(); extra != io.EOF {
			err = errors.New("something follows the end of the document")
		}
	}
	if err == nil {
		return n, nil
	}
	at := r.place()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = r.placeOf(int(syntax.Offset))
	}
	if located, ok := errors.AsType[*Error](err); ok {
		return nil, located
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends in the middle")
	}
	return nil, &Error{At: at, Message: "this is not JSON: " + err.Error()}
}

// place is where the next token begins.
func (r *jsonReader) place() Place {
	at := int(r.d.InputOffset())
	for at < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[at]) >= 0 {
		at++
	}
	return r.placeOf(at)
}

func (r *jsonReader) placeOf(offset int) Place {
	offset = min(offset, len(r.text))
	if offset < r.from {
		r.from, r.line, r.column = 0, 1, 1
	}
	for ; r.from < offset; r.from++ {
		switch b := r.text[r.from]; {
		case b == '\n':
			r.line, r.column = r.line+1, 1
		case utf8.RuneStart(b):
			r.column++
		}
	}
	return Place{r.name, r.line, r.column}
}

func (r *jsonReader) value(depth int) (*Node, error) {
	at := r.place()
	if depth > maxDepth {
		return nil, &Error{At: at, Message: "the nesting is too deep"}
	}
	token, err := r.d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return r.list(at, depth)
		}
		return r.object(at, depth)
	case string:
		return &Node{Kind: Text, Scalar: t, At: at}, nil
	case json.Number:
		return &Node{Kind: Number, Scalar: t.String(), At: at}, nil
	case bool:
		return &Node{Kind: Bool, Scalar: fmt.Sprint(t), At: at}, nil
	}
	return &Node{At: at}, nil
}

func (r *jsonReader) list(at Place, depth int) (*Node, error) {
	n := &Node{Kind: List, At: at}
	for r.d.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.d.Token()
	return n, err
}

func (r *jsonReader) object(at Place, depth int) (*Node, error) {
	made := newMap(at)
	for r.d.More() {
		e := Entry{At: r.place()}
		key, err := r.d.Token()
		if err != nil {
			return nil, err
		}
		e.Key = key.(string) // the decoder takes nothing else for a key
		if e.Value, err = r.value(depth + 1); err != nil {
			return nil, err
		}
		if err := made.put(e); err != nil {
			return nil, err
		}
	}
	_, err := r.d.Token()
	return made.n, err
}
