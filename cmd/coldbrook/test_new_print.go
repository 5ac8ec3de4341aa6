package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/cases"
)

// madeCase is a case that was made, as JSON.
type madeCase struct {
	File   string        `json:"file"`
	Inputs []string      `json:"inputs"`
	Golden []string      `json:"goldens"`
	Ignore []string      `json:"ignored,omitempty"`
	Result *cases.Result `json:"result"`
}

// print says what was written.
func (n *newCase) print() error {
	m := madeCase{File: filepath.ToSlash(n.found.File), Inputs: []string{n.input.path}, Golden: []string{}, Result: n.result}
	for i := range n.text.topics {
		t := &n.text.topics[i]
		m.Golden = append(m.Golden, filepath.ToSlash(filepath.Join(n.dir, t.golden())))
		for _, path := range t.ignore {
			m.Ignore = append(m.Ignore, t.name+": "+path)
		}
	}
	out := n.cmd.OutOrStdout()
	if n.options.format.json() {
		return writeJSON(out, m)
	}
	var b strings.Builder
	fmt.Fprintln(&b, m.File)
	if n.input.written {
		fmt.Fprintf(&b, "%s: %s go in\n", n.input.path, countOf(n.input.records))
	} else {
		fmt.Fprintf(&b, "%s, as it is: %s go in\n", n.input.path, countOf(n.input.records))
	}
	for i := range n.text.topics {
		fmt.Fprintf(&b, "%s: %s of %s\n", m.Golden[i], countOf(int(n.text.topics[i].records)), n.text.topics[i].name)
	}
	for _, path := range m.Ignore {
		fmt.Fprintf(&b, "ignored, because it differs from run to run: %s\n", path)
	}
	if _, err := fmt.Fprint(out, b.String()); err != nil {
		return readerGone(err)
	}
	p := &casePrinter{out: out}
	return p.print(n.result)
}
