package platform

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// projection is what is added to an invocation for its share of a processor.
type projection struct {
	extra    int64 // in all
	returned int64 // when the handler did
}

// project works out how much longer the handler would have taken with the share of
// a processor that its memory buys: CPU is in proportion to memory, 1,769 MB are
// one vCPU (docs: gettingstarted-limits). Here it had the machine to itself.
//
// What used no processor, as waiting for an answer, would have taken as long. So
// the duration is what it was, and the processor time as the share stretches it in
// place of what that took; and with several threads never less than the processor
// time stretched. An extrapolation: other processors are faster or slower, and the
// cloud hands the share out in periods.
//
// A modelled Duration is what the user says that an invocation takes with the
// memory it has, and a process that has died has died: to both nothing is added.
// Nor to an init, which has all of the processor (facts: lambda-perf, Init
// Duration does not depend on memory).
func (m *Machine) project(b *batch, in *Input) {
	if in.Outcome == journal.Exited {
		return
	}
	b.projection = projection{extra: m.functions[b.function].rules.extra(in.CPU, in.Took), returned: m.now}
}

// extra is what an invocation takes longer that used the processor for cpu within
// took.
func (f *Function) extra(cpu, took int64) int64 {
	if f.MemoryPerCPU == 0 || f.Duration != nil || f.Memory <= 0 || cpu <= 0 {
		return 0
	}
	// In MB, of which a function has a whole number; 15 minutes of 6 processors
	// times 1,769 are far from overflowing.
	stretched := cpu * (f.MemoryPerCPU >> 20) / (f.Memory >> 20)
	if f.Memory < f.MemoryPerCPU {
		return stretched - min(cpu, took)
	}
	return max(0, stretched-took)
}

// projected is the part of an invocation that ends now which was added to it.
func (m *Machine) projected(b *batch) int64 {
	return max(0, min(b.extra, m.now-b.returned))
}
