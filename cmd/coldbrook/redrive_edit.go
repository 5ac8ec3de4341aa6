package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"unicode/utf8"
)

// valueEdit is the value of a record in a file that an editor changes. Close removes it.
type valueEdit struct {
	// path is the file.
	path     string
	original []byte
	// shown is what stands in the file at first. It is the value with its JSON set out for
	// reading if compact, else the value itself.
	shown   []byte
	compact bool
}

// newValueEdit writes a value into a file whose name begins with name, for an editor. JSON
// without any space is set out for reading, and becomes like that again afterwards.
func newValueEdit(name string, value []byte) (*valueEdit, error) {
	if !utf8.Valid(value) {
		return nil, &hinted{err: errors.New("the value is no text: it cannot be edited"), hint: "--value FILE sends another one"}
	}
	e := &valueEdit{original: value, shown: value}
	suffix := ".txt"
	if isDocument(value) {
		suffix = ".json"
		var packed, set bytes.Buffer
		if json.Compact(&packed, value) == nil && bytes.Equal(packed.Bytes(), value) && json.Indent(&set, value, "", "  ") == nil {
			e.compact, e.shown = true, append(set.Bytes(), '\n')
		}
	}
	f, err := os.CreateTemp("", "coldbrook-"+name+"-*"+suffix)
	if err != nil {
		return nil, fmt.Errorf("edit: %w", err)
	}
	e.path = f.Name()
	_, err = f.Write(e.shown)
	if err = errors.Join(err, f.Close()); err != nil {
		e.Close()
		return nil, fmt.Errorf("edit: %w", err)
	}
	return e, nil
}

// isDocument reports whether a value is a JSON object or array.
func isDocument(value []byte) bool {
	trimmed := bytes.TrimSpace(value)
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(value)
}

// Close removes the file.
func (e *valueEdit) Close() { os.Remove(e.path) }

// editor is the user's editor, which may have arguments.
func editor() string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if s := strings.TrimSpace(os.Getenv(name)); s != "" {
			return s
		}
	}
	if runtime.GOOS == "windows" {
		return "notepad"
	}
	return "vi"
}

// command is what opens the user's editor on the file; where it reads and writes is the
// caller's to say. As elsewhere, the variables hold a line for the shell.
func (e *valueEdit) command() *exec.Cmd {
	if runtime.GOOS == "windows" {
		words := strings.Fields(editor())
		return exec.Command(words[0], append(words[1:], e.path)...)
	}
	return exec.Command("sh", "-c", editor()+` "$1"`, "sh", e.path)
}

// ended returns the value as it was edited, and whether that is another one; ran is the
// error of the command, with which nothing is to be sent.
func (e *valueEdit) ended(ran error) (value []byte, changed bool, err error) {
	if ran != nil {
		return nil, false, &hinted{err: fmt.Errorf("edit: %q: %w; nothing was sent", editor(), ran), hint: "VISUAL or EDITOR names the editor"}
	}
	text, err := os.ReadFile(e.path)
	if err != nil {
		return nil, false, fmt.Errorf("edit: %w; nothing was sent", err)
	}
	if bytes.Equal(text, e.shown) {
		return e.original, false, nil
	}
	value = text
	if !bytes.HasSuffix(e.original, []byte("\n")) { // editors end the last line
		value = bytes.TrimSuffix(value, []byte("\n"))
	}
	if e.compact {
		var packed bytes.Buffer
		if json.Compact(&packed, text) == nil {
			value = packed.Bytes()
		}
	}
	return value, !bytes.Equal(value, e.original), nil
}

// lostJSON reports whether a value was JSON and is none any more.
func (e *valueEdit) lostJSON(value []byte) bool { return isDocument(e.original) && !json.Valid(value) }

// diff returns the lines that differ between the value and what became of it.
func (e *valueEdit) diff(value []byte) []string {
	after := value
	var set bytes.Buffer
	if e.compact && json.Indent(&set, value, "", "  ") == nil {
		after = set.Bytes()
	}
	// The end of the last line is the editor's, as a rule.
	return lineDiff(strings.TrimSuffix(string(e.shown), "\n"), strings.TrimSuffix(string(after), "\n"))
}
