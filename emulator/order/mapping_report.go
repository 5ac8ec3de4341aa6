package order

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// MappingReport is what became of the records of a mapping. Counts are of records, as in
// Report.
type MappingReport struct {
	Mapping    string `json:"mapping"`
	Function   string `json:"function"`
	Topic      string `json:"topic"`
	Records    uint64 `json:"records"`
	Disordered uint64 `json:"disordered"`
	// Worst is the most places that a record was late, among the witnesses.
	Worst      int    `json:"worst,omitempty"`
	Loss       uint64 `json:"loss"`
	Duplicates uint64 `json:"duplicates"`
	// Causes are why order was broken, by all rules, the most frequent first.
	Causes []CauseCount `json:"causes,omitempty"`
}

func (r *Report) addMappings(mappings []*mapping) {
	r.Mappings = []MappingReport{}
	for _, m := range mappings {
		of := MappingReport{Mapping: m.name, Function: m.function, Records: m.begun, Disordered: m.disordered}
		if len(m.partitions) > 0 {
			of.Topic = m.partitions[0].topic
		}
		for i := range r.Groups {
			if r.Groups[i].Mapping == m.name {
				of.add(&r.Groups[i])
			}
		}
		slices.SortStableFunc(of.Causes, func(a, b CauseCount) int { return cmp.Compare(b.Count, a.Count) })
		r.Mappings = append(r.Mappings, of)
	}
	slices.SortStableFunc(r.Mappings, func(a, b MappingReport) int {
		return cmp.Or(cmp.Compare(b.Loss, a.Loss), cmp.Compare(b.Disordered, a.Disordered), cmp.Compare(b.Duplicates, a.Duplicates),
			cmp.Compare(a.Mapping, b.Mapping))
	})
}

func (m *MappingReport) add(g *Group) {
	switch g.Class {
	case OfLoss:
		m.Loss += g.Count
		return
	case OfDuplicate:
		m.Duplicates += g.Count
		return
	}
	m.Worst = max(m.Worst, g.Worst)
	for _, c := range g.Causes {
		i := slices.IndexFunc(m.Causes, func(known CauseCount) bool { return known.Cause == c.Cause })
		if i < 0 {
			i = len(m.Causes)
			m.Causes = append(m.Causes, CauseCount{Cause: c.Cause})
		}
		m.Causes[i].Count += c.Count
	}
}

// causesWritten is how many causes a line of the table names.
const causesWritten = 2

// WriteTable writes a line for each mapping: how many records it was handed, and how many
// of them were out of order, lost or duplicates, worst first. Its error is that of w.
func (r *Report) WriteTable(w io.Writer) error {
	if len(r.Mappings) == 0 {
		return nil
	}
	head := "by " + r.Domain.String()
	width := len(head)
	for i := range r.Mappings {
		width = max(width, len(r.Mappings[i].Mapping))
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%-*s\trecords\tout of order\tat most late by\tlost or open\tduplicates\t  mostly because of\n", width, head)
	for i := range r.Mappings {
		m := &r.Mappings[i]
		share := ""
		if m.Disordered > 0 && m.Records > 0 {
			share = fmt.Sprintf(" (%d%%)", max(1, 100*m.Disordered/m.Records))
		}
		late := "-"
		if m.Worst > 0 {
			late = plural(uint64(m.Worst), "place")
		}
		fmt.Fprintf(t, "%-*s\t%d\t%d%s\t%s\t%d\t%d\t  %s\n", width, m.Mapping, m.Records, m.Disordered, share, late, m.Loss, m.Duplicates, m.because())
	}
	t.Flush() // to a Builder, which does not fail
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// because names the most frequent causes.
func (m *MappingReport) because() string {
	var names []string
	for _, c := range m.Causes {
		if len(names) < causesWritten && c.Cause != UnknownCause {
			names = append(names, c.Cause.String())
		}
	}
	return strings.Join(names, ", ")
}

// WriteBrief writes the table, and below it of each mapping that broke order or lost
// records the first witness of its worst rule, with what would prevent it. Its error is
// that of w.
func (r *Report) WriteBrief(w io.Writer) error {
	if err := r.WriteTable(w); err != nil {
		return err
	}
	var b strings.Builder
	told := map[string]bool{}
	for i := range r.Groups {
		g := &r.Groups[i]
		if g.Class == OfDuplicate || told[g.Mapping] || len(g.Witnesses) == 0 {
			continue
		}
		told[g.Mapping] = true
		v := &g.Witnesses[0]
		fmt.Fprintf(&b, "%s: %s %s %s: %s\n", v.who(), clock(v.At), g.Rule, place(v.Earlier.Record), v.Sentence())
		if v.Fix != "" {
			fmt.Fprintf(&b, "  fix: %s\n", v.Fix)
		}
	}
	r.writeDoubts(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *Violation) who() string {
	if v.Mapping != "" {
		return v.Mapping
	}
	return v.Earlier.Record.Topic
}

func place(r Ref) string { return fmt.Sprintf("in %s/%d", r.Topic, r.Partition) }
