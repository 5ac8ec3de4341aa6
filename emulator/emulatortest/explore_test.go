package emulatortest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// explored is the hashes of the seeds that were explored.
type explored struct {
	mu     sync.Mutex // guards hashes
	hashes map[uint64]string
}

func (x *explored) note(seed uint64, hash string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hashes[seed] = hash
}

// stroll explores seeds of a short scenario with faults.
func stroll(t *testing.T, cfg emulator.Config, seeds int) map[uint64]string {
	x := explored{hashes: map[uint64]string{}}
	Explore(t, cfg, seeds, func(t *testing.T, w *World) {
		if want := seedName(w.Seed()); !strings.HasPrefix(t.Name()[strings.LastIndex(t.Name(), "/")+1:], want) {
			t.Errorf("%s has seed %d", t.Name(), w.Seed())
		}
		w.Topic("in", 2)
		w.Topic("out", 2)
		w.Function("copy", pass, On("in", Window(0)), To("out"), Takes(20*time.Millisecond, 300*time.Millisecond))
		w.Crash("copy", Chance(0.1))
		for i := range 20 {
			w.Produce("in", Record(fmt.Sprint("key-", i%5), fmt.Sprint(i)))
			w.Advance(100 * time.Millisecond)
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey()
		x.note(w.Seed(), w.Hash())
	})
	return x.hashes
}

func TestExploreRunsEachSeedOnItsOwn(t *testing.T) {
	t.Setenv(seedVariable, "")
	topics := make([]emulator.Topic, 1, 8) // room that seeds must not share
	topics[0].Name = "other"
	cfg := emulator.Config{Topics: topics}
	first := stroll(t, cfg, 12)
	if got := slices.Sorted(maps.Keys(first)); !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}) {
		t.Errorf("got seeds %d, want 1 to 12", got)
	}
	different := map[string]bool{}
	for _, hash := range first {
		different[hash] = true
	}
	if len(different) != len(first) {
		t.Errorf("%d seeds have %d hashes", len(first), len(different))
	}
	cfg.Seed = new(uint64(9))
	for seed, hash := range stroll(t, cfg, 2) {
		if seed != 9 && seed != 10 || first[seed] != hash {
			t.Errorf("seed %d has hash %s beside others, %s in another company", seed, first[seed], hash)
		}
	}
}

func TestExploreRunsTheSeedOfTheEnvironment(t *testing.T) {
	t.Setenv(seedVariable, "1017")
	if got := slices.Collect(maps.Keys(stroll(t, emulator.Config{}, 5))); !slices.Equal(got, []uint64{1017}) {
		t.Errorf("got seeds %d, want 1017", got)
	}
}

// TestPlantedExplore does nothing unless it is run by TestExploreFails.
func TestPlantedExplore(t *testing.T) {
	if os.Getenv(planted) != "explore" {
		t.Skip("it is part of TestExploreFails")
	}
	Explore(t, emulator.Config{}, 500, func(t *testing.T, w *World) {
		t.Logf("this is %d", w.Seed())
		w.Advance(time.Duration(w.Seed()%7) * time.Second)
		if w.Seed()%5 == 0 {
			t.Fatal("fives are bad")
		}
	})
}

func TestExploreFails(t *testing.T) {
	t.Setenv(seedVariable, "")
	output, failed, _ := again(t, "TestPlantedExplore", "explore")
	for _, want := range []string{"--- FAIL: TestPlantedExplore/seed-5 ", "this is 5", "fives are bad", " of 500 seeds run; after a failure no other begins",
		"To run seed-5 alone:", "-run '^TestPlantedExplore$/^seed-5$'", seedVariable + "=5 before go test"} {
		if !failed || !strings.Contains(output, want) {
			t.Errorf("failed %v, output lacks %q", failed, want)
		}
	}
	for _, lacks := range []string{"this is 4\n", "seed-500"} { // it passed; it was not run
		if strings.Contains(output, lacks) {
			t.Errorf("output has %q", lacks)
		}
	}
	if t.Failed() {
		t.Log(output)
	}
	output, failed, _ = again(t, "TestPlantedExplore$/^seed-15", "explore")
	if !failed || !strings.Contains(output, "seed 15 failed (1 of 500 seeds run") || strings.Contains(output, "this is 5\n") {
		t.Errorf("failed %v: %s", failed, output)
	}
}

func TestExploreRefuses(t *testing.T) {
	for _, c := range []struct {
		seeds    int
		variable string
		next     uint64
		left     int
		want     string
	}{
		{seeds: 3, next: 40, left: 3},
		{seeds: 3, variable: "17", next: 17, left: 1},
		{seeds: 3, variable: "18446744073709551615", next: 1<<64 - 1, left: 1},
		{seeds: 0, next: 40, want: "explore 0 seeds: it takes one at least"},
		{seeds: 3, variable: "-1", next: 40, left: 3, want: "COLDBROOK_SEED=-1 is not a seed: a number from 0 on, without a sign"},
		{seeds: 3, variable: "seed-17", next: 40, left: 3, want: "COLDBROOK_SEED=seed-17 is not a seed: a number from 0 on, without a sign"},
	} {
		x := exploration{next: 40, seeds: c.seeds}
		got := ""
		if err := x.narrow(c.variable); err != nil {
			got = err.Error()
		}
		if got != c.want || x.next != c.next || x.seeds != c.left {
			t.Errorf("%q: %d seeds from %d, %q; want %d from %d, %q", c.variable, x.seeds, x.next, got, c.left, c.next, c.want)
		}
	}
}

func TestExplorationReport(t *testing.T) {
	x := exploration{seeds: 2000, run: 1234, failed: []uint64{30, 7}}
	want := `seeds 7, 30 failed (1,234 of 2,000 seeds run; after a failure no other begins). To run seed-7 alone:
  go test -tags synctests -run '^TestA$/^b\+c$/^seed-7$'
or, where the test explores other seeds by then, with COLDBROOK_SEED=7 before go test`
	if got := x.report("TestA/b+c", true); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// rush is ten minutes of two functions, one behind the other, in which
// everything goes wrong now and then. It counts invocations.
func rush(invocations *atomic.Int64) func(t *testing.T, w *World) {
	return func(t *testing.T, w *World) {
		draw := rand.New(rand.NewPCG(w.Seed(), 0))
		w.Topic("orders", 4)
		w.Topic("charged", 4)
		w.Function("charge", pass, On("orders", Window(0), Pollers(2)), To("charged"), Takes(20*time.Millisecond, 300*time.Millisecond))
		w.Function("ship", func(context.Context, []*kgo.Record) error { return nil }, On("charged", BatchSize(10), Window(0)))
		w.Crash("charge", Chance(0.01))
		w.Crash("ship", Chance(0.01), AfterHandler())
		w.Throttle("", Chance(0.02))
		w.Slow("charge", 2*time.Second, Chance(0.02))
		w.Rebalance("charge", Chance(0.005))
		w.Rebalance("ship", After(4*time.Minute))
		w.BrokerDown(500*time.Millisecond, Chance(0.002))
		w.BrokerDown(5*time.Second, After(5*time.Minute))
		produced := 0
		for w.Now() < 10*time.Minute {
			batch := make([]*kgo.Record, 1+draw.IntN(3))
			for i := range batch {
				batch[i] = Record(fmt.Sprint("customer-", draw.IntN(20)), fmt.Sprint(produced))
				produced++
			}
			w.Produce("orders", batch...)
			w.Advance(time.Duration(draw.IntN(1350)) * time.Millisecond)
		}
		w.Idle()
		w.Expect(t).NoLoss().OrderedByKey()
		w.settled().read(func(all *tally) { invocations.Add(int64(len(all.invocations))) })
	}
}

func pass(_ context.Context, batch []*kgo.Record) ([]*kgo.Record, error) {
	out := make([]*kgo.Record, len(batch))
	for i, r := range batch {
		out[i] = &kgo.Record{Key: r.Key, Value: r.Value}
	}
	return out, nil
}

// TestRushKeepsItsPromises is a sample of BenchmarkExplore200Seeds.
func TestRushKeepsItsPromises(t *testing.T) {
	seeds := 8
	if testing.Short() {
		seeds = 2
	}
	Explore(t, emulator.Config{}, seeds, rush(new(atomic.Int64)))
}

// TestCommitOutlivesOutage is what exploring rush found: a commit that met an
// outage was given up at once.
func TestCommitOutlivesOutage(t *testing.T) {
	Run(t, emulator.Config{}, func(t *testing.T, w *World) {
		w.Topic("in", 1)
		w.Function("f", func(context.Context, []*kgo.Record) error { return nil }, On("in", Window(0)))
		w.BrokerDown(5*time.Second, Nth(1))
		w.Produce("in", Record("", "v"))
		w.Advance(time.Minute)
		w.Expect(t).NoLoss()
	})
}

// BenchmarkExplore200Seeds is 200 seeds of rush.
func BenchmarkExplore200Seeds(b *testing.B) {
	var invocations atomic.Int64
	const seeds = 200
	began := time.Now()
	for range b.N {
		ok := testing.RunTests(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{
			Name: b.Name(), F: func(t *testing.T) { Explore(t, emulator.Config{}, seeds, rush(&invocations)) },
		}})
		if !ok {
			b.Fatal("it failed")
		}
	}
	took := time.Since(began)
	b.ReportMetric(took.Seconds()/float64(b.N), "s/200-seeds")
	b.ReportMetric(float64(invocations.Load())/float64(seeds*b.N), "invocations/seed")
	b.ReportMetric(float64(invocations.Load())/took.Seconds(), "invocations/s")
}
