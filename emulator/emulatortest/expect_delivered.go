package emulatortest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Delivered expects that exactly n records were produced to topic in this run,
// by whoever: outputs and failure records of mappings, clients of functions,
// processes and the test. It counts what the broker took, also what retention or
// an aborted transaction has hidden since.
func (x *Expectations) Delivered(topic string, n int) *Expectations {
	x.t.Helper()
	if x.knowsTopic(topic) {
		x.produced(topic, int64(n), "produced to", func(producer) bool { return true })
	}
	return x
}

// OnFailure expects that exactly n failure records were produced to topic, by
// mappings that have it as their on-failure destination.
func (x *Expectations) OnFailure(topic string, n int) *Expectations {
	x.t.Helper()
	if x.knowsTopic(topic) {
		x.produced(topic, int64(n), "sent as failures to", func(p producer) bool { return p.failure })
	}
	return x
}

// produced expects that the producers that count produced want records.
func (x *Expectations) produced(topic string, want int64, how string, counts func(producer) bool) {
	x.t.Helper()
	var to map[producer]int64
	x.evidence.settled().read(func(t *tally) { to = t.producersTo(topic) })
	got := int64(0)
	byProducer, byPartition := map[string]int64{}, map[int32]int64{}
	for p, n := range to {
		if counts(p) {
			got += n
			byPartition[p.partition] += n
		}
		byProducer[p.String()] += n
	}
	if got == want {
		return
	}
	lines := []string{fmt.Sprintf("expected %s %s topic %q, got %s", countRecords(want), how, topic, groups(got))}
	if len(byProducer) > 0 {
		lines = append(lines, "all records of the topic, by producer:")
	}
	for _, name := range slices.Sorted(maps.Keys(byProducer)) {
		lines = append(lines, "  "+name+": "+groups(byProducer[name]))
	}
	if len(byPartition) > 0 {
		lines = append(lines, "those that count, by partition:")
	}
	for _, p := range slices.SortedFunc(maps.Keys(byPartition), cmp.Compare) {
		lines = append(lines, fmt.Sprintf("  %d: %s", p, groups(byPartition[p])))
	}
	x.fail(append(lines, x.unfinished()...)...)
}

// unfinished says what is in no terminal state: often why something is missing.
func (x *Expectations) unfinished() []string {
	left := x.evidence.outstanding()
	if len(left) == 0 {
		return nil
	}
	return append([]string{"in no terminal state:"}, indent(slices.Clone(left))...)
}
