package emulatortest

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestSumIsThatOfAllEncodings also when it was asked for in between, and what is
// no part of the model does not matter.
func TestSumIsThatOfAllEncodings(t *testing.T) {
	h, all := newHistory(), []byte(nil)
	for i := range 3000 {
		e := journal.Entry{Kind: journal.Output, At: int64(i), Function: "f", Text: "what a handler printed"}
		all = e.AppendModelled(all)
		e.Seq, e.Measured.Took = uint64(i), int64(i)
		h.add([]journal.Entry{e})
		if i%1000 == 0 {
			h.sum()
		}
	}
	want := sha256.Sum256(all)
	if got := h.sum(); got != hex.EncodeToString(want[:]) || got != h.entries().sum {
		t.Errorf("got %s and %s, want %x", got, h.entries().sum, want)
	}
}

func TestSumDiffersWithTheOrder(t *testing.T) {
	sum := func(kinds ...journal.Kind) string {
		h := newHistory()
		for _, k := range kinds {
			h.add([]journal.Entry{{Kind: k}})
		}
		return h.sum()
	}
	if a, b := sum(journal.Note, journal.Warning), sum(journal.Warning, journal.Note); a == b {
		t.Errorf("got %s for both orders", a)
	}
	if a, b := sum(), sum(journal.Note); a == b {
		t.Errorf("got %s with and without an entry", a)
	}
}
