package platform

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// FuzzStep gives a machine any inputs in any order: of partitions, assignments,
// environments and invocations that do not exist, offsets that go backwards,
// answers to what was not asked. It must not panic, must come to an end at each
// step, must not contradict itself, and must do the same again.
func FuzzStep(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomBytes(seed, 600))
	}
	f.Add([]byte{0xff, 1, 0, 0xff, 1, 1, 4, 0, 0xff, 9, 9, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		if a, b := playBytes(t, data), playBytes(t, data); a != b {
			t.Errorf("two runs differ: %x, %x", a, b)
		}
	})
}

// TestSameInputsSameActions holds D1 of ARCHITECTURE.md: the same inputs at the
// same times give the same actions and entries.
func TestSameInputsSameActions(t *testing.T) {
	different := map[uint64]bool{}
	for seed := range uint64(300) {
		data := randomBytes(seed, 2000)
		first := playBytes(t, data)
		if again := playBytes(t, data); again != first {
			t.Errorf("seed %d: got hash %x, then %x", seed, first, again)
		}
		different[first] = true
	}
	if len(different) != 300 {
		t.Errorf("300 runs gave %d hashes: the hash does not tell runs apart", len(different))
	}
}

func randomBytes(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(r.Uint32())
		if r.IntN(2) == 0 {
			data[i] &= 3 // small numbers mean things that exist
		}
	}
	return data
}

// bytesReader reads numbers of a fuzz input; after its end they are 0.
type bytesReader struct{ data []byte }

func (r *bytesReader) byte() byte {
	if len(r.data) == 0 {
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

// small is a number from -3 to 252, more often small than not.
func (r *bytesReader) small() int64 { return int64(r.byte()) - 3*int64(r.byte()&1) }

// playBytes runs a machine on inputs made from data and returns the hash of all
// it answered.
func playBytes(t *testing.T, data []byte) uint64 {
	r := &bytesReader{data}
	m := New(fuzzConfig(r))
	hash := fnv.New64a()
	now := int64(0)
	for len(r.data) > 0 {
		switch at, ok := m.NextTimer(); r.byte() & 3 {
		case 0:
			now += int64(r.byte()) * 10e6
		case 1:
			if ok {
				now = max(at, now)
			}
		}
		in := fuzzInput(r)
		actions, entries := m.Step(now, &in)
		fmt.Fprint(hash, now, actions, entries)
		checkConsistent(t, m)
	}
	return hash.Sum64()
}

func fuzzConfig(r *bytesReader) Config {
	cfg := testConfig()
	cfg.Seed = uint64(r.byte())
	f, mp := &cfg.Functions[0], &cfg.Mappings[0]
	f.Init = profile.ColdStart("nodejs24.x", "x86_64")
	mp.BatchSize, mp.Pollers = 1+int32(r.byte()&7), 1+int32(r.byte()&1)
	mp.Window, mp.PayloadMax = int64(r.byte()&1)*500e6, 300+int64(r.byte())*4
	mp.Retries = int32(r.byte()&3) - 1
	if r.byte()&1 == 1 {
		mp.OnFailure = "dead"
	}
	controls := r.byte()
	mp.Bisect, mp.BisectCounts, mp.FromLowest = controls&1 == 1, controls&2 != 0, controls&4 != 0
	mp.WindowFromInvocation = controls&8 != 0
	mp.Async, mp.OnReload = controls&32 != 0, OnReload(controls>>6)%3
	mp.OnePartition = mp.Async
	if controls&16 != 0 {
		mp.MaxAge = 1e9
	}
	if r.byte()&1 == 1 {
		mp.RetryBackoff, mp.ThrottleBackoff = profile.Backoff{}, profile.Backoff{}
	}
	cfg.Functions = append(cfg.Functions, *f)
	if lanes := int32(r.byte() & 7); lanes > 3 && !mp.Async {
		mp.Order, mp.Lanes = ByKey+Order(lanes&1), lanes>>1
	}
	cfg.Mappings = append(cfg.Mappings, *mp)
	cfg.Functions[1].Reserved, cfg.Mappings[1].Function = int32(r.byte()&3), 1
	cfg.AccountConcurrency = int32(r.byte() & 7)
	if d := r.byte(); d&1 == 1 {
		cfg.Functions[0].Duration = profile.Constant(int64(d) * 20e6)
	}
	if r.byte()&1 == 1 {
		cfg.Functions[1].Duration = profile.Lognormal(time.Second, 5*time.Second)
	}
	for range r.byte() & 3 {
		cfg.Faults = append(cfg.Faults, fuzzFault(r))
	}
	return cfg
}

func fuzzInput(r *bytesReader) Input {
	in := Input{
		Kind: InputKind(r.byte() % byte(FaultRemoved+5)), Mapping: MappingID(r.byte() & 1),
		Partition: int32(r.small()), Assignment: int32(r.small()), Offset: r.small(),
	}
	switch in.Kind {
	case Arrived:
		in.LogStart = r.small()
		for range r.byte() & 15 {
			in.Records = append(in.Records, RecordMeta{
				Offset: r.small(), Timestamp: r.small() * 100, Size: int32(r.small()) * 3, Filtered: r.byte()&3 == 3, FailedOpen: r.byte() & 7,
				KeyHash: uint64(r.byte() & 3),
			})
		}
	case LogStarted:
		in.LogStart = r.small()
	case Ready, InitError, Gone:
		in.Environment, in.Reason = EnvironmentID(r.byte()), "reason"
	case Responded:
		in.Invocation, in.Outcome = InvocationID(r.byte()), journal.Outcome(r.byte()%byte(journal.Abandoned+1))
		in.Outputs, in.Failed, in.Done = int32(r.byte()&1), fuzzSpans(r), fuzzSpans(r)
		in.Ended = r.byte()&3 == 1
		in.Unreadable = in.Outcome == journal.BadResponse
	case HandedOff:
		in.Invocation, in.Request = InvocationID(r.byte()), RequestID(r.byte())
	case Published, FailurePublished:
		in.Invocation = InvocationID(r.byte())
		if r.byte()&1 == 1 {
			in.Err = "error"
		}
	case FaultAdded:
		if f := fuzzFault(r); r.byte() > 0 {
			in.Fault = &f
		}
	case FaultRemoved + 1: // in place of RulesChanged, whose rules must be valid
		in.Kind, in.Function, in.Revision = Reloaded, FunctionID(r.small()), int32(r.small())
	case FaultRemoved + 2:
		in.Kind, in.Function = LetGo, FunctionID(r.small())
	case FaultRemoved + 3:
		in.Kind, in.Environment = EnvironmentKilled, EnvironmentID(r.byte())
	case FaultRemoved + 4:
		in.Kind, in.Function = FunctionRecycled, FunctionID(r.small())
	case FaultRemoved:
		in.FaultID = FaultID(r.small())
	case Draining:
		if r.byte() > 8 { // seldom, because nothing happens after it
			in.Kind = Tick
		}
	}
	return in
}

// fuzzFault makes a fault; most have an effect, some are not valid.
func fuzzFault(r *bytesReader) Fault {
	f := Fault{
		Kind: 1 + FaultKind(r.byte()%6), Function: FunctionID(r.byte()&3) - 1,
		Nth: uint64(r.byte() & 3), Times: uint64(r.byte() & 3), After: r.byte()&1 == 1,
		Delay: r.small() * 20e6,
	}
	if f.Kind != FaultCrash {
		f.After = false
	} else if r.byte() > 0 {
		f.Delay = 0
	}
	switch b := r.byte(); b & 7 {
	case 1:
		f.Probability = uint32(b) << 12
	case 2:
		f.From = int64(b) * 100e6
	case 3:
		f.Until = int64(b) * 100e6
	case 4:
		f.Delay = math.MaxInt64
	}
	return f
}

func fuzzSpans(r *bytesReader) []Span {
	var spans []Span
	for range r.byte() & 3 {
		spans = append(spans, Span{Partition: int32(r.small()), First: r.small(), Last: r.small(), Records: int32(r.small())})
	}
	return spans
}
