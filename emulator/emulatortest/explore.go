package emulatortest

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// seedVariable names the environment variable that makes Explore run one seed.
const seedVariable = "COLDBROOK_SEED"

// Explore runs f as Run does, once for each of a number of seeds: that of cfg,
// 1 if it is nil, and those that follow. With each, durations, cold starts and
// faults by Chance fall differently, so that a mistake which needs a coincidence
// is found, and found again by its seed. What f draws itself it draws from
// World.Seed.
//
// Seed 17 is the subtest seed-17. As many run at the same time as there are
// processors: f and its handlers must not share variables with other seeds.
// Explore returns when all have ended. Once a seed has failed no other begins.
// The environment variable COLDBROOK_SEED=17 runs that seed alone, whether it is
// one of them or not.
func Explore(t *testing.T, cfg emulator.Config, seeds int, f func(t *testing.T, w *World), options ...RunOption) {
	t.Helper()
	x := exploration{next: 1, seeds: seeds}
	if cfg.Seed != nil {
		x.next = *cfg.Seed
	}
	if err := x.narrow(os.Getenv(seedVariable)); err != nil {
		t.Fatal(err)
	}
	first := x.next
	var work sync.WaitGroup
	for range min(x.seeds, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for seed, ok := x.begin(); ok; seed, ok = x.begin() {
				passed := t.Run(seedName(seed), func(t *testing.T) {
					t.Helper()
					x.began()
					Run(t, ofSeed(cfg, seed), f, options...)
				})
				x.ended(seed, passed)
			}
		})
	}
	work.Wait()
	if len(x.failed) > 0 {
		t.Error(x.report(t.Name(), builtWith(synctestsTag)))
		return
	}
	t.Logf("%s held, from %d on", count(int64(x.run), "seed", "seeds"), first)
}

// Seed is the seed of the run, 1 by default: what a test draws from it is the
// same when the run is repeated.
func (w *World) Seed() uint64 { return *w.cfg.Seed }

func seedName(seed uint64) string { return fmt.Sprint("seed-", seed) }

// ofSeed returns a copy of a configuration for a run beside others.
func ofSeed(cfg emulator.Config, seed uint64) emulator.Config {
	cfg.Seed = &seed
	cfg.Topics, cfg.Functions, cfg.Processes = slices.Clone(cfg.Topics), slices.Clone(cfg.Functions), slices.Clone(cfg.Processes)
	for i := range cfg.Functions {
		cfg.Functions[i].Events = slices.Clone(cfg.Functions[i].Events)
	}
	return cfg
}

// exploration is which seeds are to be run, and what came of those that were.
type exploration struct {
	seeds int // how many at most

	mu     sync.Mutex // guards all below
	next   uint64
	taken  int
	run    int // less than taken where -run leaves some out
	failed []uint64
}

// narrow makes it one seed, unless the value of the variable is empty. It
// returns what is wrong with that, or with the number of seeds.
func (x *exploration) narrow(value string) error {
	if x.seeds < 1 {
		return fmt.Errorf("explore %d seeds: it takes one at least", x.seeds)
	}
	if value == "" {
		return nil
	}
	seed, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return fmt.Errorf("%s=%s is not a seed: a number from 0 on, without a sign", seedVariable, value)
	}
	x.next, x.seeds = seed, 1
	return nil
}

// begin returns the next seed, or false when there is none or one has failed.
func (x *exploration) begin() (seed uint64, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.taken == x.seeds || len(x.failed) > 0 {
		return 0, false
	}
	x.taken++
	x.next++
	return x.next - 1, true
}

func (x *exploration) began() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.run++
}

func (x *exploration) ended(seed uint64, passed bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !passed {
		x.failed = append(x.failed, seed)
	}
}

// report names the seeds that failed in the test, and how to run the first of
// them alone; tagged says that the program was built with kgo's tag. No seed runs
// any more.
func (x *exploration) report(test string, tagged bool) string {
	slices.Sort(x.failed)
	var names []string
	for _, seed := range x.failed {
		names = append(names, fmt.Sprint(seed))
	}
	seeds := "seed " + names[0]
	if len(names) > 1 {
		seeds = "seeds " + strings.Join(names, ", ")
	}
	of := fmt.Sprintf("%s of %s run", groups(int64(x.run)), count(int64(x.seeds), "seed", "seeds"))
	if x.run < x.seeds {
		of += "; after a failure no other begins"
	}
	tags := ""
	if tagged {
		tags = " -tags " + synctestsTag
	}
	alone := seedName(x.failed[0])
	return fmt.Sprintf("%s failed (%s). To run %s alone:\n  go test%s -run '%s'\nor, where the test explores other seeds by then, with %s=%s before go test",
		seeds, of, alone, tags, pattern(test+"/"+alone), seedVariable, names[0])
}

// pattern is what go test -run takes to run the test of a name and no other.
func pattern(test string) string {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}
