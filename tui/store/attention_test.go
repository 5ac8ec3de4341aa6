package store

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// attentionTold are the lines of attention, as "word name: text".
func attentionTold(v *View) []string {
	var all []string
	for _, a := range v.Attentions(v.Order.Report(order.ByKey)) {
		all = append(all, a.Kind.Word()+" "+a.Name+": "+a.Text)
	}
	return all
}

func TestAttentionOfTheShop(t *testing.T) {
	want := []string{
		"order enrich: 70 records out of key order: O13 output out of order p0 8, p1 8, p2 6 …; mostly throttle, waiting behind another batch",
		`error enrich: 2 failures, newest orders/0@103: ValueError: bad sku: "" in order 9333`,
		"thrtl enrich: 203 throttles, 23/s: reserved concurrency 6 reached in 32% of the last 10s, queue 14",
		"machine enrich: 35 starts waited in the last minute: limited by this machine, not by the platform: maxProcesses 8",
		"machine price: 10 starts waited in the last minute: limited by this machine, not by the platform: maxProcesses 8",
		"cold enrich: 11 cold starts in the last minute, newest e-16, ready after 354 ms",
		"cold price: 9 cold starts in the last minute, newest e-20, ready after 339 ms",
	}
	if got := attentionTold(shopUntil(t, 9e9)); !slices.Equal(got, want) {
		t.Errorf("after 9 s: got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	late := strings.Join(attentionTold(shopUntil(t, whole)), "\n")
	for _, want := range []string{
		"dlq enrich: 3 records, newest orders/3@73 after 3 tries: Sandbox.Timedout: Task timed out after 1.00 seconds\n",
		"timeout enrich: 3 timeouts, newest orders/3@73 ran 1 s of 1 s on e-31\n",
	} {
		if !strings.Contains(late, want) {
			t.Errorf("at the end: got\n%s\nwant in it\n%s", late, want)
		}
	}
}

// atSecond is an entry of a moment.
func atSecond(seconds int64, e journal.Entry) journal.Entry { e.At = seconds * 1e9; return e }

var troubles = []journal.Entry{
	atSecond(1, journal.Entry{Kind: journal.RecordsExpired, Mapping: "m", Topic: "in", First: 3, Last: 6, Records: 4, Outcome: journal.Expired}),
	atSecond(1, journal.Entry{Kind: journal.RecordsEnded, Mapping: "m", Function: "ship it", Batch: 1, Topic: "in", First: 7, Last: 7, Records: 1, Outcome: journal.Dropped, Attempt: 2}),
	atSecond(2, journal.Entry{Kind: journal.BuildStarted, Function: "ship it", Revision: 2}),
	atSecond(2, journal.Entry{Kind: journal.BuildEnded, Function: "ship it", Revision: 2, Outcome: journal.FunctionError, Reason: "ship/main.go:41:7: undefined: qtyy\n"}),
	atSecond(3, journal.Entry{Kind: journal.BatchHeld, Mapping: "m", Function: "ship it", Batch: 2, Topic: "in", First: 8, Last: 8, Reason: "KeyError:\n 'x'"}),
	atSecond(4, journal.Entry{Kind: journal.ProcessStarted, Process: "load"}),
	atSecond(4, journal.Entry{Kind: journal.ProcessExited, Process: "load", Reason: "exit status 1", Delay: 1e9}),
	atSecond(5, journal.Entry{Kind: journal.ProcessStarted, Process: "load"}),
	atSecond(6, journal.Entry{Kind: journal.ProcessExited, Process: "load", Reason: "exit status 1", Delay: 2e9}),
	atSecond(7, journal.Entry{Kind: journal.Warning, Function: "rusty", Text: "skipped: cargo is not installed"}),
	atSecond(7, journal.Entry{Kind: journal.Warning, Function: "new", Text: "not started: handler app.handle: there is no app.py"}),
	atSecond(8, journal.Entry{Kind: journal.EnvironmentStarting, Function: "price", Environment: 1}),
	atSecond(8, journal.Entry{Kind: journal.EnvironmentReady, Function: "price", Environment: 1, Delay: 250e6}),
	atSecond(8, journal.Entry{Kind: journal.InvocationStarted, Function: "price", Environment: 1, Reason: journal.Cold, Invocation: 9}),
	atSecond(9, journal.Entry{Kind: journal.Reloaded, Function: "price", Revision: 2, Outcome: journal.Succeeded, Text: "price/app.py", Measured: journal.Measured{Took: 412e6}}),
}

func TestAttentionSaysWhatIsWrong(t *testing.T) {
	v := New(&journal.Description{Mappings: []journal.DescribedMapping{{Group: "m", Function: "ship it", Topic: "in"}}})
	for i := range troubles {
		v.Add(&troubles[i])
	}
	v.Miss(1)
	want := []string{
		"lost ship it: 1 record given up and kept nowhere",
		"expired m: 4 records removed by retention before ship it had them, newest in/0@3",
		"broken new: is not run: handler app.handle: there is no app.py",
		"broken rusty: is not run: cargo is not installed",
		"broken ship it: r1 goes on, r2: ship/main.go:41:7: undefined: qtyy",
		"process load: ended: exit status 1, is started again after 2 s; 2 times in the last minute",
		"cold price: 1 cold start in the last minute, newest e-1, ready after 250 ms",
		"reload price: r2 live in 412 ms: price/app.py",
		"missed : 1 entry came faster than this view could take: what they told is in no number",
	}
	var got []string
	for _, a := range v.Attentions(nil) {
		got = append(got, a.Kind.Word()+" "+a.Name+": "+a.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAttentionOfTheLastMinuteGoes(t *testing.T) {
	v := New(nil)
	for i := range troubles {
		v.Add(&troubles[i])
	}
	if got := strings.Join(attentionTold(v), "\n"); !strings.Contains(got, "held ship it: 1 batch waits for another revision: KeyError: 'x'") {
		t.Errorf("got\n%s\nwant a batch that is held", got)
	}
	gone := atSecond(10, journal.Entry{Kind: journal.EnvironmentGone, Function: "price", Environment: 1})
	v.Add(&gone)
	v.Advance(200e9)
	for _, a := range v.Attentions(nil) {
		if a.Kind == AttentionCold || a.Kind == AttentionReload {
			t.Errorf("after three minutes: got %s", a.Text)
		}
	}
}

func TestAttentionFiltersCanBeRead(t *testing.T) {
	v := New(nil)
	for i := range troubles {
		v.Add(&troubles[i])
	}
	for _, v := range []*View{v, shopUntil(t, whole)} {
		for _, report := range []*order.Report{nil, v.Order.Report(order.ByKey)} {
			for _, a := range v.Attentions(report) {
				if _, err := query.Parse(a.Filter); err != nil {
					t.Errorf("%s: %v", a.Text, err)
				}
				if a.Kind.Sign() == "" || len(a.Kind.Word()) > 7 {
					t.Errorf("%v: got sign %q, word %q", a.Kind, a.Kind.Sign(), a.Kind.Word())
				}
				if strings.ContainsAny(a.Text, "\n\r") {
					t.Errorf("%q is more than a line", a.Text)
				}
			}
		}
	}
}

func BenchmarkFlowAdd(b *testing.B) {
	var entries []journal.Entry
	of := scanShop(b, func(e *journal.Entry) { entries = append(entries, *e) })
	v := New(of)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(entries) == 0 {
			v = New(of)
		}
		v.Flow.add(&entries[i%len(entries)])
	}
}

func BenchmarkAttention(b *testing.B) {
	v := shopUntil(b, 9e9)
	r := v.Order.Report(order.ByKey)
	b.ReportAllocs()
	for b.Loop() {
		v.Attentions(r)
	}
}
