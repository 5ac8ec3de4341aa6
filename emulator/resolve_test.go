package emulator_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

func TestResolveFillsInDefaults(t *testing.T) {
	got, err := shop().Resolve()
	if err != nil {
		t.Fatal(err)
	}
	const second = int64(time.Second)
	want := platform.Config{
		AccountConcurrency: 1000, RequestMax: 6291456, EventMax: 1048576,
		Functions: []platform.Function{{
			Name: "ship", Timeout: 3 * second, Reserved: -1,
			Init:      profile.ColdStart("nodejs24.x", "x86_64"),
			Placement: profile.Lognormal(200*time.Millisecond, 500*time.Millisecond),
			FirstCall: 22_000_000, LifeMin: 7200 * second, LifeMax: 28_800 * second,
			IdleMin: 300 * second, IdleMax: 420 * second, InitLimit: 10 * second,
			Process: true, RequestsPerEnvironment: 10, ScalingMost: 1000, ScalingPeriod: 10 * second,
			Async: platform.Async{
				Retries: 2, MaxAge: 21600 * second,
				Retry:    profile.Backoff{Initial: 60 * second, Max: 120 * second},
				Throttle: profile.Backoff{Initial: second, Max: 300 * second},
			},
			Memory: 128 << 20, MemoryPerCPU: 1769 << 20, Billing: platform.Billing{Step: 1e6, Init: true},
		}},
		Mappings: []platform.Mapping{{
			Name: "ship", Topic: "orders", Function: 0, WindowFromInvocation: true, BatchSize: 100, Window: second / 2, PayloadMax: 6291456,
			Pollers: 1, PollerConcurrency: 5, Retries: -1,
			PollersMin: 1, PollersMax: 1<<31 - 1, ScaleEvery: 60 * second, ScaleDelay: 180 * second, ScaleFactor: 2, ScaleRebalances: true,
			RetryBackoff:    profile.Backoff{Initial: second, Max: 60 * second},
			ThrottleBackoff: profile.Backoff{Initial: second, Max: 300 * second},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestResolveKeepsWhatIsSet(t *testing.T) {
	c := shop()
	c.Profile, c.Seed = "aws-provisioned", new(uint64(42))
	f, e := &c.Functions[0], &c.Functions[0].Events[0]
	f.Timeout, f.ReservedConcurrency, f.KeepAlive, f.Architecture = 15*time.Minute, new(0), new(time.Minute), "arm64"
	*e = emulator.Event{Topic: "orders", Group: "own", BatchSize: 7, BatchWindow: new(time.Duration(0)), Retries: new(0),
		OnFailure: "kafka://orders.failed", Pollers: 2, RetryBackoff: new(2 * time.Minute), ThrottleBackoff: new(time.Duration(0))}
	f.Events = append(f.Events, emulator.Event{Topic: "done"})
	got, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	fn := got.Functions[0]
	if got.Seed != 42 || fn.Timeout != int64(14*time.Minute) || fn.Reserved != 0 || fn.IdleMin != int64(time.Minute) ||
		fn.IdleMax != int64(time.Minute) || !reflect.DeepEqual(fn.Init, profile.ColdStart("nodejs24.x", "arm64")) {
		t.Errorf("seed %d, function: got %+v", got.Seed, fn)
	}
	want := platform.Mapping{
		Name: "own", Topic: "orders", BatchSize: 7, PayloadMax: 6291456, Pollers: 2, PollerConcurrency: 5,
		PollersMin: 2, PollersMax: 2, ScaleEvery: int64(time.Minute), ScaleFactor: 2, ScaleRebalances: true, PollerRate: 5_000_000,
		OnFailure:    "orders.failed",
		RetryBackoff: profile.Backoff{Initial: int64(2 * time.Minute), Max: int64(2 * time.Minute)},
	}
	if !reflect.DeepEqual(got.Mappings[0], want) {
		t.Errorf("mapping: got\n%+v\nwant\n%+v", got.Mappings[0], want)
	}
	if got := got.Mappings[1].Name; got != "ship-done" {
		t.Errorf("group of the second mapping: got %q, want %q", got, "ship-done")
	}
	// Without a Kafka event, the function has its 15 minutes.
	c.Functions[0].Events = nil
	if got, _ := c.Resolve(); got.Functions[0].Timeout != int64(15*time.Minute) {
		t.Errorf("timeout without event: got %v", time.Duration(got.Functions[0].Timeout))
	}
}

func TestResolveColdStarts(t *testing.T) {
	none := func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil }
	p, _ := profile.Lookup("aws")
	for name, c := range map[string]struct {
		f               emulator.Function
		init, placement *profile.Quantiles
	}{
		"off":        {emulator.Function{InProcess: none, ColdStart: &emulator.ColdStart{Off: true}}, nil, nil},
		"always":     {emulator.Function{InProcess: none, ColdStart: &emulator.ColdStart{P50: time.Second}}, profile.Constant(1e9), nil},
		"override":   {emulator.Function{InProcess: none, ColdStart: &emulator.ColdStart{P50: 300 * time.Millisecond, P99: time.Second}}, profile.Lognormal(300*time.Millisecond, time.Second), nil},
		"in process": {emulator.Function{InProcess: none}, profile.ColdStart("provided.al2023", "x86_64"), p.Function.Placement},
		"command":    {emulator.Function{Command: []string{"x"}, Architecture: "arm64"}, profile.ColdStart("provided.al2023", "arm64"), p.Function.Placement},
		"said so":    {emulator.Function{InProcess: none, Runtime: "java21"}, profile.ColdStart("java21", "x86_64"), p.Function.Placement},
	} {
		c.f.Name = "f"
		got, err := emulator.Config{Functions: []emulator.Function{c.f}}.Resolve()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f := got.Functions[0]; !reflect.DeepEqual(f.Init, c.init) || !reflect.DeepEqual(f.Placement, c.placement) {
			t.Errorf("%s: got init %v, placement %v; want %v, %v", name, f.Init, f.Placement, c.init, c.placement)
		}
	}
}

func TestResolveOfTheArticlesTable(t *testing.T) {
	hot, cold := profile.Constant(1e8), profile.Constant(5e9)
	for name, c := range map[string]struct {
		set                       func(*emulator.Function)
		init, placement, duration *profile.Quantiles
	}{
		"unset":    {func(*emulator.Function) {}, cold, nil, hot},
		"warm":     {func(f *emulator.Function) { f.ColdStart = &emulator.ColdStart{Off: true} }, nil, nil, hot},
		"duration": {func(f *emulator.Function) { f.Duration = &emulator.Duration{P50: time.Second} }, cold, nil, profile.Constant(1e9)},
	} {
		cfg := shop()
		cfg.Profile = "aws-2018"
		c.set(&cfg.Functions[0])
		r, err := cfg.Resolve()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f := r.Functions[0]
		if !reflect.DeepEqual(f.Init, c.init) || !reflect.DeepEqual(f.Placement, c.placement) || !reflect.DeepEqual(f.Duration, c.duration) {
			t.Errorf("%s: got init %v, placement %v, duration %v", name, f.Init, f.Placement, f.Duration)
		}
	}
}

func TestResolveRefusesAnInvalidConfig(t *testing.T) {
	c := shop()
	c.Functions[0].Timeout = 20 * time.Minute
	got, err := c.Resolve()
	if err == nil || err.Error() != "functions.ship.timeout: 20m is over the limit of 15m" || len(got.Functions) > 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestUnlimitedRetriesEndWithADestination(t *testing.T) {
	for _, c := range []struct {
		retries     *int
		destination string
		want        int32
		warned      bool
	}{
		{nil, "", -1, false},
		{nil, "kafka://orders.failed", 10, true},
		{new(-1), "kafka://orders.failed", 10, true},
		{new(25), "kafka://orders.failed", 25, false},
		{new(0), "kafka://orders.failed", 0, false},
	} {
		config := shop()
		config.Profile = "aws-provisioned"
		e := &config.Functions[0].Events[0]
		e.Retries, e.OnFailure = c.retries, c.destination
		got, err := config.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		if got := got.Mappings[0].Retries; got != c.want {
			t.Errorf("retries %v with destination %q: got %d, want %d", c.retries, c.destination, got, c.want)
		}
		const warning = "functions.ship.events[0].kafka.onFailure: with a destination, unlimited retries end after 10, as on AWS"
		if got := slices.Contains(config.Warnings(), warning); got != c.warned {
			t.Errorf("retries %v with destination %q: warnings %q", c.retries, c.destination, config.Warnings())
		}
	}
}

func TestWarnings(t *testing.T) {
	c := shop()
	if got, want := c.Warnings(), []string{"output: Coldbrook makes records from the responses of ship: AWS does not do this"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f := &c.Functions[0]
	f.Timeout, f.ReservedConcurrency, f.Output = 15*time.Minute, new(0), "orders"
	f.Env["HOME"] = "${HOME}"
	f.Events[0].Pollers = 5
	c.Functions = append(c.Functions, emulator.Function{Name: "idle", Runtime: "provided.al2", Code: "x"})
	want := []string{
		"functions.ship.timeout: with a Kafka event, 15m counts as 14m",
		"functions.ship.reservedConcurrency: 0 switches the function off: its records wait until they expire",
		"functions.ship.env.HOME: ${HOME} stays as it is: ${env:HOME} is the variable of Coldbrook's own environment",
		`functions.ship.events[0].kafka.pollers: topic "orders" has 3 partitions: 2 pollers have nothing to do`,
		`functions.ship.events[0].kafka.topic: "orders" is also the function's output: its records come back to it`,
		"functions.idle: no events: it runs only when it is invoked from outside",
		"output: Coldbrook makes records from the responses of ship: AWS does not do this",
	}
	if got := c.Warnings(); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
