package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// summary is that of a small run in which a bit of everything happened.
func summary() Summary {
	l := journal.NewLog(0)
	l.Append(
		journal.Entry{Kind: journal.RecordsProduced, Topic: "items", Records: 1200},
		journal.Entry{Kind: journal.RecordsProduced, Topic: "bids", Records: 34},
		journal.Entry{Kind: journal.InvocationStarted, Function: "validate-item", Reason: journal.Cold, Records: 1200},
		journal.Entry{Kind: journal.InvocationEnded, Function: "validate-item", Outcome: journal.Succeeded,
			Measured: journal.Measured{Took: int64(12 * time.Millisecond)}},
		journal.Entry{Kind: journal.Throttled, Function: "bid"},
		journal.Entry{Kind: journal.EnvironmentWaiting, Function: "bid"},
		journal.Entry{Kind: journal.InvocationStarted, Function: "bid", Reason: journal.Warm, Records: 34},
		journal.Entry{Kind: journal.InvocationEnded, Function: "bid", Outcome: journal.TimedOut,
			Measured: journal.Measured{Took: int64(3 * time.Second)}},
		journal.Entry{Kind: journal.RetryScheduled, Function: "bid"},
		journal.Entry{Kind: journal.RecordsEnded, Mapping: "validate-item", Outcome: journal.Succeeded, Records: 1200},
		journal.Entry{Kind: journal.RecordsEnded, Mapping: "bid", Outcome: journal.DeadLettered, Records: 20},
		journal.Entry{Kind: journal.RecordsEnded, Mapping: "bid", Outcome: journal.Dropped, Records: 2},
		journal.Entry{Kind: journal.RecordsExpired, Mapping: "bid", Outcome: journal.Expired, Records: 5},
		journal.Entry{Kind: journal.RecordsFiltered, Mapping: "bid", Outcome: journal.Filtered, Records: 3},
	)
	return Summarize(Run{Profile: "aws-provisioned", Seed: 42, Ran: 20 * time.Second, Left: 7}, l.Counts())
}

func TestSummaryText(t *testing.T) {
	var out strings.Builder
	s := summary()
	if err := s.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	want := `summary: profile aws-provisioned, seed 42, ran 20 s
  events       1,234 produced, 1,230 handled: 1,200 succeeded, 20 dead-lettered, 2 dropped, 5 expired, 3 filtered; 7 left
  invocations  2; cold starts 1, failed 1, throttled 1, retries 1
  function       invocations  records  cold  failed  throttled  retries   mean
  bid                      1       34     0       1          1        1    3 s
  validate-item            1    1,200     1       0          0        0  12 ms
  bid: environments waited 1 times: limited by this machine, not by the platform (maxProcesses)
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestSummaryOfNothing(t *testing.T) {
	s := Summarize(Run{Profile: "aws"}, journal.Counts{})
	var out strings.Builder
	if err := s.WriteText(&out); err != nil || strings.Contains(out.String(), "function ") || strings.Contains(out.String(), "left") {
		t.Errorf("got %v, %q", err, out.String())
	}
	text, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(text), `"functions":[]`) {
		t.Errorf("got %s, %v; want an empty list of functions, not null", text, err)
	}
}

func TestSummaryJSON(t *testing.T) {
	text, err := json.Marshal(summary())
	want := `{"profile":"aws-provisioned","seed":42,"ran":20000000000,"events":1234,"handled":1230,"left":7,` +
		`"succeeded":1200,"deadLettered":20,"dropped":2,"expired":5,"filtered":3,` +
		`"invocations":2,"coldStarts":1,"failures":1,"throttles":1,"retries":1,` +
		`"topics":[{"name":"bids","events":34},{"name":"items","events":1200}],"functions":[` +
		`{"name":"bid","records":34,"invocations":1,"coldStarts":0,"failures":1,"throttles":1,"retries":1,"machineWaits":1,"meanDuration":3000000000},` +
		`{"name":"validate-item","records":1200,"invocations":1,"coldStarts":1,"failures":0,"throttles":0,"retries":0,"meanDuration":12000000}]}`
	if err != nil || string(text) != want {
		t.Errorf("got\n%s, %v\nwant\n%s", text, err, want)
	}
}

func TestSummaryReturnsTheErrorOfItsWriter(t *testing.T) {
	full := errors.New("disk full")
	s := summary()
	for after := range 3 {
		if err := s.WriteText(&failing{after: after, err: full}); !errors.Is(err, full) {
			t.Errorf("writer that fails after %d writes: got %v", after, err)
		}
	}
}

type failing struct {
	after int
	err   error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, f.err
	}
	return len(p), nil
}

func TestCount(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
