package platform

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// ending is how an invocation of a batch ended.
type ending struct {
	revision int32
	outcome  journal.Outcome
	outputs  int32
	reason   string
}

// noteResponse is noteEnd for an invocation that has answered, where there is an OnReload.
func (m *Machine) noteResponse(b *batch, in *Input) {
	reason := in.Reason
	if in.Outcome == journal.PartlyFailed {
		n := int32(0)
		for i := range in.Failed {
			n += in.Failed[i].Records
		}
		reason = namedInResponse(n)
	}
	m.noteEnd(b, in.Outcome, reason, in.Outputs)
}

// noteEnd notes how an invocation ended, and journals it beside the one before, if
// that failed, or is replayed, and was of an older revision.
func (m *Machine) noteEnd(b *batch, outcome journal.Outcome, reason string, outputs int32) {
	if b.request != nil || m.mappings[b.mapping].rules.onReload() == Continue {
		return
	}
	now := ending{revision: b.revision, outcome: outcome, outputs: outputs, reason: reason}
	if b.compares && now.revision > b.former.revision {
		b.compares = false
		e := m.wholeEntry(journal.BatchCompared, b)
		e.Revision, e.Outcome, e.Reason = now.revision, outcome, reason
		both := outcome == journal.Succeeded && b.former.outcome == journal.Succeeded
		e.Text = b.former.words(both) + "; " + now.words(both)
	}
	b.former = now
}

// words is "r6 function error: KeyError: 'x'". With counts it says how many outputs
// there were.
func (e *ending) words(counts bool) string {
	s := "r" + strconv.Itoa(int(e.revision)) + " " + e.outcome.String()
	switch {
	case counts && e.outputs == 1:
		s += " with 1 output"
	case counts:
		s += fmt.Sprintf(" with %d outputs", e.outputs)
	case e.reason != "":
		s += ": " + firstLine(e.reason)
	}
	return s
}

// comparedMax is how much of an error message a comparison has, in bytes.
const comparedMax = 200

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	if len(line) <= comparedMax {
		return line
	}
	end := comparedMax
	for end > 0 && line[end]&0xC0 == 0x80 { // not within a character
		end--
	}
	return line[:end] + " ..."
}
