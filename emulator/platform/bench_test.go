package platform

import (
	"container/heap"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// The rules of the benchmarks: several functions, partitions and pollers.
const (
	benchFunctions  = 4
	benchPartitions = 8 // of each mapping
)

// BenchmarkMachine drives the machine alone, with every rule on: credit, pollers,
// windows, payload, routing, reserved and unreserved concurrency, keep-alive,
// timeouts, record age, bisect, outputs, commits, scaling and rate of pollers, rates
// of functions, shares of processors, bills. Half of the functions have outputs. inv/s is
// invocations a second of wall time on one core; bare-inv/s the same loop over a
// ring buffer and a heap without any rule.
func BenchmarkMachine(b *testing.B) {
	b.Run("batch=1", func(b *testing.B) { benchmarkMachine(b, 1) })
	b.Run("batch=1000", func(b *testing.B) { benchmarkMachine(b, 1000) })
}

func benchmarkMachine(b *testing.B, batch int32) {
	d := newDriver(benchConfig(batch))
	d.run(10_000) // warm
	b.ReportAllocs()
	b.ResetTimer()
	d.run(b.N)
	b.StopTimer()
	took := b.Elapsed()
	start := time.Now()
	runBare(b.N, int(batch))
	bare := time.Since(start)
	n := float64(b.N)
	b.ReportMetric(n/took.Seconds(), "inv/s")
	b.ReportMetric(n*float64(batch)/took.Seconds(), "records/s")
	b.ReportMetric(n/bare.Seconds(), "bare-inv/s")
	b.ReportMetric(took.Seconds()/bare.Seconds(), "x-bare")
}

// TestMachineAllocatesNothingWhenWarm holds the budget of architecture.md from
// below: an allocation per invocation would cost a tenth of it.
func TestMachineAllocatesNothingWhenWarm(t *testing.T) {
	for _, batch := range []int32{1, 1000} {
		d := newDriver(benchConfig(batch))
		d.run(10_000)
		if got := testing.AllocsPerRun(100, func() { d.run(100) }); got != 0 {
			t.Errorf("batches of %d: got %v allocations per 100 invocations, want 0", batch, got)
		}
	}
}

func benchConfig(batch int32) Config {
	cfg := testConfig()
	f, mp := cfg.Functions[0], cfg.Mappings[0]
	f.Init, f.Placement = profile.ColdStart("provided.al2023", "x86_64"), profile.Lognormal(200*time.Millisecond, 500*time.Millisecond)
	f.RequestsPerEnvironment, f.ScalingMost, f.ScalingPeriod = 1_000_000, 1000, 10e9
	f.Memory, f.MemoryPerCPU, f.Billing = 128<<20, 1769<<20, Billing{Step: 1e6, Init: true}
	mp.BatchSize, mp.Pollers, mp.OnFailure, mp.Retries = batch, 2, "dead", 3
	mp.Bisect, mp.MaxAge, mp.FromLowest = true, 60e9, true
	mp.PollersMin, mp.PollersMax, mp.ScaleEvery, mp.ScaleFactor, mp.PollerRate = 1, 3, 60e9, 2, 1<<40
	cfg.Functions, cfg.Mappings = nil, nil
	for i := range benchFunctions {
		f.Reserved = -1
		if i%2 == 1 {
			f.Reserved = 10
		}
		mp.Function = FunctionID(i)
		cfg.Functions, cfg.Mappings = append(cfg.Functions, f), append(cfg.Mappings, mp)
	}
	return cfg
}

// driver is the least that can be around a machine: it grants what is wanted,
// and answers in order.
type driver struct {
	m       *Machine
	now     int64
	next    [benchFunctions][benchPartitions]int64 // next offset
	inputs  []Input                                // ring of what happens next; its length is a power of two
	head    int
	tail    int
	records []RecordMeta
	ended   int // invocations
}

func newDriver(cfg Config) *driver {
	d := &driver{m: New(cfg), inputs: make([]Input, 1<<12)}
	for m := range cfg.Mappings {
		for p := range int32(benchPartitions) {
			d.step(&Input{Kind: Assigned, Mapping: MappingID(m), Partition: p, Assignment: 1})
		}
	}
	return d
}

func (d *driver) later() *Input {
	in := &d.inputs[d.tail&(len(d.inputs)-1)]
	d.tail++
	return in
}

// run lets n invocations end.
func (d *driver) run(n int) {
	for end := d.ended + n; d.ended < end; {
		if d.head == d.tail { // all wait for a cold start
			d.now, _ = d.m.NextTimer()
			d.step(&Input{Kind: Tick})
			continue
		}
		in := d.inputs[d.head&(len(d.inputs)-1)]
		d.head++
		d.now += 1000
		switch in.Kind {
		case Arrived:
			in.Records = d.arrivals(&in)
		case Responded:
			d.ended++
		}
		d.step(&in)
	}
}

// arrivals makes as many records as were wanted.
func (d *driver) arrivals(in *Input) []RecordMeta {
	d.records = d.records[:0]
	next := &d.next[in.Mapping][in.Partition]
	for range in.Offset {
		d.records = append(d.records, RecordMeta{Offset: *next, Timestamp: d.now / 1e6, Size: 300, Bytes: 200, KeyHash: uint64(*next % 100)})
		*next++
	}
	in.Offset = 0
	return d.records
}

func (d *driver) step(in *Input) {
	actions, _ := d.m.Step(d.now, in)
	for i := range actions {
		a := &actions[i]
		switch a.Kind {
		case Want:
			*d.later() = Input{Kind: Arrived, Mapping: a.Mapping, Partition: a.Partition, Assignment: 1, Offset: int64(a.Records)}
		case Launch:
			*d.later() = Input{Kind: Ready, Environment: a.Environment}
		case Invoke:
			*d.later() = Input{Kind: Responded, Invocation: a.Invocation, Outcome: journal.Succeeded, Outputs: int32(a.Function & 1),
				Took: 200, CPU: int64(a.Function&1) * 100}
		case Publish:
			*d.later() = Input{Kind: Published, Invocation: a.Invocation}
		case Commit:
			*d.later() = Input{Kind: Committed, Mapping: a.Mapping, Partition: a.Partition, Assignment: 1, Offset: a.Offset}
		}
	}
}

// runBare is the loop without a rule: records go into a ring and out of it,
// each invocation has a deadline in a heap and leaves an entry.
func runBare(invocations, batch int) {
	var q queue
	var deadlines bareHeap
	entries := make([]journal.Entry, 0, 1)
	offset, first := int64(0), int64(0)
	for i := range benchFunctions * benchPartitions { // as many are in flight
		heap.Push(&deadlines, int64(i))
	}
	for i := range invocations {
		for range batch {
			q.push(RecordMeta{Offset: offset, Size: 300, Bytes: 200})
			offset++
		}
		first = q.at(0).Offset
		q.drop(batch, int64(batch)*300)
		heap.Push(&deadlines, int64(i)+3e9)
		heap.Pop(&deadlines)
		entries = append(entries[:0], journal.Entry{At: int64(i), Kind: journal.InvocationEnded, First: first})
	}
}

type bareHeap []int64

func (h bareHeap) Len() int           { return len(h) }
func (h bareHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h bareHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *bareHeap) Push(x any)        { *h = append(*h, x.(int64)) }
func (h *bareHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
