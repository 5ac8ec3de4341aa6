package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// membersShown is how many members WriteText lists of a function.
const membersShown = 12

// WriteText writes what was found, a table first, and then what differs, by function.
func (r *Recycled) WriteText(w io.Writer) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  function\trecords\tequal\tdiffers always\tdiffers, was warm\tdiffers, was fresh\tnot compared\t")
	for i := range r.Functions {
		f := &r.Functions[i]
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", f.Function, count(f.Records), count(f.Equal), count(f.Natural),
			count(f.Stale), count(f.Other), count(f.notCompared()))
	}
	t.Flush()
	for i := range r.Functions {
		r.Functions[i].write(&b)
	}
	for _, n := range r.notes() {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func count(n int) string { return Count(uint64(n)) }

func (f *RecycledFunction) notCompared() (n int) {
	for _, why := range f.NotCompared {
		n += why.Records
	}
	return n
}

// notes are those of the report, with what must be said of what was found.
func (r *Recycled) notes() []string {
	notes := r.Notes
	if r.Missed > 0 {
		notes = append(notes, fmt.Sprintf("the oldest %s entries of the first run are gone: its input was not all given again", Count(r.Missed)))
	}
	differ := false
	for i := range r.Functions {
		differ = differ || r.Functions[i].Stale+r.Functions[i].Other > 0
	}
	if differ {
		notes = append(notes, "a difference is evidence of stale state, no proof: the time, chance, and a change that fell on the other side of an event make one as well. "+
			"What differs as often where the environment was fresh in both runs is one of these; --ignore MEMBER leaves it out")
	}
	return notes
}

func (f *RecycledFunction) write(b *bytes.Buffer) {
	if len(f.Always) > 0 {
		fmt.Fprintf(b, "%s: differs always, which says nothing: %s\n", f.Function, strings.Join(f.Always, ", "))
	}
	for _, why := range f.NotCompared {
		fmt.Fprintf(b, "%s: not compared: %s: %s\n", f.Function, count(why.Records), why.Reason)
	}
	f.writeMembers(b)
	for i := range f.Witnesses {
		f.Witnesses[i].write(b, f.Function)
	}
	if f.Stale > 0 {
		fmt.Fprintf(b, "%s: fix: what a warm environment remembers goes stale: read it again for each event or after a time to live that the answer may be old, "+
			"or have the change reach the function as an event\n", f.Function)
	}
}

func (f *RecycledFunction) writeMembers(b *bytes.Buffer) {
	if len(f.Members) == 0 {
		return
	}
	fmt.Fprintf(b, "%s: what differs\n", f.Function)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  member\twas warm\twas fresh")
	for i := range f.Members[:min(len(f.Members), membersShown)] {
		m := &f.Members[i]
		fmt.Fprintf(t, "  %s\t%s of %s\t%s of %s\n", m.Member, count(m.Warm), count(m.OfWarm), count(m.Fresh), count(m.OfFresh))
	}
	t.Flush()
	if more := len(f.Members) - membersShown; more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}

func (w *RecycleWitness) write(b *bytes.Buffer, function string) {
	fmt.Fprintf(b, "%s: %s", function, w.Record)
	if w.Key != "" {
		fmt.Fprintf(b, " (key %s)", short(w.Key))
	}
	if w.Records > 1 {
		fmt.Fprintf(b, " and %d more of its batch", w.Records-1)
	}
	fmt.Fprintf(b, ": in the first run %s; in the fresh run %s\n", w.where(), w.Again)
	for _, d := range w.Differences[:min(len(w.Differences), membersShown)] {
		fmt.Fprintf(b, "    %s: %s in the first run, %s fresh\n", d.Member, orNothing(d.First), orNothing(d.Again))
	}
	if more := len(w.Differences) - membersShown; more > 0 {
		fmt.Fprintf(b, "    and %d more\n", more)
	}
}

// where says in which environment it was handled in the first run.
func (w *RecycleWitness) where() string {
	switch {
	case w.Environment == 0:
		return "no invocation ended it"
	case w.Fresh:
		return fmt.Sprintf("environment %d, fresh", w.Environment)
	}
	served := "invocations"
	if w.Served == 1 {
		served = "invocation"
	}
	return fmt.Sprintf("environment %d, warm, %s %s before, %s old", w.Environment, count(w.Served), served, journal.Duration(w.Age))
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
