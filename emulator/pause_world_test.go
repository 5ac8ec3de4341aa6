package emulator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// planned is a world whose handlers, inits and records are planned by a seed: a conductor
// with its machine in real time, and all around it is goroutines that sleep.
type planned struct {
	c    *conductor
	seed uint64
	work sync.WaitGroup
	ctx  context.Context

	mu      sync.Mutex // guards all below
	killed  map[platform.EnvironmentID]context.CancelFunc
	credits map[int32]*credit
}

// credit is what of a partition was handed over, and how much may be.
type credit struct {
	produced, handed int64
	wanted           int32
	assignment       int32
	times            []int64
}

// draw is a duration from 0 on, the same for the same thing in each run of a seed.
func (p *planned) draw(what string, n uint64, most time.Duration) time.Duration {
	h := journal.HashKey([]byte(what))
	return time.Duration(rand.New(rand.NewPCG(p.seed^h, n)).Int64N(int64(most)))
}

func plannedConfig() Config {
	return Config{
		Profile: "aws-provisioned", Topics: []Topic{{Name: "in", Partitions: 3}},
		Functions: []Function{{
			Name: "f", Timeout: time.Second, KeepAlive: new(1500 * time.Millisecond), ColdStart: &ColdStart{P50: 200 * time.Millisecond},
			InProcess: func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil },
			Events: []Event{{Topic: "in", BatchSize: 3, BatchWindow: new(time.Second), Retries: new(2),
				RetryBackoff: new(700 * time.Millisecond), MaximumRecordAge: new(time.Minute)}},
		}},
	}
}

func newPlanned(t *testing.T, ctx context.Context, seed uint64) *planned {
	t.Helper()
	cfg := plannedConfig()
	cfg.Seed = &seed
	resolved, err := cfg.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	c := newConductor(journal.NewLog(1 << 14))
	resolved.Epoch = c.clock.start.UnixNano()
	c.machine, c.lines = platform.New(resolved), newPlatformLog(&cfg, &resolved, false)
	p := &planned{c: c, seed: seed, ctx: ctx, killed: map[platform.EnvironmentID]context.CancelFunc{}, credits: map[int32]*credit{}}
	c.perform = p.perform
	p.work.Go(func() { c.run(ctx) })
	for i := range int32(3) {
		p.credits[i] = &credit{assignment: 1}
	}
	for i := range int32(3) {
		c.deliver(platform.Input{Kind: platform.Assigned, Partition: i, Assignment: 1})
	}
	return p
}

// after has something delivered later, unless the environment is killed before.
func (p *planned) after(long time.Duration, of platform.EnvironmentID, in platform.Input) {
	ctx, cancel := context.WithCancel(p.ctx)
	if of != 0 {
		p.mu.Lock()
		p.killed[of] = cancel
		p.mu.Unlock()
	}
	p.work.Go(func() {
		defer cancel()
		select {
		case <-time.After(long):
			p.c.deliver(in)
		case <-ctx.Done():
		}
	})
}

func (p *planned) perform(actions []platform.Action) {
	for i := range actions {
		switch a := &actions[i]; a.Kind {
		case platform.Want:
			p.mu.Lock()
			c := p.credits[a.Partition]
			c.wanted += a.Records
			p.mu.Unlock()
			partition := a.Partition
			p.work.Go(func() { p.hand(partition) })
		case platform.Launch:
			took := p.draw("init", uint64(a.Environment)<<8|uint64(a.Launch), 400*time.Millisecond)
			p.after(took, a.Environment, platform.Input{Kind: platform.Ready, Environment: a.Environment, Launch: a.Launch, Took: int64(took)})
		case platform.Invoke:
			took := p.draw("handler", uint64(a.Invocation), 1300*time.Millisecond)
			in := platform.Input{Kind: platform.Responded, Invocation: a.Invocation, Environment: a.Environment, Took: int64(took), Outcome: journal.Succeeded}
			if p.draw("outcome", uint64(a.Invocation), 3) == 0 {
				in.Outcome, in.Reason = journal.FunctionError, "planned"
			}
			p.after(took, a.Environment, in)
		case platform.Kill:
			p.mu.Lock()
			cancel := p.killed[a.Environment]
			p.mu.Unlock()
			cancel()
		case platform.Commit:
			p.after(0, 0, platform.Input{Kind: platform.Committed, Partition: a.Partition, Assignment: a.Assignment, Offset: a.Offset})
		case platform.PublishFailure:
			p.after(0, 0, platform.Input{Kind: platform.FailurePublished, Invocation: a.Invocation})
		}
	}
}

// produce appends a record to a partition.
func (p *planned) produce(partition int32) {
	p.mu.Lock()
	c := p.credits[partition]
	c.produced++
	c.times = append(c.times, time.Now().UnixMilli())
	p.mu.Unlock()
	p.hand(partition)
}

// hand hands over what is in the log and wanted.
func (p *planned) hand(partition int32) {
	p.mu.Lock()
	c := p.credits[partition]
	in := platform.Input{Kind: platform.Arrived, Partition: partition, Assignment: c.assignment}
	for c.handed < c.produced && c.wanted > 0 {
		in.Records = append(in.Records, platform.RecordMeta{Offset: c.handed, Timestamp: c.times[c.handed], Size: 100, Bytes: 100})
		c.handed++
		c.wanted--
	}
	p.mu.Unlock()
	if len(in.Records) > 0 {
		p.c.deliver(in)
	}
}

// told is what the journal tells of the world, but for its pauses.
func (p *planned) told() string {
	r := p.c.log.Draw()
	buf := make([]journal.Entry, 1<<14)
	n, _ := r.Poll(buf)
	var lines []string
	for i := range buf[:n] {
		e := &buf[i]
		if e.Kind != journal.WorldPaused && e.Kind != journal.WorldResumed && e.Kind != journal.WorldStepped {
			lines = append(lines, fmt.Sprintf("%14v %v, it took %v, init %v, billed %d ms",
				time.Duration(e.At), e.Sentence(), time.Duration(e.Duration), time.Duration(e.Init), e.Billed))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// plannedRun runs the world of a seed for 20 s of its time, with pauses of up to an hour
// between the moments at which records are produced, or without.
func plannedRun(t *testing.T, seed uint64, pauses bool) (told string) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := newPlanned(t, ctx, seed)
		e := &Emulator{conductor: p.c}
		rnd := rand.New(rand.NewPCG(seed, 0))
		for range 20 {
			time.Sleep(time.Duration(rnd.Int64N(int64(time.Second))))
			p.produce(rnd.Int32N(3))
			more, long := time.Duration(rnd.Int64N(int64(time.Second))), time.Duration(rnd.Int64N(int64(time.Hour)))
			if rnd.IntN(2) == 0 {
				long %= time.Second // within which only some of it answers
			}
			time.Sleep(more)
			if !pauses {
				continue
			}
			if err := e.Pause(ctx); err != nil {
				t.Fatal(err)
			}
			time.Sleep(long)
			if err := e.Resume(ctx); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(10 * time.Second)
		if err := p.c.do(ctx, func() {}); err != nil {
			t.Fatal(err)
		}
		told = p.told()
		cancel()
		p.work.Wait()
	})
	return told
}

// TestPausesChangeNothing: however often and long the world is paused, at each moment of
// its time the same happens in it: no window, back-off, timeout, cold start, idle time or
// age of a record goes on meanwhile, and what ran meanwhile took as long as it took.
func TestPausesChangeNothing(t *testing.T) {
	all := ""
	for seed := range uint64(100) {
		want := plannedRun(t, seed, false)
		all += want
		if got := plannedRun(t, seed, true); got != want {
			t.Fatalf("seed %d: with pauses:\n%s\nwithout:\n%s", seed, got, want)
		}
	}
	// Else it would show nothing.
	for _, part := range []string{"timed out", "formed by window", "attempt 2", "idle", "gone", "cold start"} {
		if !strings.Contains(all, part) {
			t.Errorf("no run has a line with %q", part)
		}
	}
}
