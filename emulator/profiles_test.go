package emulator_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestProfileOfAFunctionAndOfAMapping: the nearest one counts, for its own part.
func TestProfileOfAFunctionAndOfAMapping(t *testing.T) {
	c := shop()
	f := &c.Functions[0]
	f.Profile, f.ColdStart, f.Memory, f.Timeout = "aws-2018", nil, 0, 0
	e := &f.Events[0]
	e.Profile, e.Retries = "aws-provisioned", new(3)
	got, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	fn, mp := got.Functions[0], got.Mappings[0]
	if fn.Init.At(0) != int64(5*time.Second) || fn.Duration.At(0) != int64(100*time.Millisecond) {
		t.Errorf("init %v, duration %v: want those of the article's table", fn.Init, fn.Duration)
	}
	if mp.Retries != 3 || mp.WindowFromInvocation {
		t.Errorf("got %+v, want a mapping in provisioned mode", mp)
	}
	for _, other := range got.Functions[1:] {
		if other.Duration != nil {
			t.Errorf("function %s has the duration of another one's profile", other.Name)
		}
	}
}

func TestValidateProfiles(t *testing.T) {
	names := "; there are aws, aws-provisioned, aws-2018, connect-sync, connect-async"
	checkMistakes(t, []mistakeCase{
		{"unknown", func(_ *emulator.Config, f *emulator.Function, e *emulator.Event) {
			f.Profile, e.Profile = "azure", "gcf"
		},
			[]string{`functions.ship.profile: there is no profile "azure"` + names, eventPath + `profile: there is no profile "gcf"` + names}},
		{"memory", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Profile, f.Memory = "aws-2018", 4096<<20
		},
			[]string{"functions.ship.memory: 4096MB is over the limit of 3008MB"}},
		{"of a connector", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			e.OnError, e.ErrorTopic = "log", "x"
		},
			[]string{eventPath + "onError: onError is of sink connectors; set profile: connect-sync, or leave onError out",
				eventPath + "errorTopic: errorTopic is of sink connectors; set profile: connect-sync, or leave errorTopic out"}},
		{"of a mapping", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			*e = emulator.Event{Topic: e.Topic, Profile: "connect-sync", Retries: new(3), BatchWindow: new(time.Hour), OnError: "stop", ResultTopic: e.Topic}
		}, []string{
			eventPath + `onError: "stop" is not one of fail, log, ignore; there are fail, log, ignore`,
			eventPath + "batchWindow: a sink connector has no batchWindow; it is of event source mappings: leave it out, or choose another profile",
			eventPath + "retries: a sink connector has no retries; it is of event source mappings: leave it out, or choose another profile",
			eventPath + `resultTopic: "orders" is the source; choose another topic`,
		}},
		{"of a connector that waits", func(_ *emulator.Config, f *emulator.Function, e *emulator.Event) {
			f.InProcess = func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil }
			f.Handler, f.Command, f.Runtime, f.Code = "", nil, "", ""
			*e = emulator.Event{Topic: e.Topic, Profile: "connect-async", ResultTopic: "x", ThrottleBackoff: new(time.Second), OnError: "log"}
		}, []string{
			eventPath + "resultTopic: an asynchronous sink connector has no resultTopic: it waits for no response; leave it out and use async and deadLetter of the function, or set profile: connect-sync",
			eventPath + "throttleBackoff: an asynchronous sink connector has no throttleBackoff: it waits for no response; leave it out and use async and deadLetter of the function, or set profile: connect-sync",
			strings.TrimSuffix(eventPath, ".") + `: function "ship" has a handler of records, which gets no events of the asynchronous queue; give it a handler of documents, or set profile: connect-sync`,
		}},
	})
}

func TestConnectorRules(t *testing.T) {
	c := shop()
	f := &c.Functions[0]
	f.Timeout = 5 * time.Minute
	f.Events = []emulator.Event{{Topic: f.Events[0].Topic, Profile: "connect-sync"}}
	got, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	mp := got.Mappings[0]
	if !mp.OnePartition || !mp.StopOnError || mp.BatchSize != 20 || mp.Window != 0 || mp.Retries != 0 || mp.OnFailure != "" || mp.PollerConcurrency != math.MaxInt32 {
		t.Errorf("got %+v, want a connector that stops at an error", mp)
	}
	if got.Functions[0].Timeout != int64(50*time.Second) {
		t.Errorf("timeout %v, want the connector's 50 s", time.Duration(got.Functions[0].Timeout))
	}
	f.Events[0].OnError = "ignore"
	got, _ = c.Resolve()
	if mp := got.Mappings[0]; mp.StopOnError || mp.OnFailure != "ship-error" {
		t.Errorf("got %+v, want one that goes on and writes errors to ship-error", mp)
	}
}

// TestAsynchronousConnectorRules: the function's own timeout, the limit of an event,
// and nowhere to send what cannot be handed over.
func TestAsynchronousConnectorRules(t *testing.T) {
	c := shop()
	f := &c.Functions[0]
	f.Timeout = 5 * time.Minute
	f.Events = []emulator.Event{{Topic: f.Events[0].Topic, Profile: "connect-async", OnError: "log"}}
	got, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	mp := got.Mappings[0]
	if !mp.Async || !mp.OnePartition || mp.StopOnError || mp.OnFailure != "" || mp.BatchSize != 20 || mp.PayloadMax != 1<<20 {
		t.Errorf("got %+v, want a connector that hands batches of at most 1 MB over", mp)
	}
	if got.Functions[0].Timeout != int64(5*time.Minute) {
		t.Errorf("timeout %v, want the function's 5 m", time.Duration(got.Functions[0].Timeout))
	}
}

func TestConnectorWarnings(t *testing.T) {
	c := shop()
	f := &c.Functions[0]
	f.Output, f.Events = "orders.done", []emulator.Event{{Topic: f.Events[0].Topic, Profile: "connect-async"}}
	c.Topics = append(c.Topics, emulator.Topic{Name: "orders.done"})
	want := eventPath + `profile: a sink connector takes the response: the function's output "orders.done" gets nothing of these records`
	if got := c.Warnings(); !slices.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
