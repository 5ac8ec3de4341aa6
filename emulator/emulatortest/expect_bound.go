package emulatortest

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Bound is a number of things that happened, of which one of its methods expects
// how large it is. Without that it expects nothing.
type Bound struct {
	x       *Expectations
	known   bool // what it is a number of exists
	what    string
	got     int
	entries func(*journal.Entry) bool // those that were counted
}

// ColdStarts is the number of invocations of a function that waited for an init.
// An init that failed is none.
func (x *Expectations) ColdStarts(function string) *Bound {
	x.t.Helper()
	return x.bound(function, "cold starts", func(f *functionTally) int { return f.coldStarts },
		func(e *journal.Entry) bool { return e.Kind == journal.InvocationStarted && e.Reason == journal.Cold })
}

// Invocations is the number of invocations of a function, retries included.
func (x *Expectations) Invocations(function string) *Bound {
	x.t.Helper()
	return x.bound(function, "invocations", func(f *functionTally) int { return f.invocations },
		func(e *journal.Entry) bool { return e.Kind == journal.InvocationStarted })
}

// Throttles is how often a batch for a function was throttled: a batch that is
// throttled again when its back-off ends counts again.
func (x *Expectations) Throttles(function string) *Bound {
	x.t.Helper()
	return x.bound(function, "throttles", func(f *functionTally) int { return f.throttles },
		func(e *journal.Entry) bool { return e.Kind == journal.Throttled })
}

// Retries is how many further attempts were scheduled for batches of a function
// after an attempt that failed. A throttle leads to none.
func (x *Expectations) Retries(function string) *Bound {
	x.t.Helper()
	return x.bound(function, "retries", func(f *functionTally) int { return f.retries },
		func(e *journal.Entry) bool { return e.Kind == journal.RetryScheduled })
}

func (x *Expectations) bound(function, what string, count func(*functionTally) int, counted func(*journal.Entry) bool) *Bound {
	x.t.Helper()
	b := &Bound{x: x, what: what + " of " + function}
	if b.known = x.knowsFunction(function); !b.known {
		return b
	}
	b.entries = func(e *journal.Entry) bool { return e.Function == function && counted(e) }
	x.evidence.settled().read(func(t *tally) {
		if f := t.functions[function]; f != nil {
			b.got = count(f)
		}
	})
	return b
}

// AtMost expects that it is n or less.
func (b *Bound) AtMost(n int) *Expectations {
	b.x.t.Helper()
	return b.check(b.got <= n, "at most "+groups(int64(n)))
}

// AtLeast expects that it is n or more.
func (b *Bound) AtLeast(n int) *Expectations {
	b.x.t.Helper()
	return b.check(b.got >= n, "at least "+groups(int64(n)))
}

// Exactly expects that it is n.
func (b *Bound) Exactly(n int) *Expectations {
	b.x.t.Helper()
	return b.check(b.got == n, "exactly "+groups(int64(n)))
}

// Between expects that it is low or more and high or less.
func (b *Bound) Between(low, high int) *Expectations {
	b.x.t.Helper()
	return b.check(low <= b.got && b.got <= high, fmt.Sprintf("between %s and %s", groups(int64(low)), groups(int64(high))))
}

func (b *Bound) check(holds bool, want string) *Expectations {
	b.x.t.Helper()
	if holds || !b.known {
		return b.x
	}
	lines := []string{fmt.Sprintf("expected %s %s, got %s", want, b.what, groups(int64(b.got)))}
	var seen []string
	for _, e := range b.x.evidence.settled().entries().all() {
		if b.entries(e) {
			seen = append(seen, entryLine(e))
		}
	}
	b.x.fail(append(lines, indent(shorten(seen, storyLines))...)...)
	return b.x
}
