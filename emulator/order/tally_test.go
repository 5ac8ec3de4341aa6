package order

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestFoundIsCalledForEachViolation(t *testing.T) {
	s := &script{}
	s.arrive(0, 0, 7, 7)
	first, second := s.form(0, 0, 0, "size"), s.form(0, 1, 1, "size")
	a, b := s.start(first, 1, journal.Cold), s.start(second, 1, journal.Warm)
	s.finish(second, b, journal.Succeeded)
	s.end(second, b, 0, 1, 1, journal.Succeeded)
	s.finish(first, a, journal.Succeeded)
	s.end(first, a, 0, 0, 0, journal.Succeeded)

	var firsts, all uint64
	var c *Checker
	c = New(Options{Witnesses: 1, Found: func(v *Violation, first bool) {
		all++
		if first {
			firsts++
		}
		if got := c.Tally().Disordered; got != firsts {
			t.Errorf("got a tally of %d within the call, want %d", got, firsts)
		}
		if v.Rule == LateCompletion && (v.Earlier.Record.Offset != 0 || v.Later == nil || v.Later.Record.Offset != 1 || v.Fix == "") {
			t.Errorf("got %+v", v)
		}
	}})
	for i := range s.entries {
		c.Add(&s.entries[i])
	}
	r := c.Report()
	if all != r.Order || firsts != r.Disordered || firsts == 0 || c.Tally() != (Tally{r.Records, r.Disordered}) {
		t.Errorf("got %d, %d first; the report has %d, %d; tally %+v", all, firsts, r.Order, r.Disordered, c.Tally())
	}
}
