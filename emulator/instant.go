package emulator

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// instant is what reached the conductor at one moment of virtual time, in no
// order that means anything. arrange puts it into the one order in which it is
// taken, so that a run does not depend on how goroutines were scheduled.
//
// The order: entries first, by what they are about; then inputs, those of event
// sources by mapping, partition and assignment, then those of environments by
// environment, then publications by invocation, then what is deployed by function; then calls. What one goroutine
// sent about one thing keeps its order, and what merely came in pieces (records
// of one partition, batches of one producer) is put together.
type instant struct {
	entries []journal.Entry
	inputs  []message
	calls   []func()
}

func (t *instant) add(m message) {
	switch {
	case m.input != nil:
		t.inputs = append(t.inputs, m)
	case m.entry != nil:
		t.entries = append(t.entries, *m.entry)
	case m.call != nil:
		t.calls = append(t.calls, m.call)
	}
}

func (t *instant) isEmpty() bool {
	return len(t.entries) == 0 && len(t.inputs) == 0 && len(t.calls) == 0
}

func (t *instant) clear() {
	clear(t.entries)
	clear(t.inputs)
	clear(t.calls)
	t.entries, t.inputs, t.calls = t.entries[:0], t.inputs[:0], t.calls[:0]
}

func (t *instant) arrange() {
	if len(t.entries) > 1 {
		slices.SortStableFunc(t.entries, compareEntries)
		t.entries = mergeEntries(t.entries)
	}
	for i := range t.inputs {
		if produced := t.inputs[i].entries; len(produced) > 1 {
			slices.SortStableFunc(produced, compareEntries)
		}
	}
	if len(t.inputs) > 1 {
		slices.SortStableFunc(t.inputs, compareInputs)
		t.inputs = mergeInputs(t.inputs)
	}
}

// compareEntries leaves lines that one handler printed in their order.
func compareEntries(a, b journal.Entry) int {
	c := cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Environment, b.Environment),
		cmp.Compare(a.Process, b.Process))
	if c != 0 || a.Kind == journal.Output {
		return c
	}
	return cmp.Or(cmp.Compare(a.Mapping, b.Mapping), cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition),
		cmp.Compare(a.First, b.First), cmp.Compare(a.Invocation, b.Invocation), cmp.Compare(a.Text, b.Text),
		cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Records, b.Records),
		cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Outcome, b.Outcome))
}

// mergeEntries joins batches that continue each other: how a client cuts what it
// produces into batches depends on its goroutines.
func mergeEntries(entries []journal.Entry) []journal.Entry {
	kept := entries[:1]
	for _, e := range entries[1:] {
		last := &kept[len(kept)-1]
		if !continues(last, &e) {
			kept = append(kept, e)
			continue
		}
		last.Each = last.Each.Join(last.First, e.Each, e.First)
		last.Last, last.Records = e.Last, last.Records+e.Records
		last.Bytes, last.Digest = last.Bytes+e.Bytes, last.Digest+e.Digest
	}
	return kept
}

func continues(a, b *journal.Entry) bool {
	return a.Kind == journal.RecordsProduced && b.Kind == a.Kind && b.First == a.Last+1 &&
		b.Topic == a.Topic && b.Partition == a.Partition && b.Function == a.Function && b.Environment == a.Environment &&
		b.Process == a.Process && b.Mapping == a.Mapping && b.Invocation == a.Invocation && b.Reason == a.Reason
}

// class says which room an input comes from.
func class(in *platform.Input) int {
	switch in.Kind {
	case platform.Assigned, platform.LogStarted, platform.Committed, platform.Arrived, platform.Revoked, platform.Lost:
		return 0
	case platform.Ready, platform.InitError, platform.Gone, platform.Responded:
		return 1
	case platform.Published, platform.FailurePublished, platform.Delivered:
		return 2
	case platform.Deployed:
		return 3
	}
	return 4
}

// step is where an input about an assignment stands in its life.
var lifeOrder = [...]int{
	platform.Assigned: 0, platform.LogStarted: 1, platform.Committed: 2, platform.Arrived: 3,
	platform.Revoked: 4, platform.Lost: 5,
}

func compareInputs(x, y message) int {
	a, b := x.input, y.input
	at, bt := class(a), class(b)
	if at != bt {
		return cmp.Compare(at, bt)
	}
	switch at {
	case 0:
		return cmp.Or(cmp.Compare(a.Mapping, b.Mapping), cmp.Compare(a.Partition, b.Partition),
			cmp.Compare(a.Assignment, b.Assignment), cmp.Compare(lifeOrder[a.Kind], lifeOrder[b.Kind]))
	case 1:
		return cmp.Compare(a.Environment, b.Environment)
	case 2:
		return cmp.Or(cmp.Compare(a.Invocation, b.Invocation), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Request, b.Request))
	case 3:
		return cmp.Compare(a.Function, b.Function)
	}
	return 0
}

// mergeInputs makes one arrival of the records of a partition, and one answer of
// the commits of a partition that succeeded.
func mergeInputs(inputs []message) []message {
	kept := inputs[:1]
	for _, m := range inputs[1:] {
		last, in := kept[len(kept)-1].input, m.input
		same := in.Kind == last.Kind && in.Mapping == last.Mapping && in.Partition == last.Partition && in.Assignment == last.Assignment
		switch {
		case same && in.Kind == platform.Arrived && !skips(last, in):
			last.Records = append(last.Records, in.Records...)
			last.LogStart = max(last.LogStart, in.LogStart)
			last.Offset = in.Offset
		case same && in.Kind == platform.Committed && in.Err == "" && last.Err == "":
			last.Offset = max(last.Offset, in.Offset)
		default:
			kept = append(kept, m)
		}
	}
	return kept
}

// skips says that retention removed records between two arrivals: those count as
// expired when the second is taken, which would not be seen in one arrival.
func skips(a, b *platform.Input) bool {
	end := a.Offset
	if n := len(a.Records); n > 0 {
		end = max(end, a.Records[n-1].Offset+1)
	}
	return b.LogStart > end
}
