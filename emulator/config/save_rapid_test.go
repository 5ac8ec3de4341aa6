package config

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Values of keys of functions and of events, as they are in files.
var (
	valuesOfFunctions = map[string][]string{
		"timeout": {"3s", `"5s"`, "'7s'", "1m"}, "memory": {"256MB", `"1GB"`}, "reservedConcurrency": {"0", "5"},
		"coldStart": {"off", "{p50: 10ms}", `{"p50": "10ms", "p99": "1s"}`}, "keepAlive": {"1m", "0s"}, "onReload": {"continue", `"continue"`},
		"env": {"{A_B: x}", "{AB: 'it''s # {no}'}"}, "cpu": {"off", "'project'"}, "code": {".", `"./a # b"`},
		"watch": {"off", `{exclude: ["*.md", 'a b']}`}, "async": {"{maximumRetryAttempts: 1}", "{}"},
	}
	valuesOfEvents = map[string][]string{
		"batchSize": {"10", "500"}, "batchWindow": {"0s", `"2s"`}, "retries": {"-1", "3"}, "bisect": {"true", "false"},
		"maximumRecordAge": {"-1", "60s"}, "order": {"key", `'none'`}, "filters": {"[]", `[{value: {a: ["}"]}}]`, `['{"value": {"a": [1]}}']`},
		"pollerRate": {"0", "5000"}, "requestLimit": {"off", "enforce"}, "provisioned": {"{minimumPollers: 2}"},
	}
	valuesOfRun = map[string][]string{
		"accountConcurrency": {"500"}, "freeze": {"true", "false"}, "logs": {"platform", `"handler"`}, "maxProcesses": {"7"}, "watch": {"off", "{debounce: 30ms}"},
	}
)

// drawnFile draws the text of a file.
type drawnFile struct {
	rt  *rapid.T
	b   strings.Builder
	end string
}

func (f *drawnFile) line(indent int, text string) {
	if rapid.IntRange(0, 5).Draw(f.rt, "comment above") == 0 {
		f.b.WriteString(strings.Repeat(" ", rapid.IntRange(0, indent).Draw(f.rt, "its indentation")) + "# é: {here" + f.end)
	}
	if rapid.IntRange(0, 7).Draw(f.rt, "blank line") == 0 {
		f.b.WriteString(f.end)
	}
	f.b.WriteString(strings.Repeat(" ", indent) + text + rapid.SampledFrom([]string{"", "", " ", " # why: it's so", "  #"}).Draw(f.rt, "behind") + f.end)
}

// entries draws some entries of a map.
func (f *drawnFile) entries(values map[string][]string) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if rapid.Bool().Draw(f.rt, key) {
			all = append(all, key+": "+rapid.SampledFrom(values[key]).Draw(f.rt, "its value"))
		}
	}
	return all
}

func (f *drawnFile) function(name string, indent int) {
	command := []string{"command: x"}
	event := append([]string{"topic: in", "group: " + name}, f.entries(valuesOfEvents)...)
	if rapid.Bool().Draw(f.rt, "a line") {
		entries := append(command, f.entries(valuesOfFunctions)...)
		f.line(indent, fmt.Sprintf("%s: {%s, events: [{kafka: {%s}}]}", name, strings.Join(entries, ", "), strings.Join(event, ", ")))
		return
	}
	f.line(indent, name+":")
	step := rapid.IntRange(1, 4).Draw(f.rt, "step")
	for _, e := range append(command, f.entries(valuesOfFunctions)...) {
		f.line(indent+step, e)
	}
	f.line(indent+step, "events:")
	if rapid.Bool().Draw(f.rt, "a line") {
		f.line(indent+step, "- kafka: {"+strings.Join(event, ", ")+"}")
	} else {
		f.line(indent+step, "- kafka:")
		for _, e := range event {
			f.line(indent+step+4, e)
		}
	}
	if rapid.Bool().Draw(f.rt, "after") {
		f.line(indent+step, "architecture: arm64")
	}
}

// draw draws a file with two functions.
func (f *drawnFile) draw() string {
	f.end = rapid.SampledFrom([]string{"\n", "\n", "\r\n"}).Draw(f.rt, "end of line")
	f.line(0, "profile: aws-provisioned")
	for _, e := range f.entries(valuesOfRun) {
		f.line(0, e)
	}
	f.line(0, "topics: {in: {}}")
	f.line(0, "functions:")
	indent := rapid.IntRange(1, 4).Draw(f.rt, "indentation")
	f.function("ship", indent)
	f.function("bill", indent)
	text := f.b.String()
	if rapid.IntRange(0, 3).Draw(f.rt, "last line without end") == 0 {
		text = strings.TrimRight(text, "\r\n")
	}
	return text
}

// drawAssignment draws a key with another value, or with none.
func drawAssignment(rt *rapid.T) string {
	prefix, values := "", valuesOfRun
	if rapid.IntRange(0, 5).Draw(rt, "of the run") > 0 {
		prefix = rapid.SampledFrom([]string{"ship.", "functions.bill."}).Draw(rt, "function")
		values = valuesOfFunctions
		if rapid.Bool().Draw(rt, "of the event") {
			values = valuesOfEvents
		}
	}
	key := rapid.SampledFrom(slices.Sorted(maps.Keys(values))).Draw(rt, "key")
	return prefix + key + "=" + rapid.SampledFrom(append([]string{""}, values[key]...)).Draw(rt, "value")
}

// TestSaveReadsBack: files as people write them, and any keys: it reads back as it should,
// all is edited, and only so many lines are different as keys are.
func TestSaveReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := (&drawnFile{rt: rt}).draw()
		said, err := Parse("x", []byte(text))
		if err != nil {
			rt.Skip("no configuration: ", err)
		}
		wanted, assignments := said, rapid.SliceOfN(rapid.Custom(drawAssignment), 1, 6).Draw(rt, "assignments")
		for _, a := range assignments {
			if key, isUnset := strings.CutSuffix(a, "="); isUnset {
				target, err := targetOf(&wanted, key)
				if err != nil {
					rt.Fatal(err)
				}
				wanted = target.cleared(wanted)
				continue
			}
			if wanted, err = Assign(wanted, a); err != nil {
				rt.Fatal(err)
			}
		}
		if err := wanted.Validate(); err != nil {
			rt.Skip("no configuration: ", err)
		}
		d, err := edited("x", text, assignments)
		if err != nil {
			rt.Fatalf("%q: %v\n%s", assignments, err, text)
		}
		got, err := Parse("x", []byte(d.text()))
		if err != nil || !reflect.DeepEqual(got, wanted) {
			rt.Fatalf("%q: %v\n%s\nbecame\n%s", assignments, err, text, d.text())
		}
		checkLines(rt, d, text, len(assignments))
	})
}

// checkLines fails if more lines are different than so many.
func checkLines(t interface{ Fatalf(string, ...any) }, d *draft, text string, most int) {
	kept, changed := map[int]bool{}, 0
	last := -1
	for _, l := range d.lines {
		if l.of < 0 {
			changed++
			continue
		}
		if l.of <= last {
			t.Fatalf("line %d is not in its place", l.of+1)
		}
		last, kept[l.of] = l.of, true
		if l.text != d.was[l.of] && l.text != d.was[l.of]+d.end() {
			changed++
		}
	}
	if removed := len(d.was) - len(kept); changed+removed > most {
		t.Fatalf("%d lines are different, and %d are gone, for %d keys\n%s\nbecame\n%s", changed, removed, most, text, d.text())
	}
	if d.mark+strings.Join(d.was, "") != text {
		t.Fatalf("the lines are not those of the text")
	}
}

// FuzzSave: whatever the file and the key are, it reads back as it should, or nothing is
// written.
func FuzzSave(f *testing.F) {
	auction, err := os.ReadFile("testdata/auction.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{string(auction), savedFile, strings.ReplaceAll(savedFile, "\n", "\r\n"),
		"\uFEFF{\"functions\": {\"ship\": {\"command\": [\"x\"],\n\"timeout\": \"3s\"\n}}}",
		"functions:\n  ship:\n    ? command\n    : x\n    \"timeout\": |\n      3s\n", "functions: {ship: {command: x,}}", "---\nfunctions:\n ship:\n  command: [a,\n   b]\n...\n"} {
		for _, assignment := range []string{"ship.timeout=5s", "ship.timeout=", "ship.batchSize=7", "validate-item.retries=2", "freeze=false", "ship.command={a: b}"} {
			f.Add(text, assignment)
		}
	}
	f.Fuzz(func(t *testing.T, text, assignment string) {
		d, err := edited("x", text, []string{assignment})
		if err != nil {
			return
		}
		said, _ := Parse("x", []byte(text))
		got, err := Parse("x", []byte(d.text()))
		if err != nil {
			t.Fatalf("%q makes of\n%s\nwhat is not read:\n%s", assignment, text, d.text())
		}
		key, value, _ := strings.Cut(assignment, "=")
		wanted, err := Assign(said, assignment)
		if strings.TrimSpace(value) == "" {
			var at *target
			if at, err = targetOf(&said, key); err == nil {
				wanted = at.cleared(said)
			}
		}
		if err != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("%q: %v\n%s\nbecame\n%s", assignment, err, text, d.text())
		}
		checkLines(t, d, text, 2) // the entry, and a comma
		_ = d.diff("x")
	})
}
