package query

import (
	"fmt"
	"strings"
)

// forms are the forms of a condition, with what they mean.
var forms = [][2]string{
	{`cust-0042`, `a word: it stands in the key or the payload of a record, or in the text or the reason of an entry, or it is the name of its function, topic, process or mapping; "in quotes" if it has spaces or signs`},
	{`fn=enrich,ship p!=3`, `a field is one of these values, or is not`},
	{`off=120410..120480 try>1`, `a range, both ends included and either may be left out; > >= < <=`},
	{`dur>500ms size>1M age<10s`, `with units: ns us ms s m h; B KB MB GB`},
	{`key~^cust-00 text!~retry`, `a regular expression finds something in it, or does not`},
	{`v.customer.tier=gold`, `what stands at this path in the JSON of the payload; a number is compared as one`},
	{`h.trace-id=abc`, `a header`},
	{`v.coupon?=X`, `equals, or is absent; without ? what is absent has no value, so only != and !~ hold`},
	{`bad`, `a predicate, see below`},
	{`a b   a & b   a | b   !a   ( )`, `and, and, or, not; and binds closer than or`},
}

// Reference is the language as tables for people, at most width characters wide.
func Reference(width int) string {
	var b strings.Builder
	b.WriteString("Conditions:\n")
	writeTable(&b, width, 30, forms)
	b.WriteString("\nFields:\n")
	var rows [][2]string
	for i := range fields {
		f := &fields[i]
		rows = append(rows, [2]string{strings.Join(append([]string{f.Name}, f.Also...), " "), fmt.Sprintf("(%s) %s", f.Type, f.Doc)})
	}
	writeTable(&b, width, 20, rows)
	b.WriteString("\nPredicates:\n")
	rows = nil
	for i := range predicates {
		rows = append(rows, [2]string{predicates[i].Name, predicates[i].Doc})
	}
	writeTable(&b, width, 20, rows)
	return b.String()
}

// writeTable writes rows of two columns; the second is broken into lines.
func writeTable(b *strings.Builder, width, first int, rows [][2]string) {
	for _, row := range rows {
		line := fmt.Sprintf("  %-*s ", first, row[0])
		for _, word := range strings.Fields(row[1]) {
			if len(line)+1+len(word) > width && strings.TrimSpace(line) != "" {
				b.WriteString(strings.TrimRight(line, " ") + "\n")
				line = strings.Repeat(" ", first+3)
			}
			line += word + " "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
