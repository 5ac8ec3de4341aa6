package platform

import (
	"math/big"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"pgregory.net/rapid"
)

// bills is what a world knows of the bill: every invocation that began is billed
// once, for its time and, if it is the first of its environment, for the init; and
// what is billed adds up.
type bills struct {
	opened map[EnvironmentID]bool // those that have had an invocation billed
	sums   [mostFunctions]int64   // ms, by function
	wants  [mostFunctions]int64
}

// drawBilling gives functions memory, a share of a processor and a bill.
func drawBilling(rt *rapid.T, cfg *Config) {
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		f.Memory = rapid.Int64Range(128, 10_240).Draw(rt, "MB") << 20
		f.MemoryPerCPU = rapid.SampledFrom([]int64{0, 1769 << 20}).Draw(rt, "share")
		f.Billing.Step = rapid.SampledFrom([]int64{0, 1e6, 100e6}).Draw(rt, "step")
		f.Billing.Init = rapid.Bool().Draw(rt, "init")
	}
}

// drawUsed is what an invocation used: mostly nothing, as where it is not measured.
func drawUsed(rt *rapid.T, in *Input) {
	if rapid.IntRange(0, 2).Draw(rt, "measured") == 0 {
		in.Took = rapid.Int64Range(0, 4e9).Draw(rt, "took")
		in.CPU = rapid.Int64Range(0, 2*in.Took+1).Draw(rt, "cpu")
	}
}

// extraOf is what the share of a processor adds to an answer, by fractions: the
// wall time with the processor time stretched in it, and not less than that.
func extraOf(f *Function, in *Input) int64 {
	if f.MemoryPerCPU == 0 || f.Duration != nil || in.Outcome == journal.Exited || in.CPU == 0 {
		return 0
	}
	share := big.NewRat(f.Memory, f.MemoryPerCPU)
	stretched := new(big.Rat).Quo(big.NewRat(in.CPU, 1), share)
	whole := new(big.Int).Quo(stretched.Num(), stretched.Denom()).Int64()
	if share.Cmp(big.NewRat(1, 1)) < 0 {
		return max(in.Took+whole-in.CPU, whole) - in.Took
	}
	return max(in.Took, whole) - in.Took
}

// checkBill checks the entry about the end of an invocation.
func (w *world) checkBill(e *journal.Entry, s *story) {
	r := w.cfg.Functions[s.function].Billing
	if e.Projected < 0 || e.Projected > e.At-s.began || e.Projected > s.extra {
		w.t.Fatalf("invocation %d has %d projected, of %d: %+v", e.Invocation, e.Projected, s.extra, s)
	}
	if r.Step == 0 {
		if e.Billed != 0 || e.Duration != 0 || e.Init != 0 {
			w.t.Fatalf("invocation %d is billed, and nothing should be: %+v", e.Invocation, e)
		}
		return
	}
	ns := e.At - s.began
	if e.Duration != ns {
		w.t.Fatalf("invocation %d took %d, says %d", e.Invocation, ns, e.Duration)
	}
	if w.opened == nil {
		w.opened = map[EnvironmentID]bool{}
	}
	isFirst := !w.opened[s.environment]
	w.opened[s.environment] = true
	// An init inside an invocation is part of its duration.
	if e.Init > 0 && !isFirst || e.Init == 0 && isFirst && s.launch == 1 {
		w.t.Fatalf("invocation %d, first of its environment %v, has an init of %d", e.Invocation, isFirst, e.Init)
	}
	if r.Init {
		ns += e.Init
	}
	want := int64(1) // steps
	for want*r.Step < ns {
		want += max(1, (ns-want*r.Step)/r.Step)
	}
	w.wants[s.function] += want * r.Step / 1e6
	w.sums[s.function] += e.Billed
	if e.Billed <= 0 || w.sums != w.wants {
		w.t.Fatalf("invocation %d is billed %d ms for %d ns; in all %v, want %v", e.Invocation, e.Billed, ns, w.sums, w.wants)
	}
}
