package main

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// schemaText is the description of entries for people.
func schemaText(d *journal.SchemaDescription) string {
	var b strings.Builder
	fmt.Fprintf(&b, "schema %d: an entry is an object; a field that is zero is left out, except seq, at, kind and,\nwhere there is a topic, partition, first and last\n\nfields\n", d.Schema)
	for _, f := range d.Fields {
		kind := f.Type
		if f.Unit != "" {
			kind += ", " + f.Unit
		}
		fmt.Fprintf(&b, "  %-17s %-29s %s\n", f.Name, kind, f.Doc)
	}
	b.WriteString("\nkinds, and the fields that each sets\n")
	for _, k := range d.Kinds {
		fmt.Fprintf(&b, "  %s\n%s", k.Name, folded(k.Doc, 6, 100))
	}
	b.WriteString("\noutcomes\n" + folded(strings.Join(d.Outcomes, ", "), 2, 100))
	return b.String()
}

// folded breaks a text into lines of at most width, with an indent.
func folded(text string, indent, width int) string {
	var b strings.Builder
	line := strings.Repeat(" ", indent)
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > width && len(line) > indent {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", indent)
		}
		line += word + " "
	}
	return b.String() + strings.TrimRight(line, " ") + "\n"
}
