package emulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/twmb/franz-go/pkg/kgo"
)

// seeds is how many a mistake must be found in.
const seeds = 50

// TestExploringFindsPlantedMistakes plants mistakes in the emulator and counts
// the seeds that it takes to find each. With the same seeds nothing is wrong
// without the mistake, nor, where it takes faults, without those.
func TestExploringFindsPlantedMistakes(t *testing.T) {
	for _, c := range []struct {
		name   string
		plant  func(emulator.Config) emulator.Config
		faults bool
		check  check
		says   string
	}{
		{"commit before success", emulator.CommitEarly, true, noLoss, "committed before it had ended"},
		{"commit before success, by what is lost", emulator.CommitEarly, true, allCopied, "records are missing"},
		{"retry skips a record", emulator.SkipOnRetry, true, noLoss, "in no terminal state, but committed"},
		{"full batch is published twice", publishTwice, false, noDuplicates, "expected no duplicates"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tried, said := find(t, seeds, c.plant, c.faults, c.check)
			if !strings.Contains(said, c.says) {
				t.Fatalf("after %d seeds: %q, want %q", tried, said, c.says)
			}
			t.Logf("found at seed %d", tried)
			if _, said := find(t, tried, sound, c.faults, c.check); said != "" {
				t.Errorf("without the mistake: %s", said)
			}
			if !c.faults {
				return
			}
			if _, said := find(t, tried, c.plant, false, delivered); said != "" {
				t.Errorf("without faults: %s", said)
			}
		})
	}
}

// find runs the scenario with one seed after the other, until the check
// complains or so many were tried. It returns how many were, and what the check
// said, "" for nothing.
func find(t *testing.T, most int, plant func(emulator.Config) emulator.Config, faults bool, check check) (tried int, said string) {
	for tried < most && said == "" {
		tried++
		emulatortest.Run(t, plant(emulator.Config{Seed: new(uint64(tried))}), func(t *testing.T, w *emulatortest.World) {
			complaint := &complaints{TB: t}
			check(complaint, w, copies(w, faults))
			said = strings.Join(complaint.said, "\n")
		})
	}
	return tried, said
}

func sound(cfg emulator.Config) emulator.Config { return cfg }

const batchSize = 8

func publishTwice(cfg emulator.Config) emulator.Config { return emulator.PublishTwice(cfg, batchSize) }

// copies is two minutes of a function that copies records. It returns how many
// there were.
func copies(w *emulatortest.World, faults bool) (produced int) {
	w.Topic("in", 3)
	w.Topic("out", 3)
	w.Function("copy", func(_ context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
		var out []*kgo.Record
		for _, r := range batch {
			out = append(out, &kgo.Record{Key: r.Key, Value: r.Value})
		}
		return out, nil
	}, emulatortest.On("in", emulatortest.BatchSize(batchSize)), emulatortest.To("out"),
		emulatortest.Takes(50*time.Millisecond, 300*time.Millisecond))
	if faults {
		w.Crash("copy", emulatortest.Chance(0.001))
		w.Throttle("copy", emulatortest.Chance(0.01))
		w.Rebalance("copy", emulatortest.Chance(0.005))
	}
	draw := rand.New(rand.NewPCG(w.Seed(), 0))
	for w.Now() < 2*time.Minute {
		for range 1 + draw.IntN(2) {
			w.Produce("in", emulatortest.Record(fmt.Sprint(draw.IntN(9)), fmt.Sprint(produced)))
			produced++
		}
		w.Advance(time.Duration(draw.IntN(800)) * time.Millisecond)
	}
	w.Idle()
	return produced
}

// check judges a run in which so many records were produced.
type check func(t testing.TB, w *emulatortest.World, produced int)

// allCopied is what a test checks that knows nothing of batches and offsets.
func allCopied(t testing.TB, w *emulatortest.World, produced int) {
	got := map[string]bool{}
	for _, r := range w.Records("out") {
		got[string(r.Value)] = true
	}
	if len(got) < produced {
		t.Errorf("%d of %d records are missing", produced-len(got), produced)
	}
}

func delivered(t testing.TB, w *emulatortest.World, produced int) {
	w.Expect(t).Delivered("out", produced)
}

func noLoss(t testing.TB, w *emulatortest.World, _ int) { w.Expect(t).NoLoss() }

func noDuplicates(t testing.TB, w *emulatortest.World, _ int) {
	w.Expect(t).NoDuplicates("out", func(r *kgo.Record) string { return string(r.Value) })
}

// complaints is a test that keeps what it fails with.
type complaints struct {
	testing.TB
	said []string
}

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	c.said = append(c.said, fmt.Sprintf(format, args...))
}
