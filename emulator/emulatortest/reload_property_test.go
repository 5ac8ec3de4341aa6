package emulatortest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// at is a record of the topic of the saves.
type at struct {
	partition int32
	offset    int64
}

// saving is a run in which the handler of one function is saved at random moments. A
// record says how many deliveries fail, and before which version each fails.
type saving struct {
	w       *emulatortest.World
	random  *rand.Rand
	cfg     emulator.Config
	version int
	sleeps  bool // the handler takes time itself, and not by the profile
	total   int  // records that were produced

	mu        sync.Mutex // guards all below
	delivered map[at]int
}

// handler is the code of a version. The last one handles whatever it gets.
func (s *saving) handler(version int, last bool) func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
	return func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		var failure error
		for _, r := range records {
			if s.fails(r, version) && !last {
				failure = fmt.Errorf("%s fails in version %d", r.Value, version)
			}
		}
		if s.sleeps {
			time.Sleep(time.Duration(records[0].Offset*37%400) * time.Millisecond) // why: virtual time; the handler is at work
		}
		if failure != nil {
			return nil, failure
		}
		return []*kgo.Record{{Value: records[0].Value}}, nil
	}
}

// fails notes the delivery of a record, and says whether it fails.
func (s *saving) fails(r *kgo.Record, version int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	where := at{r.Partition, r.Offset}
	s.delivered[where]++
	var until, times int
	fmt.Sscanf(string(r.Value), "until %d, %d times", &until, &times)
	return version < until || s.delivered[where] <= times
}

func (s *saving) between(least, most time.Duration) time.Duration {
	return least + time.Duration(s.random.Int64N(int64(most-least+1)))
}

// declare draws what the function is.
func (s *saving) declare() {
	s.w.Topic("in", 1+s.random.IntN(4))
	s.w.Topic("out", 1)
	event := []emulatortest.EventOption{emulatortest.BatchSize(1 + s.random.IntN(6)), emulatortest.Window(time.Duration(s.random.IntN(2)) * time.Second),
		emulatortest.RetryBackoff(s.between(0, 3*time.Second))}
	if s.cfg.Profile == "aws-provisioned" {
		event = append(event, emulatortest.Pollers(1+s.random.IntN(3)))
		if s.random.IntN(2) == 0 {
			event = append(event, emulatortest.Retries(s.random.IntN(4)))
		}
		if s.random.IntN(3) == 0 {
			event = append(event, emulatortest.Bisect())
		}
	}
	options := []emulatortest.Option{emulatortest.On("in", event...), emulatortest.To("out"), emulatortest.Timeout(10 * time.Second),
		emulatortest.ColdStart(s.between(time.Millisecond, 800*time.Millisecond), 0)}
	if s.sleeps = s.random.IntN(2) == 0; !s.sleeps {
		options = append(options, emulatortest.Takes(s.between(time.Millisecond, 300*time.Millisecond), 600*time.Millisecond))
	}
	if s.random.IntN(3) == 0 {
		options = append(options, emulatortest.Reserved(1+s.random.IntN(2)))
	}
	s.w.Function("work", s.handler(1, false), options...)
	switch s.random.IntN(3) {
	case 0:
		s.w.Crash("work", emulatortest.Chance(0.1))
	case 1:
		s.w.Rebalance("work", emulatortest.Chance(0.05))
	}
}

func (s *saving) produce() {
	for range 1 + s.random.IntN(8) {
		value := "right"
		switch s.random.IntN(8) {
		case 0:
			value = fmt.Sprintf("until %d, 0 times", s.version+1+s.random.IntN(2))
		case 1:
			value = fmt.Sprintf("until 0, %d times", 1+s.random.IntN(3))
		}
		s.w.Produce("in", emulatortest.Record(fmt.Sprint("key-", s.random.IntN(6)), value))
		s.total++
	}
}

func (s *saving) save(last bool) {
	s.version++
	s.w.Reload("work", s.handler(s.version, last))
}

// run lets it happen: records, saves and releases at random moments.
func (s *saving) run(t *testing.T) {
	s.declare()
	s.version = 1
	for range 40 {
		switch s.random.IntN(6) {
		case 0, 1:
			s.produce()
		case 2:
			s.save(false)
		case 3:
			if _, err := s.w.Emulator().Release(t.Context(), "work"); err != nil {
				t.Fatal(err)
			}
		default:
			s.w.Advance(s.between(0, 1500*time.Millisecond))
		}
	}
	s.produce()
	s.save(true)
	for s.w.Advance(time.Minute); len(journalled(s.w, journal.BatchHeld)) > len(journalled(s.w, journal.BatchReleased)); s.w.Advance(time.Minute) {
		s.save(true) // what crashed on the last one is held again
	}
	s.w.Idle()
}

// check holds the journal against what was delivered.
func (s *saving) check(t *testing.T) {
	onReload := s.cfg.OnReload
	spans := map[uint64][]at{}
	ended, explained := map[at]int{}, map[at]int{}
	committed := map[int32]int64{}
	revision := int32(0)
	for _, e := range allEntries(s.w) {
		switch e.Kind {
		case journal.BatchFormed:
			for o := e.First; o <= e.Last; o++ {
				spans[e.Batch] = append(spans[e.Batch], at{e.Partition, o})
			}
			if strings.HasPrefix(e.Reason, "replay") {
				if onReload != "replay-last" {
					t.Errorf("batch %d is a replay with onReload %q", e.Batch, onReload)
				}
				for o := e.First; o <= e.Last; o++ {
					explained[at{e.Partition, o}]++
				}
			}
		case journal.InvocationStarted:
			if e.Revision < revision {
				t.Errorf("invocation %d began on revision %d after %d was live", e.Invocation, e.Revision, revision)
			}
		case journal.InvocationEnded:
			if e.Outcome != journal.Succeeded {
				for _, r := range spans[e.Batch] {
					explained[r]++
				}
			}
		case journal.Reloaded:
			revision = e.Revision
		case journal.RecordsEnded, journal.RecordsExpired:
			for o := e.First; o <= e.Last; o++ {
				ended[at{e.Partition, o}]++
			}
		case journal.OffsetCommitted:
			if e.Last < committed[e.Partition] {
				t.Errorf("partition %d: %d is committed after %d", e.Partition, e.Last, committed[e.Partition])
			}
			committed[e.Partition] = e.Last
		case journal.BatchHeld:
			if onReload != "retry" && onReload != "replay-last" {
				t.Errorf("batch %d is held with onReload %q", e.Batch, onReload)
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for where, n := range s.delivered {
		if n > 1+explained[where] {
			t.Errorf("%v was delivered %d times: %d failures and replays explain that many and one", where, n, explained[where])
		}
	}
	if len(ended) != s.total {
		t.Errorf("%d records have ended, %d were produced", len(ended), s.total)
	}
	for where, n := range ended {
		if n != 1 {
			t.Errorf("%v ended %d times", where, n)
		}
	}
	s.w.Expect(t).OrderedByKey()
}

func allEntries(w *emulatortest.World) []journal.Entry {
	var all []journal.Entry
	w.Hash() // everything of this moment has happened
	r := w.Emulator().Journal().Draw()
	buf := make([]journal.Entry, 1<<10)
	for n, _ := r.Poll(buf); n > 0; n, _ = r.Poll(buf) {
		all = append(all, buf[:n]...)
	}
	return all
}

// savedAtRandom runs what a seed stands for, and returns the hash.
func savedAtRandom(t *testing.T, seed uint64) (hash string) {
	random := rand.New(rand.NewPCG(seed, 5))
	cfg := emulator.Config{
		Seed: &seed, Profile: []string{"aws", "aws-provisioned"}[random.IntN(2)],
		OnReload: []string{"continue", "retry", "replay-last"}[random.IntN(3)],
	}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		s := &saving{w: w, random: random, cfg: cfg, delivered: map[at]int{}}
		s.run(t)
		s.check(t)
		hash = w.Hash()
	})
	return hash
}

// TestSavedAtAnyMoment: whenever a handler is saved, every record ends once, none is
// delivered more often than failures explain, and the order of each key holds.
func TestSavedAtAnyMoment(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 6
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed-", seed), func(t *testing.T) {
			hash := savedAtRandom(t, seed)
			if seed%5 == 0 && !t.Failed() {
				if again := savedAtRandom(t, seed); again != hash {
					t.Errorf("hash %s, and again %s", hash, again)
				}
			}
		})
	}
}
