package journal

import "testing"

func TestSentenceOfRequests(t *testing.T) {
	const ms = 1_000_000
	for _, c := range []struct {
		want string
		e    Entry
	}{
		{"bill: request 5 queued (12 B)", Entry{Kind: EventQueued, Function: "bill", Request: 5, Bytes: 12}},
		{"bill: request 5 succeeded", Entry{Kind: EventEnded, Function: "bill", Request: 5, Attempt: 1, Outcome: Succeeded}},
		{"bill: request 5 dead-lettered after 3 attempts: RetriesExhausted",
			Entry{Kind: EventEnded, Function: "bill", Request: 5, Attempt: 3, Outcome: DeadLettered, Reason: "RetriesExhausted"}},
		{"bill: invocation 17 started warm in environment 3 (request 5, attempt 2)",
			Entry{Kind: InvocationStarted, Function: "bill", Environment: 3, Invocation: 17, Request: 5, Attempt: 2, Reason: Warm}},
		{"bill: attempt 2 of request 5 in 1m 0s: Error: boom",
			Entry{Kind: RetryScheduled, Function: "bill", Request: 5, Attempt: 2, Delay: 60_000 * ms, Reason: "Error: boom"}},
		{"bill: throttled: ConcurrentInvocationLimitExceeded (request 5)",
			Entry{Kind: Throttled, Function: "bill", Request: 5, Reason: "ConcurrentInvocationLimitExceeded"}},
		{"bill: fault injected: crash before the handler (invocation 17, request 5)",
			Entry{Kind: FaultInjected, Function: "bill", Request: 5, Invocation: 17, Reason: "crash before the handler"}},
	} {
		if got := c.e.Sentence(); got != c.want {
			t.Errorf("%v:\n got %q\nwant %q", c.e.Kind, got, c.want)
		}
	}
}
