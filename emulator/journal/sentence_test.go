package journal

import (
	"testing"
	"time"
)

// It is long because it is one table: each case stands for itself.
func TestSentence(t *testing.T) {
	ms := int64(time.Millisecond)
	records := Entry{Topic: "bids.submitted", Partition: 2, First: 120, Last: 141, Records: 22}
	invocation := records
	invocation.Function, invocation.Mapping, invocation.Environment = "validate-bid", "validate-bid", 3
	invocation.Invocation, invocation.Batch, invocation.Attempt = 17, 12, 2

	for _, c := range []struct {
		want string
		e    Entry
	}{
		{"validate-bid: invocation 17 failed after 14 ms: errorType: message (bids.submitted/2 @120-141, 22 records, attempt 2)",
			set(invocation, func(e *Entry) {
				e.Kind, e.Outcome, e.Reason = InvocationEnded, FunctionError, "errorType: message"
				e.Measured.Took = 14 * ms
			})},
		{"validate-bid: invocation 17 failed after 14 ms: output failed (bids.submitted/2 @120-141, 22 records, attempt 2)",
			set(invocation, func(e *Entry) { e.Kind, e.Outcome, e.Measured.Took = InvocationEnded, OutputFailed, 14*ms })},
		{"validate-bid: invocation 17 failed after 14 ms: Error: boom (22 records)\nat line 3",
			Entry{Kind: InvocationEnded, Function: "validate-bid", Invocation: 17, Records: 22, Outcome: FunctionError,
				Reason: "Error: boom\nat line 3", Measured: Measured{Took: 14 * ms}}},
		{"validate-bid: attempt 3 of batch 12 in 1 s: Error: boom",
			Entry{Kind: RetryScheduled, Function: "validate-bid", Batch: 12, Attempt: 3, Delay: 1000 * ms, Reason: "Error: boom\nat line 3"}},
		{"validate-bid: invocation 17 timed out after 3 s: Task timed out after 3.00 seconds (22 records)",
			Entry{Kind: InvocationEnded, Function: "validate-bid", Invocation: 17, Attempt: 1, Records: 22,
				Outcome: TimedOut, Reason: "Task timed out after 3.00 seconds", Measured: Measured{Took: 3000 * ms}}},
		{"validate-bid: invocation 1 succeeded after 240 µs",
			Entry{Kind: InvocationEnded, Function: "validate-bid", Invocation: 1, Outcome: Succeeded,
				Measured: Measured{Took: ms * 24 / 100}}},
		{"validate-bid: invocation 17 started cold in environment 3 (bids.submitted/2 @120-141, 22 records, attempt 2)",
			set(invocation, func(e *Entry) { e.Kind, e.Reason = InvocationStarted, Cold })},
		{"validate-bid: late response of invocation 17, it had been given up",
			set(invocation, func(e *Entry) { e.Kind = InvocationLate })},
		{"validate-bid: throttled: reserved concurrency 5, next try in 1.5 s (bids.submitted/2 @120-141, 22 records)",
			set(invocation, func(e *Entry) {
				e.Kind, e.Reason, e.Delay, e.Attempt = Throttled, "reserved concurrency 5", 1500*ms, 0
			})},
		{"validate-bid: attempt 2 of batch 12 in 1 s: function error",
			set(invocation, func(e *Entry) { e.Kind, e.Reason, e.Delay = RetryScheduled, "function error", 1000*ms })},
		{"validate-bid: 22 records dead-lettered after invocation 17 (bids.submitted/2 @120-141): RetryAttemptsExhausted",
			set(invocation, func(e *Entry) {
				e.Kind, e.Outcome, e.Reason = RecordsEnded, DeadLettered, "RetryAttemptsExhausted"
			})},
		{"validate-bid: 1 record of bids.submitted/0 @7 expired: retention removed them before they were handled",
			Entry{Kind: RecordsExpired, Mapping: "validate-bid", Topic: "bids.submitted", First: 7, Last: 7, Records: 1}},
		{"validate-bid: batch 12 formed by window (bids.submitted/2 @120-141, 22 records)",
			set(records, func(e *Entry) { e.Kind, e.Mapping, e.Batch, e.Reason = BatchFormed, "validate-bid", 12, "window" })},
		{"validate-bid: bids.submitted/2 assigned, from offset 120",
			set(records, func(e *Entry) { e.Kind, e.Mapping = PartitionAssigned, "validate-bid" })},
		{"validate-bid: bids.submitted/2 revoked: stopping",
			set(records, func(e *Entry) { e.Kind, e.Mapping, e.Reason = PartitionRevoked, "validate-bid", "stopping" })},
		{"validate-bid: bids.submitted/2 committed up to offset 141",
			set(records, func(e *Entry) { e.Kind, e.Mapping = OffsetCommitted, "validate-bid" })},
		{"validate-bid: bids.submitted/2 could not be committed up to offset 141: REBALANCE_IN_PROGRESS",
			set(records, func(e *Entry) {
				e.Kind, e.Mapping, e.Reason = CommitFailed, "validate-bid", "REBALANCE_IN_PROGRESS"
			})},
		{"validate-bid: environment 3 starting, cold start 312 ms (init, placement)",
			Entry{Kind: EnvironmentStarting, Function: "validate-bid", Environment: 3, Delay: 312 * ms, Reason: "init, placement"}},
		{"validate-bid: environment 3 ready after a cold start of 312 ms, really 80 ms",
			Entry{Kind: EnvironmentReady, Function: "validate-bid", Environment: 3, Delay: 312 * ms,
				Measured: Measured{Took: 80 * ms}}},
		{"validate-bid: environment 3 gone: idle", Entry{Kind: EnvironmentGone, Function: "validate-bid", Environment: 3, Reason: "idle"}},
		{"bids.submitted/2 @120-141: 22 records (1.5 KB) produced by client kcat",
			set(records, func(e *Entry) { e.Kind, e.Bytes, e.Measured.Client = RecordsProduced, 1536, "kcat" })},
		{"bids.submitted/2 @120-141: 22 records (0 B) produced by settle",
			set(records, func(e *Entry) { e.Kind, e.Process = RecordsProduced, "settle" })},
		{"bids.submitted/2 @120-141: 22 records (0 B) produced by ship, invocation 4 (late: produced after answer)",
			set(records, func(e *Entry) { e.Kind, e.Function, e.Invocation, e.Reason = RecordsProduced, "ship", 4, "late" })},
		{"bids.submitted/2 @120-141: 22 records (0 B) as output of ship, invocation 4",
			set(records, func(e *Entry) {
				e.Kind, e.Function, e.Mapping, e.Invocation, e.Reason = RecordsProduced, "ship", "ship", 4, "output"
			})},
		{"bids.submitted/2 @120-141: 22 records (0 B) as failure records of ship, batch 4",
			set(records, func(e *Entry) {
				e.Kind, e.Function, e.Mapping, e.Invocation, e.Reason = RecordsProduced, "ship", "ship", 4, "on-failure"
			})},
		{"closed the connection from 127.0.0.1:5, it does not speak Kafka: unknown API key 32512",
			Entry{Kind: BadFrame, Reason: "unknown API key 32512", Measured: Measured{Address: "127.0.0.1:5"}}},
		{"bids.submitted/2: retention removed the records before offset 120", set(records, func(e *Entry) { e.Kind = RetentionMoved })},
		{"validate-bid | hello", Entry{Kind: Output, Function: "validate-bid", Environment: 3, Text: "hello"}},
		{"settle | hello", Entry{Kind: Output, Process: "settle", Text: "hello"}},
		{"settle: started, pid 12", Entry{Kind: ProcessStarted, Process: "settle", Measured: Measured{PID: 12}}},
		{"settle: ended: exit status 1, starts again in 2 s",
			Entry{Kind: ProcessExited, Process: "settle", Reason: "exit status 1", Delay: 2000 * ms}},
		{"ship: building: go build", Entry{Kind: BuildStarted, Function: "ship", Reason: "go build"}},
		{"ship: built in 1.2 s", Entry{Kind: BuildEnded, Function: "ship", Outcome: Succeeded, Measured: Measured{Took: 1200 * ms}}},
		{"ship: build failed after 1.2 s: main.go:3: undefined: x",
			Entry{Kind: BuildEnded, Function: "ship", Outcome: Exited, Reason: "main.go:3: undefined: x", Measured: Measured{Took: 1200 * ms}}},
		{"warning: ship: node 22 instead of 24", Entry{Kind: Warning, Function: "ship", Text: "node 22 instead of 24"}},
		{"hello", Entry{Kind: Note, Text: "hello"}},
		{"stopping: interrupted", Entry{Kind: RunStopping, Reason: "interrupted"}},
		{"stopped", Entry{Kind: RunStopped}},
	} {
		if got := c.e.Sentence(); got != c.want {
			t.Errorf("%v:\n got %q\nwant %q", c.e.Kind, got, c.want)
		}
	}
}

func TestSentenceOfAFault(t *testing.T) {
	for want, e := range map[string]Entry{
		"ship: fault injected: crash before the handler (invocation 17, batch 12)": {Function: "ship", Mapping: "ship",
			Environment: 3, Invocation: 17, Batch: 12, Reason: "crash before the handler"},
		"ship: fault injected: throttled (batch 12)": {Function: "ship", Mapping: "ship", Batch: 12, Reason: "throttled"},
		"fault injected: broker down for 5 s":        {Reason: "broker down for 5 s", Delay: int64(5 * time.Second)},
	} {
		e.Kind = FaultInjected
		if got := e.Sentence(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func set(e Entry, change func(*Entry)) Entry {
	change(&e)
	return e
}

// Every kind and outcome has a name and a sentence of its own: a kind that is
// added later cannot be forgotten.
func TestEveryKindHasWords(t *testing.T) {
	seen := map[string]Kind{}
	for k := Kind(1); k < kindEnd; k++ {
		e := Entry{Kind: k, Function: "f", Mapping: "m", Process: "p", Topic: "t", Text: "text", Reason: "reason"}
		s := e.Sentence()
		if other, ok := seen[s]; ok && k != Note && k != RunStarted {
			t.Errorf("kinds %v and %v have the same sentence %q", other, k, s)
		}
		seen[s] = k
		if k.String() == "" || s == "" || len(s) > 5 && s[:5] == "entry" {
			t.Errorf("kind %d is %q, its sentence %q", k, k, s)
		}
	}
	for o := Outcome(1); int(o) < len(outcomeNames); o++ {
		if o.String() == "" {
			t.Errorf("outcome %d has no name", o)
		}
	}
}

func TestNotable(t *testing.T) {
	for _, c := range []struct {
		e               Entry
		notable, severe bool
	}{
		{Entry{Kind: InvocationStarted}, false, false},
		{Entry{Kind: InvocationEnded, Outcome: Succeeded}, false, false},
		{Entry{Kind: InvocationEnded, Outcome: TimedOut}, true, true},
		{Entry{Kind: RecordsEnded, Outcome: Succeeded}, false, false},
		{Entry{Kind: RecordsEnded, Outcome: DeadLettered}, true, true},
		{Entry{Kind: RecordsProduced}, false, false},
		{Entry{Kind: BatchFormed}, false, false},
		{Entry{Kind: OffsetCommitted}, false, false},
		{Entry{Kind: CommitFailed}, true, true},
		{Entry{Kind: EnvironmentStarting}, true, false},
		{Entry{Kind: EnvironmentReady}, true, false},
		{Entry{Kind: EnvironmentGone, Reason: "idle"}, false, false},
		{Entry{Kind: EnvironmentGone, Outcome: Exited}, true, true},
		{Entry{Kind: EnvironmentReset, Reason: "signal: killed"}, false, false},
		{Entry{Kind: EnvironmentReset, Outcome: InitFailed}, true, true},
		{Entry{Kind: Throttled}, true, true},
		{Entry{Kind: RetryScheduled}, true, false},
		{Entry{Kind: Output}, true, false},
		{Entry{Kind: ProcessExited}, true, false},
		{Entry{Kind: BuildEnded, Outcome: Exited}, true, true},
		{Entry{Kind: BadFrame}, true, true},
		{Entry{Kind: RetentionMoved}, true, false},
		{Entry{Kind: RecordsExpired}, true, true},
		{Entry{Kind: RecordsFiltered, Outcome: Filtered}, false, false},
		{Entry{Kind: EventQueued}, false, false},
		{Entry{Kind: EventEnded, Outcome: Succeeded}, false, false},
		{Entry{Kind: EventEnded, Outcome: DeadLettered}, true, true},
		{Entry{Kind: Warning}, true, false},
		{Entry{Kind: FaultInjected}, true, false},
	} {
		if got := c.e.Notable(); got != c.notable {
			t.Errorf("%v %v: Notable() = %v, want %v", c.e.Kind, c.e.Outcome, got, c.notable)
		}
		if got := c.e.Severe(); got != c.severe {
			t.Errorf("%v %v: Severe() = %v, want %v", c.e.Kind, c.e.Outcome, got, c.severe)
		}
	}
}

func TestUnits(t *testing.T) {
	for ns, want := range map[int64]string{
		0: "0 ms", 999: "999 ns", 1500: "1.5 µs", 999_400: "999 µs", 999_500: "1 ms", 14e6: "14 ms", 9_960_000: "10 ms",
		1_234e6: "1.2 s", 59_949e6: "60 s", 59_950e6: "1m 0s", 125e9: "2m 5s", 3_840e9: "1h 4m", -14e6: "-14 ms",
	} {
		if got := Duration(ns); got != want {
			t.Errorf("Duration(%d) = %q, want %q", ns, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1536: "1.5 KB", 6 << 20: "6 MB", 3 << 30: "3 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSentenceOfFilteredRecords(t *testing.T) {
	e := Entry{Kind: RecordsFiltered, Mapping: "bid", Topic: "bids", Partition: 2, First: 12, Last: 14, Records: 2, Outcome: Filtered}
	if got, want := e.Sentence(), "bid: 2 records of bids/2 @12-14 filtered out"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentencesOfPollers(t *testing.T) {
	scaled := Entry{Kind: PollersScaled, Mapping: "bid", Function: "bid", First: 1, Last: 2, Reason: "whole batches wait in 3 of 6 partitions"}
	if got, want := scaled.Sentence(), "bid: 1 to 2 pollers: whole batches wait in 3 of 6 partitions"; got != want || !scaled.Notable() {
		t.Errorf("got %q, notable %v, want %q", got, scaled.Notable(), want)
	}
	waits := Entry{Kind: PollerWaiting, Mapping: "bid", Topic: "bids", Partition: 2, Delay: 2e8, Reason: "a poller reads at most 5000000 bytes/s"}
	if got, want := waits.Sentence(), "bid: the poller of bids/2 waits 200 ms: a poller reads at most 5000000 bytes/s"; got != want || waits.Notable() {
		t.Errorf("got %q, notable %v, want %q", got, waits.Notable(), want)
	}
}

// An init inside an invocation is no cold start.
func TestSentencesOfReaders(t *testing.T) {
	for _, c := range []struct {
		want string
		e    Entry
	}{
		{"ship: 3 records arrived (bids/1 @5-7)", Entry{Kind: RecordsArrived, Mapping: "ship", Topic: "bids", Partition: 1, First: 5, Last: 7, Records: 3}},
		{"ksql: fetched 3 records (bids/1 @5-7)", Entry{Kind: RecordsFetched, Process: "ksql", Topic: "bids", Partition: 1, First: 5, Last: 7, Records: 3}},
		{"ksql: fetched bids/1 @5", Entry{Kind: RecordsFetched, Process: "ksql", Topic: "bids", Partition: 1, First: 5, Last: 5}},
		{"the run stood still for 12 ms: the printed journal loses nothing and was a whole log behind",
			Entry{Kind: ReaderAwaited, Reason: "the printed journal", Measured: Measured{Took: 12e6}}},
	} {
		if got := c.e.Sentence(); got != c.want {
			t.Errorf("\n got %q\nwant %q", got, c.want)
		}
	}
	if (&Entry{Kind: RecordsArrived}).Notable() || (&Entry{Kind: RecordsFetched}).Notable() || !(&Entry{Kind: ReaderAwaited}).Notable() {
		t.Error("what is read is shown, or a run that stands still is not")
	}
}

func TestSentenceOfAReset(t *testing.T) {
	const ms = 1_000_000
	for _, test := range []struct {
		want  string
		entry Entry
	}{
		{"validate-bid: environment 3 starting, init 112 ms (phase invoke: suppressed init 112 ms)",
			Entry{Kind: EnvironmentStarting, Function: "validate-bid", Environment: 3, Invocation: 8, Delay: 112 * ms,
				Reason: "phase invoke: suppressed init 112 ms"}},
		{"validate-bid: environment 3 ready after an init of 112 ms",
			Entry{Kind: EnvironmentReady, Function: "validate-bid", Environment: 3, Invocation: 8, Delay: 112 * ms}},
		{"validate-bid: environment 3 reset: signal: killed",
			Entry{Kind: EnvironmentReset, Function: "validate-bid", Environment: 3, Reason: "signal: killed"}},
	} {
		if got := test.entry.Sentence(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
