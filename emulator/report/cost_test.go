package report

import (
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// priced is a run of two functions for an hour: a million invocations of 128 MB for
// 100 ms, and 1,000 of 1,024 MB on arm64 for a second.
func priced(name string) Summary {
	p, _ := profile.Lookup(name)
	return Summarize(Run{Profile: name, Ran: time.Hour, Rates: &Rates{Billing: p.Billing, Pollers: []int{1, 11},
		Functions: map[string]FunctionRates{"a": {128 << 20, "x86_64"}, "b": {1 << 30, "arm64"}}}},
		journal.Counts{
			Functions: map[string]journal.FunctionCounts{
				"a": {Invocations: 1_000_000, Billed: 100_000_000}, "b": {Invocations: 1000, Billed: 1_000_000},
			},
			Ended: map[string]journal.Ended{"a": {Succeeded: 2_000_000}},
		})
}

func TestCost(t *testing.T) {
	// 12,500 GB-s at $0.0000166667, 1,000 at $0.0000133334; 1,001,000 requests;
	// 1 and 2 event poller units for an hour.
	for name, want := range map[string][4]string{
		"aws":             {"0.22166715", "0.2002", "0.00", "0.42186715"},
		"aws-provisioned": {"0.22166715", "0.2002", "0.555", "0.97686715"},
		"aws-2018":        {"0.225045", "0.2002", "0.00", "0.425245"},
	} {
		s := priced(name)
		c := s.Cost
		for i, units := range []int64{c.Compute, c.Requests, c.Pollers, c.Total} {
			if got := Dollars(units); got != want[i] {
				t.Errorf("%s, %d: got $%s, want $%s", name, i, got, want[i])
			}
		}
		if sum := s.Functions[0].Cost + s.Functions[1].Cost + c.Pollers; sum != c.Total || c.Total/2 != c.PerMillion {
			t.Errorf("%s: parts are %d, the total %d, for a million events %d", name, sum, c.Total, c.PerMillion)
		}
	}
}

func TestCostText(t *testing.T) {
	s := priced("aws-provisioned")
	var out strings.Builder
	if err := s.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  cost         $0.97686715: compute $0.22166715, requests $0.2002, pollers $0.555 in 1h0m0s (prices of 2026-09-19, without the free tier)\n",
		"               extrapolated: $0.4884 for a million events\n",
		"billed         cost\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", out.String(), want)
		}
	}
}

func TestDollars(t *testing.T) {
	for units, want := range map[int64]string{0: "0.00", 166_667: "0.0000166667", 2000: "0.0000002", 1_850_000_000: "0.185",
		123_450_000_000_000: "12,345.00", 15_000_000_000: "1.50", -1: "-0.0000000001"} {
		if got := Dollars(units); got != want {
			t.Errorf("Dollars(%d) = %s, want %s", units, got, want)
		}
	}
}
