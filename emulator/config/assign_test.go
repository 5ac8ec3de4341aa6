package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func assignable() emulator.Config {
	return emulator.Config{Functions: []emulator.Function{
		{Name: "ship", Timeout: 3 * time.Second, Events: []emulator.Event{{Topic: "orders", BatchSize: 10}}},
		{Name: "two", Events: []emulator.Event{{Topic: "a"}, {Topic: "b"}}},
	}}
}

func TestAssign(t *testing.T) {
	for assignment, set := range map[string]func(*emulator.Config){
		"functions.ship.timeout=5s":                    func(c *emulator.Config) { c.Functions[0].Timeout = 5 * time.Second },
		"ship.timeout = 5s ":                           func(c *emulator.Config) { c.Functions[0].Timeout = 5 * time.Second },
		"ship.reservedConcurrency=0":                   func(c *emulator.Config) { c.Functions[0].ReservedConcurrency = new(0) },
		"ship.coldStart=off":                           func(c *emulator.Config) { c.Functions[0].ColdStart = &emulator.ColdStart{Off: true} },
		"ship.duration={p50: 1s}":                      func(c *emulator.Config) { c.Functions[0].Duration = &emulator.Duration{P50: time.Second} },
		"ship.onReload=retry":                          func(c *emulator.Config) { c.Functions[0].OnReload = "retry" },
		"ship.watch=off":                               func(c *emulator.Config) { c.Functions[0].Watch.Off = true },
		"ship.batchSize=7":                             func(c *emulator.Config) { c.Functions[0].Events[0].BatchSize = 7 },
		"accountConcurrency=50":                        func(c *emulator.Config) { c.AccountConcurrency = 50 },
		"freeze=false":                                 func(c *emulator.Config) { c.Freeze = new(false) },
		"watch=off":                                    func(c *emulator.Config) { c.Watch.Off = true },
		"functions.two.events[1].kafka.batchWindow=0s": func(c *emulator.Config) { c.Functions[1].Events[1].BatchWindow = new(time.Duration(0)) },
	} {
		c, want := assignable(), assignable()
		set(&want)
		got, err := Assign(c, assignment)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v\nwant %+v", assignment, got, err, want)
		}
		if !reflect.DeepEqual(c, assignable()) {
			t.Errorf("%s changed the configuration that it was given", assignment)
		}
	}
}

// TestAssignReplacesMaps: a map is as it would be in the file, and nothing is left of the
// one before.
func TestAssignReplacesMaps(t *testing.T) {
	c := assignable()
	for _, a := range []string{"ship.watch={exclude: [a]}", "ship.async={maximumRetryAttempts: 1}", "watch=off",
		"ship.watch={include: [b]}", "ship.async={maximumEventAge: 60s}", "watch=on"} {
		next, err := Assign(c, a)
		if err != nil {
			t.Fatal(err)
		}
		c = next
	}
	want := assignable()
	want.Functions[0].Watch.Include = []string{"b"}
	want.Functions[0].Async.MaximumEventAge = new(time.Minute)
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}

func TestAssignSaysWhatIsWrong(t *testing.T) {
	for assignment, want := range map[string]string{
		"timeout":                      "is not KEY=VALUE",
		"profile=aws":                  "is not a key of a function",
		"seed=5":                       "is not a key of a function",
		"accountConcurency=5":          `is not a key of the run; did you mean "accountConcurrency"?`,
		"accountConcurrency=many":      "accountConcurrency: must be a whole number",
		"shop.timeout=5s":              `there is no function "shop"; did you mean "ship"?`,
		"x.timeout=5s":                 `there are ship, two`,
		"ship.timeot=5s":               `functions.ship.timeot: unknown key "timeot"`,
		"ship.timeout=soon":            "functions.ship.timeout: ",
		"ship.onReload=2":              `functions.ship.onReload: must be a text, not 2`,
		"ship.onSave=retry":            `unknown key "onSave"; did you mean "onReload"?`,
		"ship.bisect=maybe":            `functions.ship.bisect: must be true or false`,
		"two.batchSize=5":              `functions.two.batchSize: unknown key "batchSize"`,
		"ship.events[1].kafka.topic=x": "there is no event 1: the function has 1",
		"ship.env.X=1":                 "is not a key of a function or of its kafka event",
		"ship.timeout=5s\nmemory: 1GB": "functions.ship.timeout: ",
	} {
		c := assignable()
		got, err := Assign(c, assignment)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v, want an error with %q", assignment, got, err, want)
		}
	}
}

func FuzzAssign(f *testing.F) {
	f.Add("ship.timeout=5s")
	f.Add("functions.two.events[1].kafka.retries=-1")
	f.Fuzz(func(t *testing.T, assignment string) {
		c := assignable()
		_, _ = Assign(c, assignment)
		if !reflect.DeepEqual(c, assignable()) {
			t.Errorf("%q changed the configuration that it was given", assignment)
		}
	})
}
