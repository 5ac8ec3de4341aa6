package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// unwritten are the fields that no file can say.
var unwritten = map[string]bool{"Config.Dir": true, "Config.Reload": true, "Config.Journal": true, "Config.Debug": true, "Config.DebugWait": true,
	"Function.InProcess": true, "Function.Handle": true}

// fill sets fields of a struct at random: all of them where all is set.
func fill(t *rapid.T, v reflect.Value, all bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || unwritten[v.Type().Name()+"."+f.Name] || !all && rapid.Bool().Draw(t, "leave") {
			continue
		}
		fillField(t, v.Type().Name()+"."+f.Name, v.Field(i), all)
	}
}

func fillField(t *rapid.T, name string, v reflect.Value, all bool) {
	switch v.Interface().(type) {
	case time.Duration:
		v.SetInt(int64(rapid.Int64Range(1, 1<<20).Draw(t, name)) * int64(rapid.SampledFrom([]time.Duration{1, time.Millisecond, time.Second, time.Minute}).Draw(t, "unit")))
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(rapid.Int64Range(1, 1<<40).Draw(t, name)).UTC()))
		return
	case emulator.ColdStart: // off, or a distribution
		if rapid.Bool().Draw(t, "off") {
			v.Set(reflect.ValueOf(emulator.ColdStart{Off: true}))
			return
		}
		v.Set(reflect.ValueOf(emulator.ColdStart{P50: time.Second, P99: 3 * time.Second}))
		return
	case emulator.Duration: // P50 is needed
		v.Set(reflect.ValueOf(emulator.Duration{P50: time.Second, P99: rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "p99")}))
		return
	case emulator.Watch: // a function has no debounce
		w := emulator.Watch{Off: rapid.Bool().Draw(t, "off")}
		if !w.Off {
			w = emulator.Watch{Include: texts(t), Exclude: texts(t)}
		}
		v.Set(reflect.ValueOf(w))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(t))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(rapid.IntRange(1, 1<<30).Draw(t, name)))
	case reflect.Int64: // bytes
		v.SetInt(rapid.Int64Range(1, 1<<40).Draw(t, name))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, name))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillField(t, name, v.Elem(), all)
	case reflect.Struct:
		fill(t, v, all)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{text(t): text(t), "EMPTY": "", "N": "0"}))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.ValueOf(texts(t)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), all)
			if n := v.Index(i).FieldByName("Name"); n.IsValid() {
				n.SetString(fmt.Sprintf("%s %d", text(t), i))
			}
		}
	default:
		t.Fatalf("the test does not know how to fill %s, a %s", name, v.Kind())
	}
}

// text is one that a file may hold for a key.
func text(t *rapid.T) string {
	return rapid.OneOf(rapid.SampledFrom([]string{"no", "~", "1e3", "0x1f", "- a", "a: b", "#c", "it's", `"q"`, "a\nb", "arn:aws:sqs:us-east-1:1:q", "${kafka.bootstrap}", " a", "2026-01-01", "é", "\\", "{a}", "<<", "!x", "&a", "*b", "?", "|"}),
		rapid.StringMatching(`[ -~]{1,30}`)).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(t, "text")
}

func texts(t *rapid.T) []string { return []string{text(t), text(t)} }

// What is written reads as what it was, every field of it; so that a field that Write
// forgets fails.
func TestWriteReadsAsItWas(t *testing.T) {
	for _, all := range []bool{true, false} {
		t.Run(fmt.Sprintf("all=%v", all), rapid.MakeCheck(func(t *rapid.T) {
			var want emulator.Config
			fill(t, reflect.ValueOf(&want).Elem(), all)
			if want.Seed != nil && rapid.Bool().Draw(t, "debounce") {
				want.Watch = emulator.Watch{Debounce: 20 * time.Millisecond}
			}
			data := Write(&want, []string{"made"}, map[string]string{"functions": "a comment " + text(t)})
			r := newReader(data)
			var got emulator.Config
			if root := r.document(); root != nil {
				r.file(&got, root)
			}
			if len(r.mistakes) > 0 {
				t.Fatalf("%v\n%s", newError("f", r), data)
			}
			normalize(&want)
			normalize(&got)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("got\n%+v\nwant\n%+v\n%s", got, want, data)
			}
		}))
	}
}

// normalize gives two configurations that mean the same one form.
func normalize(c *emulator.Config) {
	if len(c.Topics) == 0 {
		c.Topics = nil
	}
	for i := range c.Functions {
		f := &c.Functions[i]
		for j := range f.Events {
			if f.Events[j].Provisioned == nil {
				f.Events[j].Provisioned = new(emulator.Provisioned)
			}
		}
	}
}

func TestWriteAsAPersonWould(t *testing.T) {
	window := 2 * time.Second
	c := &emulator.Config{Topics: []emulator.Topic{{Name: "orders", Partitions: 3}, {Name: "plain"}},
		Functions: []emulator.Function{{Name: "ship", Runtime: "nodejs24.x", Code: "src", Handler: "index.handler", Memory: 256 << 20, Timeout: 90 * time.Second,
			Env: map[string]string{"BROKERS": "${kafka.bootstrap}", "LEVEL": "1"}, Events: []emulator.Event{{Topic: "orders", BatchSize: 10, BatchWindow: &window, Filters: []string{`{"value":{"a":[1]}}`}}}}}}
	got := string(Write(c, []string{"Made by hand."}, map[string]string{"functions.ship.env.BROKERS": "was a cluster's", "functions.ship.events[0]": "from Orders"}))
	const want = `# Made by hand.

topics:
  orders: {partitions: 3}
  plain: {}
functions:
  ship:
    runtime: nodejs24.x
    code: src
    handler: index.handler
    memory: 256MB
    timeout: 90s
    env:
      # was a cluster's
      BROKERS: "${kafka.bootstrap}"
      LEVEL: "1"
    events:
      # from Orders
      - kafka:
          topic: orders
          batchSize: 10
          batchWindow: 2s
          filters: ['{"value":{"a":[1]}}']
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := Parse("f", []byte(got)); err != nil {
		t.Error(err)
	}
}
