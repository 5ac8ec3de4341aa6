package emulatortest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// evidence is what expectations are judged by. World has it.
type evidence interface {
	// settled returns what has happened, once all of this instant has.
	settled() *history
	// Records returns the records of a topic that exist, partition by
	// partition in the order of offsets.
	Records(topic string) []*kgo.Record
	mappings() []mappingInfo
	// outstanding says in lines what is in no terminal state.
	outstanding() []string
	// replay says how to run this again: "seed 7".
	replay() string
	// topics and functions are the names that exist, although nothing may have
	// happened to them yet.
	topics() []string
	functions() []string
}

// mappingInfo is an event source mapping: its name, which is its consumer group,
// and what it delivers to what.
type mappingInfo struct{ name, function, topic string }

// Expectations are statements about what has happened so far, to be read as
// sentences:
//
//	w.Expect(t).Delivered("accepted", 100).NoLoss().OrderedByKey()
//	w.Expect(t).ColdStarts("validate").AtMost(3)
//	w.Expect(t).Latency("validate", 99).Below(200 * time.Millisecond)
//
// Each is judged when it is called, on all that has happened since the start. One
// that does not hold fails the test, says what was seen, tells the story of the
// first records it does not hold for from the journal, and lets the test go on.
// A function or a topic that does not exist fails it too.
//
// Expectations are for the goroutine of the test.
type Expectations struct {
	t        testing.TB
	evidence evidence
}

func newExpectations(t testing.TB, e evidence) *Expectations {
	return &Expectations{t: t, evidence: e}
}

// fail fails the test with a text, and says how to run it again.
func (x *Expectations) fail(lines ...string) {
	x.t.Helper()
	if replay := x.evidence.replay(); replay != "" {
		lines = append(lines, "run it again with "+replay)
	}
	x.t.Errorf("%s", strings.Join(lines, "\n"))
}

// knowsFunction reports whether there is a function of that name, and fails the
// test if not.
func (x *Expectations) knowsFunction(name string) bool {
	x.t.Helper()
	var names []string
	for _, m := range x.evidence.mappings() {
		names = append(names, m.function)
	}
	x.evidence.settled().read(func(t *tally) {
		for function := range t.functions {
			names = append(names, function)
		}
	})
	names = append(names, x.evidence.functions()...)
	return x.knows("function", name, names)
}

// knowsTopic reports whether there is a topic of that name, and fails the test
// if not.
func (x *Expectations) knowsTopic(name string) bool {
	x.t.Helper()
	var names []string
	for _, m := range x.evidence.mappings() {
		names = append(names, m.topic)
	}
	x.evidence.settled().read(func(t *tally) { names = append(names, t.topics()...) })
	names = append(names, x.evidence.topics()...)
	return x.knows("topic", name, names)
}

func (x *Expectations) knows(kind, name string, names []string) bool {
	x.t.Helper()
	if slices.Contains(names, name) {
		return true
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
	text := fmt.Sprintf("expected something of %s %q, which does not exist", kind, name)
	if near := emulator.DidYouMean(name, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	there := "none"
	if len(names) > 0 {
		there = strings.Join(names, ", ")
	}
	x.fail(text, "there are: "+there)
	return false
}

// complete reports whether all entries of the run are kept, and fails the test
// if not.
func (x *Expectations) complete(what string, k keptEntries) bool {
	x.t.Helper()
	if k.dropped == 0 {
		return true
	}
	x.fail(fmt.Sprintf("%s cannot be judged: of the %s of the run, the first %s are gone; judge a shorter run",
		what, count(int64(k.total), "journal entry", "journal entries"), groups(int64(k.dropped))))
	return false
}

// count writes a number with its noun: "1 record", "12,000 records".
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return groups(n) + " " + many
}

func countRecords(n int64) string { return count(n, "record", "records") }

// groups writes a number with commas: 12,000.
func groups(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// rangeOf writes offsets of a partition as sentences of the journal do.
func rangeOf(topic string, partition int32, first, last int64) string {
	if first == last {
		return fmt.Sprintf("%s/%d @%d", topic, partition, first)
	}
	return fmt.Sprintf("%s/%d @%d-%d", topic, partition, first, last)
}
