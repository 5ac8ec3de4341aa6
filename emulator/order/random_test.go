package order

import (
	"fmt"
	"maps"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// counted is the number of violations by rule and partition.
func counted(r *Report) map[string]int {
	found := map[string]int{}
	for _, g := range r.Groups {
		found[fmt.Sprintf("%s %s/%d", g.Rule.ID(), g.Rule, g.Partition)] += int(g.Count)
	}
	return found
}

// TestCheckerFindsWhatBruteForceFinds compares both on random histories of a platform
// without rules.
func TestCheckerFindsWhatBruteForceFinds(t *testing.T) {
	histories := 12_000
	if testing.Short() {
		histories = 1_000
	}
	total := map[string]int{}
	for seed := range uint64(histories) {
		domain := Domain(seed % 3)
		h := newChaos(seed, false)
		b := newBrute(domain)
		for i := range h.entries {
			b.add(&h.entries[i])
		}
		got, want := counted(h.checked(Options{Domain: domain})), b.end()
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d, by %s:\n got %v\nwant %v\n%s", seed, domain, got, want, told(h.entries))
		}
		for rule, n := range want {
			total[rule[:len(rule)-2]] += n
		}
	}
	t.Logf("%d histories, seeds 0 to %d: %v", histories, histories-1, total)
	for _, r := range []Rule{ConcurrentKey, StartedOutOfOrder, Skipped, Overtaken, LateCompletion, StaleRetry, DuplicateWindow,
		CommitPastOpen, HandledTwice, Lost, Stuck, Zombie, OutputDisorder} {
		if total[r.ID()+" "+r.String()] == 0 {
			t.Errorf("no history has a violation of %s %s", r.ID(), r)
		}
	}
}

// TestCheckerFindsNothingInSerialRuns: one batch of a partition at a time.
func TestCheckerFindsNothingInSerialRuns(t *testing.T) {
	for seed := range uint64(2_000) {
		h := newChaos(seed, true)
		r := h.checked(Options{Domain: Domain(seed % 2)})
		for _, g := range r.Groups {
			if g.Rule != Stuck && g.Rule != KeyInTwoPartitions && !(g.Rule == Lost && g.Causes[0].Cause == AtMostOnce) {
				t.Fatalf("seed %d: got %d of %s\n%s", seed, g.Count, g.Rule, told(h.entries))
			}
		}
	}
}

func told(entries []journal.Entry) string {
	s := ""
	for i := range entries {
		e := &entries[i]
		s += fmt.Sprintf("%d %s p%d @%d-%d batch %d inv %d req %d att %d %s\n", e.Seq, e.Kind, e.Partition, e.First, e.Last, e.Batch,
			e.Invocation, e.Request, e.Attempt, e.Outcome)
	}
	return s
}
