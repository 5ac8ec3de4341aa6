package emulatortest

import (
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Option sets up a function that World.Function declares. Options are applied in
// order; of two that set the same, the last counts. What they set is checked
// when the emulator starts.
type Option func(*emulator.Function)

// EventOption sets up an event source mapping that On declares.
type EventOption func(*emulator.Event)

// On gives the function the records of a topic. With several, it has a mapping
// for each.
func On(topic string, options ...EventOption) Option {
	return func(f *emulator.Function) {
		e := emulator.Event{Topic: topic}
		for _, option := range options {
			option(&e)
		}
		f.Events = append(f.Events, e)
	}
}

// To is the topic of the records that the handler returns and that name none. A
// handler that gets the event document returns them as its response; without To,
// that is not looked at.
func To(topic string) Option { return func(f *emulator.Function) { f.Output = topic } }

// Memory is that of an environment in bytes, in steps of 1 MiB. Default 128 MiB.
func Memory(bytes int64) Option { return func(f *emulator.Function) { f.Memory = bytes } }

// Timeout is how long an invocation may take, in whole seconds. Default 3 s.
func Timeout(d time.Duration) Option { return func(f *emulator.Function) { f.Timeout = d } }

// Reserved is the reserved concurrency: the most environments that the function
// has at once, and kept free for it. 0 throttles every invocation. Default none.
func Reserved(environments int) Option {
	return func(f *emulator.Function) { f.ReservedConcurrency = new(environments) }
}

// KeepAlive is how long an idle environment is kept. By default the profile draws
// it.
func KeepAlive(d time.Duration) Option { return func(f *emulator.Function) { f.KeepAlive = new(d) } }

// ColdStart is how long cold starts take, in place of the profile's distribution:
// half of them p50 at most, and one in a hundred longer than p99. p99 0 means
// always p50.
func ColdStart(p50, p99 time.Duration) Option {
	return func(f *emulator.Function) { f.ColdStart = &emulator.ColdStart{P50: p50, P99: p99} }
}

// Warm takes away the time that cold starts take. They still happen and are
// counted.
func Warm() Option {
	return func(f *emulator.Function) { f.ColdStart = &emulator.ColdStart{Off: true} }
}

// Runtime is the platform's name of the runtime whose cold starts the function
// has: nodejs24.x, python3.13. Default provided.al2023.
func Runtime(name string) Option { return func(f *emulator.Function) { f.Runtime = name } }

// Takes is how long invocations take: half of them p50 at most, and one in a
// hundred longer than p99. p99 0 means always p50. What the handler returns
// earlier is held back until then. By default an invocation takes as long as its
// handler, which is no time in Run unless it sleeps or waits.
func Takes(p50, p99 time.Duration) Option {
	return func(f *emulator.Function) { f.Duration = &emulator.Duration{P50: p50, P99: p99} }
}

// With sets what there is no other option for.
func With(set func(*emulator.Function)) Option { return set }

// BatchSize is the most records of an invocation, 1 to 10,000. Default 100, which
// 0 stands for.
func BatchSize(records int) EventOption { return func(e *emulator.Event) { e.BatchSize = records } }

// Window is the longest time that a batch waits, after its first record, for
// more: 0 to 300 s in whole seconds. Default 500 ms.
func Window(d time.Duration) EventOption { return func(e *emulator.Event) { e.BatchWindow = new(d) } }

// Retries is how often a failed batch is tried again: up to 10,000; -1, the
// default, until it succeeds. It needs profile aws-provisioned.
func Retries(n int) EventOption { return func(e *emulator.Event) { e.Retries = new(n) } }

// OnFailure is the topic for records whose retries are exhausted, with or without
// kafka:// in front, which needs profile aws-provisioned; or the ARN of an SQS
// queue, an SNS topic or an S3 bucket: what goes to one called NAME lands in the
// topic coldbrook.destination.NAME.
func OnFailure(destination string) EventOption {
	const scheme = "kafka://"
	if !strings.HasPrefix(destination, "arn:") {
		destination = scheme + strings.TrimPrefix(destination, scheme)
	}
	return func(e *emulator.Event) { e.OnFailure = destination }
}

// Bisect splits a batch whose invocation failed in two, and tries the halves one
// after the other. It needs profile aws-provisioned.
func Bisect() EventOption { return func(e *emulator.Event) { e.Bisect = true } }

// MaximumRecordAge is how old a record may be when it is tried: 60 s to 7 days in
// whole seconds. It needs profile aws-provisioned.
func MaximumRecordAge(d time.Duration) EventOption {
	return func(e *emulator.Event) { e.MaximumRecordAge = new(d) }
}

// Partial reads batch item failures from the response of a handler that gets the
// event document. It needs profile aws-provisioned.
func Partial() EventOption { return func(e *emulator.Event) { e.PartialResponse = true } }

// Filter lets only records through that match one of the patterns, each a JSON
// text as in FilterCriteria of AWS: {"value": {"price": [{"numeric": [">", 0]}]}}.
func Filter(patterns ...string) EventOption {
	return func(e *emulator.Event) { e.Filters = append(e.Filters, patterns...) }
}

// PartialFromLowest is Partial, where all is tried again from the lowest record of
// a partition on that is named, and not only what is.
func PartialFromLowest() EventOption {
	return func(e *emulator.Event) { e.PartialResponse, e.PartialResponseMode = true, "from-lowest" }
}

// EventProfile gives the mapping a profile of its own, connect-sync for one: a sink
// connector of Kafka Connect in place of an event source mapping.
func EventProfile(name string) EventOption { return func(e *emulator.Event) { e.Profile = name } }

// OnError says what a sink connector does after an error: fail (default), log or
// ignore. Only connectors have it.
func OnError(mode string) EventOption { return func(e *emulator.Event) { e.OnError = mode } }

// Pollers is the number of event pollers: with profile aws-provisioned always, else
// at the beginning. Default 1, which 0 stands for.
func Pollers(n int) EventOption { return func(e *emulator.Event) { e.Pollers = n } }

// PollersBetween lets the number of event pollers follow the lag, from least, where
// it begins, to most. It needs profile aws-provisioned.
func PollersBetween(least, most int) EventOption {
	return func(e *emulator.Event) {
		e.Provisioned = &emulator.Provisioned{MinimumPollers: least, MaximumPollers: most}
	}
}

// RetryBackoff is the wait before the first retry, doubled for each that follows;
// 0 does not wait. The default is the profile's.
func RetryBackoff(d time.Duration) EventOption {
	return func(e *emulator.Event) { e.RetryBackoff = new(d) }
}

// ThrottleBackoff is the wait before a throttled batch is tried again, doubled
// each time; 0 does not wait. The default is the profile's.
func ThrottleBackoff(d time.Duration) EventOption {
	return func(e *emulator.Event) { e.ThrottleBackoff = new(d) }
}

// InLanes drives each partition in so many lanes, 1 to 100 (0 is 10), whose batches are
// in flight at once: order key keeps the order of each key, none keeps none. The cloud
// does not do this for Kafka; partition is its order, and that of a mapping without this
// option.
func InLanes(order string, lanes int) EventOption {
	return func(e *emulator.Event) { e.Order, e.Lanes = order, lanes }
}

// Group is the consumer group. Default: the function's name; with several events,
// the function's name, a dash and the topic.
func Group(name string) EventOption { return func(e *emulator.Event) { e.Group = name } }

// Latest begins at the end of the topic, where the group has no committed offset,
// in place of its beginning.
func Latest() EventOption { return func(e *emulator.Event) { e.StartingPosition = "LATEST" } }

// From begins at the first record of the topic that is not older than t, where the
// group has no committed offset; at its end, if there is none.
func From(t time.Time) EventOption {
	return func(e *emulator.Event) { e.StartingPosition, e.StartingPositionTimestamp = "AT_TIMESTAMP", t }
}
