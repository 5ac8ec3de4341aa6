package emulator_test

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func TestFaultInWords(t *testing.T) {
	for _, c := range []struct {
		f    emulator.Fault
		want string
	}{
		{emulator.Fault{Kind: emulator.Crash}, "invocations of every function crash before the handler"},
		{emulator.Fault{Kind: emulator.Crash, Function: "ship", AfterHandler: true, Times: 1}, "invocations of ship crash after the handler: once"},
		{emulator.Fault{Kind: emulator.Throttle, Function: "ship", Probability: 0.05, Times: 3},
			"invocations of ship are throttled: each with a probability of 0.05, 3 times at most"},
		{emulator.Fault{Kind: emulator.Throttle, Delay: 1500 * time.Millisecond, After: time.Second, For: time.Minute},
			"invocations of every function are throttled for 1.5 s: not in the first 1 s, for 1m 0s then"},
		{emulator.Fault{Kind: emulator.Slow, Delay: time.Second, Nth: 7},
			"invocations of every function take 1 s longer: only number 7 from when it was added"},
		{emulator.Fault{Kind: emulator.Rebalance}, "the consumer groups of every function rebalance once"},
		{emulator.Fault{Kind: emulator.Rebalance, Function: "ship", Nth: 2},
			"the consumer groups of ship rebalance when an invocation of ship starts: only number 2 from when it was added"},
		{emulator.Fault{Kind: emulator.BrokerDown, Delay: time.Second, After: 5 * time.Second}, "the broker is down for 1 s once: not in the first 5 s"},
		{emulator.Fault{Kind: emulator.BrokerDown, Function: "ship", Delay: time.Second}, "the broker is down for 1 s when an invocation of ship starts"},
		{emulator.Fault{Kind: emulator.BrokerDown, Delay: time.Second, Probability: 0.5},
			"the broker is down for 1 s when an invocation starts: each with a probability of 0.5"},
	} {
		if got := c.f.Words(); got != c.want {
			t.Errorf("%+v:\n got %s\nwant %s", c.f, got, c.want)
		}
	}
}
