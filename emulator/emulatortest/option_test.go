package emulatortest

import (
	"reflect"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// optioned is a function with options.
func optioned(options ...Option) emulator.Function {
	var f emulator.Function
	for _, option := range options {
		option(&f)
	}
	return f
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		option Option
		want   emulator.Function
	}{
		"On":        {On("bids"), emulator.Function{Events: []emulator.Event{{Topic: "bids"}}}},
		"To":        {To("accepted"), emulator.Function{Output: "accepted"}},
		"Memory":    {Memory(256 << 20), emulator.Function{Memory: 256 << 20}},
		"Timeout":   {Timeout(time.Minute), emulator.Function{Timeout: time.Minute}},
		"Reserved":  {Reserved(0), emulator.Function{ReservedConcurrency: new(0)}},
		"KeepAlive": {KeepAlive(0), emulator.Function{KeepAlive: new(time.Duration(0))}},
		"ColdStart": {ColdStart(time.Second, 2*time.Second), emulator.Function{ColdStart: &emulator.ColdStart{P50: time.Second, P99: 2 * time.Second}}},
		"Warm":      {Warm(), emulator.Function{ColdStart: &emulator.ColdStart{Off: true}}},
		"Runtime":   {Runtime("python3.13"), emulator.Function{Runtime: "python3.13"}},
		"Takes":     {Takes(time.Second, 0), emulator.Function{Duration: &emulator.Duration{P50: time.Second}}},
		"With":      {With(func(f *emulator.Function) { f.Architecture = "arm64" }), emulator.Function{Architecture: "arm64"}},
	} {
		if got := optioned(c.option); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestEventOptions(t *testing.T) {
	for name, c := range map[string]struct {
		option EventOption
		want   emulator.Event
	}{
		"BatchSize":        {BatchSize(1000), emulator.Event{BatchSize: 1000}},
		"Window":           {Window(0), emulator.Event{BatchWindow: new(time.Duration(0))}},
		"Retries":          {Retries(0), emulator.Event{Retries: new(0)}},
		"OnFailure":        {OnFailure("dead"), emulator.Event{OnFailure: "kafka://dead"}},
		"OnFailure scheme": {OnFailure("kafka://dead"), emulator.Event{OnFailure: "kafka://dead"}},
		"Partial":          {Partial(), emulator.Event{PartialResponse: true}},
		"Pollers":          {Pollers(4), emulator.Event{Pollers: 4}},
		"RetryBackoff":     {RetryBackoff(0), emulator.Event{RetryBackoff: new(time.Duration(0))}},
		"ThrottleBackoff":  {ThrottleBackoff(time.Second), emulator.Event{ThrottleBackoff: new(time.Second)}},
		"Group":            {Group("g"), emulator.Event{Group: "g"}},
		"Latest":           {Latest(), emulator.Event{StartingPosition: "LATEST"}},
	} {
		c.want.Topic = "bids"
		want := emulator.Function{Events: []emulator.Event{c.want}}
		if got := optioned(On("bids", c.option)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestOptionsApplyInOrder(t *testing.T) {
	f := optioned(On("a"), Warm(), On("b", BatchSize(1), BatchSize(2)), ColdStart(time.Second, 0))
	if len(f.Events) != 2 || f.Events[0].Topic != "a" || f.Events[1].Topic != "b" || f.Events[1].BatchSize != 2 || f.ColdStart.Off {
		t.Errorf("got %+v, want both events, and the last of what is set twice", f)
	}
}

// TestOptionsShareNothing: one option may be given to several functions.
func TestOptionsShareNothing(t *testing.T) {
	on, warm, takes := On("a", BatchSize(1)), Warm(), Takes(time.Second, 0)
	a, b := optioned(on, warm, takes), optioned(on, warm, takes)
	a.Events[0].BatchSize, a.ColdStart.Off, a.Duration.P50 = 9, false, 0
	if b.Events[0].BatchSize != 1 || !b.ColdStart.Off || b.Duration.P50 != time.Second {
		t.Errorf("got %+v, want what is changed in one function not to change in another", b)
	}
}

func TestAllOptionsTogetherAreValid(t *testing.T) {
	f := optioned(
		On("bids", BatchSize(1000), Window(2*time.Second), Retries(3), OnFailure("dead"), Partial(), Pollers(2),
			RetryBackoff(time.Second), ThrottleBackoff(time.Second), Group("g"), Latest()),
		To("accepted"), Memory(256<<20), Timeout(30*time.Second), Reserved(5), KeepAlive(time.Minute),
		ColdStart(200*time.Millisecond, time.Second), Runtime("nodejs24.x"), Takes(80*time.Millisecond, 200*time.Millisecond))
	set, err := adapt(func() {})
	if err != nil {
		t.Fatal(err)
	}
	set(&f)
	f.Name = "validate"
	cfg := emulator.Config{Profile: "aws-provisioned", Functions: []emulator.Function{f},
		Topics: []emulator.Topic{{Name: "bids"}, {Name: "accepted"}, {Name: "dead"}}}
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
}
