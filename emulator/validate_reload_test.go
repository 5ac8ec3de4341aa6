package emulator_test

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func TestValidateReload(t *testing.T) {
	checkMistakes(t, []mistakeCase{
		{"all that is allowed", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			c.Watch = emulator.Watch{Debounce: 10 * time.Second, Include: []string{"../shared/**", "[a-c]?.[!x]*"}, Exclude: []string{"/dist/", "*.log"}}
			c.OnReload, f.OnReload, f.Watch.Off = "continue", "replay-last", true
			c.Processes[0].Watch.Include = []string{"feed.sh"}
		}, nil},
		{"the least debounce", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Watch.Debounce = time.Millisecond
		}, nil},
		{"ranges", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Watch.Debounce = 10*time.Second + time.Millisecond
		}, []string{"watch.debounce: 10.001s is over the limit of 10s"}},
		{"too short", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Watch.Debounce = time.Microsecond
		}, []string{"watch.debounce: 1µs is under the minimum of 1ms"}},
		{"off with patterns", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Watch = emulator.Watch{Off: true, Exclude: []string{"a"}}
		}, []string{"watch: what is not watched has no include or exclude"}},
		{"a debounce of a process", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Processes[0].Watch.Debounce = time.Second
		}, []string{"processes.settle.watch.debounce: is for all that is watched together; set watch: {debounce: ...} at the top of the file"}},
		{"patterns", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Watch.Exclude = []string{"a/[b", "!b", "#c", "\x00"}
		}, []string{
			`functions.ship.watch.exclude[0]: "a/[b" is not a pattern; a [ needs its ], with characters or ranges such as a-z between them`,
			`functions.ship.watch.exclude[1]: "!b": a pattern is not turned round with !; write "b" under include`,
			`functions.ship.watch.exclude[2]: "#c" would be a comment in .gitignore; for a name that begins with #, write "[#]..."`,
			`functions.ship.watch.exclude[3]: the pattern has a NUL character in it`,
		}},
		// What is said for all need not have an effect for each.
		{"onReload for all", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			c.OnReload, f.Events = "retry", nil
		}, nil},
		{"onReload", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			c.OnReload, f.OnReload, f.Events = "Retry", "replay-last", nil
		}, []string{
			`onReload: "Retry" is not one of continue, retry, replay-last; did you mean "retry"?`,
			`functions.ship.onReload: replay-last has no effect without events: no batches come to the function; leave it out, or give the function events`,
		}},
	})
}
