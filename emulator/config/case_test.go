package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

func TestCaseWithEverything(t *testing.T) {
	c, err := parseCase("case.yaml", []byte(`
description: a refund
project: ../shop
input: [orders.jsonl, more.jsonl.gz]
at: true
set: [ship.timeout=5s]
seed: 7
profile: aws
within: 6h
real: true
without: [settle]
expect:
  topics:
    orders.enriched: {golden: enriched.jsonl, compare: exact, ignore: [fetchedAt, v.meta.id], headers: true}
    other: {golden: other.jsonl}
  order: key
  deadLetters: 2
  lost: 0
  records: {min: 1, max: 5}
  invocations: {max: 5}
  retries: {min: 3}
  latency: {ship: {p99.9: 500ms, max: 1s}}
  cost: {max: $1.25}
  functions:
    ship: {invocations: 2, retries: {max: 1}, throttles: 0, duration: {p99: 200ms, max: 1s}, cost: {max: $0.5}}
  eachFunction: {coldStarts: {max: 1}}
`), "")
	if err != nil {
		t.Fatal(err)
	}
	c.source = nil
	want := &Case{Description: "a refund", Project: "../shop", Inputs: []string{"orders.jsonl", "more.jsonl.gz"}, At: true, Set: []string{"ship.timeout=5s"},
		Seed: new(uint64(7)), Profile: "aws", Within: 6 * time.Hour, Real: true, Without: []string{"settle"}, Expect: Expect{
			Topics: []TopicExpect{{Topic: "orders.enriched", Golden: "enriched.jsonl", Compare: "exact", Ignore: []string{"fetchedAt", "v.meta.id"}, Headers: true},
				{Topic: "other", Golden: "other.jsonl", Compare: "per-key"}},
			Order: "key", DeadLetters: &Bound{2, 2}, Lost: &Bound{0, 0}, Records: &Bound{1, 5}, Invocations: &Bound{0, 5}, Retries: &Bound{3, -1},
			Latency:  []LatencyExpect{{"ship", 99.9, 500 * time.Millisecond}, {"ship", 100, time.Second}},
			CostMost: new(int64(profile.PriceUnit * 5 / 4)),
			Functions: []FunctionExpect{{Function: "ship", Invocations: &Bound{2, 2}, Retries: &Bound{0, 1}, Throttles: &Bound{0, 0},
				Duration: []LatencyExpect{{"", 99, 200 * time.Millisecond}, {"", 100, time.Second}}, CostMost: new(int64(profile.PriceUnit / 2))}},
			EachFunction: &FunctionExpect{ColdStarts: &Bound{0, 1}},
		}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestCaseMistakes(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"", "1:1: input: is missing"},
		{"input: a\nseeds: 1", `2:1: seeds: unknown key "seeds"`},
		{"input: a\nwithin: 5", `2:9: within: "5" is not a duration`},
		{"input: a\nwithin: -5s", "2:9: within: -5s is negative"},
		{"input: a\nprofile: asw", `2:10: profile: there is no profile "asw"`},
		{"input: a\nset: [x]", `2:7: set[0]: "x" is not KEY=VALUE`},
		{"input: a\nexpect: {order: keys}", "2:17: expect.order: must be key, partition, none"},
		{"input: a\nexpect: {lost: -1}", "expect.lost: is negative"},
		{"input: a\nexpect: {lost: {max: -1}}", "expect.lost: is negative"},
		{"input: a\nexpect: {lost: {}}", "expect.lost: has neither min nor max"},
		{"input: a\nexpect: {lost: {min: 2, max: 1}}", "expect.lost: min 2 is over max 1"},
		{"input: a\nexpect: {lost: many}", "expect.lost: must be a whole number"},
		{"input: a\nexpect: {latency: {f: {p0: 1s}}}", `"p0" is no percentile`},
		{"input: a\nexpect: {latency: {f: {p50: 0s}}}", "is under the minimum"},
		{"input: a\nexpect: {functions: {ship: {}}}", "2:22: expect.functions.ship: expects nothing"},
		{"input: a\nexpect: {eachFunction: {}}", "2:10: expect.eachFunction: expects nothing"},
		{"input: a\nexpect: {functions: {ship: {coldStart: 1}}}", `2:29: expect.functions.ship.coldStart: unknown key "coldStart"`},
		{"input: a\nexpect: {functions: {ship: {duration: {p101: 1s}}}}", `expect.functions.ship.duration.p101: "p101" is no percentile`},
		{"input: a\nexpect: {eachFunction: {throttles: {min: 2, max: 1}}}", "expect.eachFunction.throttles: min 2 is over max 1"},
		{"input: a\nexpect: {cost: {max: 1}}", "2:22: expect.cost.max: must be an amount in dollars"},
		{"input: a\nexpect: {topics: {t: {}}}", "2:19: expect.topics.t: has no golden"},
		{"input: a\nexpect: {topics: {t: {golden: g, compare: all}}}", "expect.topics.t.compare: must be exact, per-key, multiset"},
	} {
		_, err := parseCase("case.yaml", []byte(c.yaml), "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.yaml, err, c.want)
		}
	}
}

func TestCaseCheck(t *testing.T) {
	c, err := parseCase("case.yaml", []byte("input: a\nexpect: {latency: {shp: {max: 1s}}, functions: {sip: {retries: 0}}, topics: {ordes: {golden: g}}}\nwithout: [setle]"), "")
	if err != nil {
		t.Fatal(err)
	}
	cfg := &emulator.Config{Functions: []emulator.Function{{Name: "ship"}}, Topics: []emulator.Topic{{Name: "orders"}}, Kafka: emulator.Kafka{AutoCreate: new(false)}, Processes: []emulator.Process{{Name: "settle"}}}
	err = c.Check(cfg)
	for _, want := range []string{`case.yaml:2:20: expect.latency.shp: there is no function "shp"`, `did you mean "ship"?`, `expect.functions.sip: there is no function "sip"`, `there is no topic "ordes"`, `case.yaml:3:11: without[0]: there is no process "setle"`, `did you mean "settle"?`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err2 := c.Check(cfg); err2 == nil || err2.Error() != err.Error() {
		t.Errorf("got %v the second time, want the same", err2)
	}
}

// FuzzCase looks for texts that make the reader panic, or mistakes without a place.
func FuzzCase(f *testing.F) {
	f.Add("input: a\nexpect: {lost: {max: 1}, topics: {t: {golden: g}}, latency: {f: {p99: 1s}}, cost: {max: $1}}")
	f.Add("input: [a, b]\nset: x=1\nexpect: {order: key")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := parseCase("case.yaml", []byte(text), "")
		if e, ok := err.(*Error); ok {
			for _, m := range e.Mistakes {
				if m.Line < 1 || m.Column < 1 || m.Width < 1 {
					t.Errorf("got %+v, want a place", m)
				}
			}
		} else if err != nil {
			t.Errorf("got %v, want an *Error", err)
		}
	})
}
