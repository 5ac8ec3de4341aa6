package config_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

func TestParseReadsWatch(t *testing.T) {
	for text, want := range map[string]emulator.Watch{
		"off": {Off: true}, "on": {}, "false": {Off: true}, "true": {}, `"off"`: {Off: true}, "{}": {},
		`{debounce: 50ms, include: ["../shared/**", data/*.json], exclude: ["*.log"]}`: {
			Debounce: 50 * time.Millisecond, Include: []string{"../shared/**", "data/*.json"}, Exclude: []string{"*.log"},
		},
		`{exclude: "*.log"}`: {Exclude: []string{"*.log"}},
	} {
		got, err := config.Parse("coldbrook.yaml", []byte("watch: "+text+"\n"))
		if err != nil || !reflect.DeepEqual(got.Watch, want) {
			t.Errorf("watch: %s: got %+v, %v, want %+v", text, got.Watch, err, want)
		}
	}
}

func TestParseReadsWatchAndOnReloadOfTheParts(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", []byte(`
onReload: retry
topics: {a: }
functions:
  f:
    command: x
    watch: {include: [../shared/**]}
    onReload: replay-last
    events: [{kafka: {topic: a}}]
  g: {command: x, watch: off}
processes:
  p: {command: x, watch: {include: [feed.sh]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	f, g, p := &got.Functions[0], &got.Functions[1], &got.Processes[0]
	if got.OnReload != "retry" || f.OnReload != "replay-last" || g.OnReload != "" || !g.Watch.Off ||
		!slices.Equal(f.Watch.Include, []string{"../shared/**"}) || !slices.Equal(p.Watch.Include, []string{"feed.sh"}) {
		t.Errorf("got %+v", got)
	}
}

func TestMistakesOfWatch(t *testing.T) {
	_, err := config.Parse("coldbrook.yaml", []byte(`watch: {debounce: 0s, ignore: [a], poll: 1s, include: ["[a", 7, "", 'a\b']}
onReload: replay
topics: {a: }
functions:
  f: {command: x, watch: {debounce: 5ms, exclude: ["!keep.log"]}, onReload: retry}
  g: {command: x, watch: maybe, onSave: retry, events: [{kafka: {topic: a}}]}
  h: {command: x, profile: connect-sync, onReload: replay_last, events: [{kafka: {topic: a}}]}
  i: {command: x, profile: connect-sync, onReload: retry, events: [{kafka: {topic: a, group: i}}]}
  j: {command: x, hotReload: true, onReload: retry, event: []}
processes:
  p: {command: x, watch: [a]}
`))
	want := []string{
		`1:19: watch.debounce: 0s is under the minimum of 1ms; leave the key out for the default`,
		`1:23: watch.ignore: unknown key "ignore"; did you mean "exclude"?`,
		`1:36: watch.poll: unknown key "poll"; did you mean "debounce"?`,
		`1:56: watch.include[0]: "[a" is not a pattern; a [ needs its ], with characters or ranges such as a-z between them`,
		`1:62: watch.include[1]: must be a text, not 7`,
		`1:65: watch.include[2]: is empty; write a pattern as in .gitignore, such as *.log or data/**`,
		`1:69: watch.include[3]: "a\\b" has a backslash; folders are separated by /, on Windows, too; [*] is a star`,
		`2:11: onReload: "replay" is not one of continue, retry, replay-last; there are continue, retry, replay-last`,
		`5:37: functions.f.watch.debounce: is for all that is watched together; set watch: {debounce: ...} at the top of the file`,
		`5:52: functions.f.watch.exclude[0]: "!keep.log": a pattern is not turned round with !; write "keep.log" under include`,
		`5:77: functions.f.onReload: retry has no effect without events: no batches come to the function; leave it out, or give the function events`,
		`6:26: functions.g.watch: must be on, off or a map, not the text "maybe"; write off, or {exclude: ["*.log"]}`,
		`6:33: functions.g.onSave: unknown key "onSave"; did you mean "onReload"?`,
		`7:52: functions.h.onReload: "replay_last" is not one of continue, retry, replay-last; did you mean "replay-last"?`,
		`8:52: functions.i.onReload: retry has no effect with a sink connector: what becomes of a batch that failed is its onError; leave it out, or choose a profile that is no connector`,
		`9:19: functions.j.hotReload: unknown key "hotReload"; did you mean "watch"?`,
		`9:53: functions.j.event: unknown key "event"; did you mean "events"?`,
		`11:26: processes.p.watch: must be on, off or a map, not a list; write off, or {exclude: ["*.log"]}`,
	}
	if got := firstLines(err); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
