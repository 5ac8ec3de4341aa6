package lineage

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A key of 10 KB does not fill the screen, and no cause gives orders to the terminal.
func TestTextOfBadInput(t *testing.T) {
	s := &Story{Key: strings.Repeat("é", 5_000), Cuts: []string{"Error: \x1b[2J\a\u202e"}}
	var b strings.Builder
	if err := (Text{}).Write(&b, s); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if len(text) > 500 || !strings.Contains(text, "10000 bytes") || strings.Contains(text, `\xc3`) {
		t.Errorf("the key is not cut: %d bytes\n%.400s", len(text), text)
	}
	if strings.ContainsAny(text, "\x1b\a\u202e") || !strings.Contains(text, `Error: \x1b[2J\a\u202e`) {
		t.Errorf("printed as it is: %q", text)
	}
}

// The record of a failure was not made by a response.
func TestTextOfFailureRecord(t *testing.T) {
	failed := &Story{Record: Record{"in", 0, 5}, Evidence: ByIndex, Of: 1}
	s := &Story{Record: Record{"dlq", 0, 0}, Produced: &Produced{Function: "f", Via: "on-failure"}, Causes: []*Story{failed}}
	var b strings.Builder
	(Text{}).Write(&b, s)
	if !strings.Contains(b.String(), "in/0@5  (the record that it is about)") {
		t.Errorf("got\n%s", b.String())
	}
}

// A reader may have a record before it is noted that it was produced; no time is negative.
func TestReadBeforeNoted(t *testing.T) {
	arrived := journal.Entry{At: 5, Kind: journal.RecordsArrived, Mapping: "m", Topic: "in", Records: 1}
	noted := produced("in", 0, 0, journal.Entry{}, journal.Known{Key: 1})
	noted.At = 9
	src := &journal.Held{Entries: []journal.Entry{arrived, noted}}
	for i := range src.Entries {
		src.Entries[i].Seq = uint64(i + 1)
	}
	s := mustExplain(t, src, Record{"in", 0, 0}, Options{})
	if len(s.Readings) != 1 || s.Produced == nil || s.Produced.At > s.Readings[0].Arrived {
		t.Errorf("produced %+v, read %+v", s.Produced, s.Readings)
	}
}
