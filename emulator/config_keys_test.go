package emulator_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// What a change of a key in the file comes to, as docs/reload.md says it.
const (
	applies      = "applies"
	newRevision  = "new revision"
	beginsAnew   = "begins anew"
	comesAndGoes = "comes and goes"
	startsAgain  = "started again"
	needsRestart = "restart"
)

// keyRow is a key of coldbrook.yaml with another value than it has in keysFile.
type keyRow struct {
	key, value, comesTo string
	more                string // keys that it needs: a=1 b=2
	says                string // what the entry begins its line with; "" for the key
}

const (
	ofShip  = "functions.ship."
	ofEvent = "functions.ship.events[0].kafka."
	ofSink  = "functions.sink.events[0].kafka."
	ofFeed  = "processes.feed."
)

var keyRows = []keyRow{
	{key: "profile", value: `"aws-2018"`, comesTo: needsRestart},
	{key: "seed", value: `5`, comesTo: needsRestart},
	{key: "kafka.port", value: `9555`, comesTo: needsRestart},
	{key: "kafka.dataDir", value: `"data"`, comesTo: needsRestart},
	{key: "kafka.retention", value: `"300MB"`, comesTo: needsRestart},
	{key: "kafka.autoCreate", value: `false`, comesTo: needsRestart},
	{key: "kafka.defaultPartitions", value: `5`, comesTo: needsRestart},
	{key: "kafka.tls", value: `"auto"`, comesTo: needsRestart},
	{key: "kafka.sasl", value: `"any"`, comesTo: needsRestart},
	{key: "kafka.users", value: `{"alice": "secret"}`, comesTo: needsRestart, more: `kafka.sasl="any"`},
	{key: "invoke.port", value: `9556`, comesTo: needsRestart},
	{key: "freeze", value: `false`, comesTo: newRevision},
	{key: "maxProcesses", value: `7`, comesTo: applies},
	{key: "accountConcurrency", value: `50`, comesTo: applies},
	{key: "cpu", value: `"off"`, comesTo: newRevision},
	{key: "memoryLimit", value: `"report"`, comesTo: newRevision},
	{key: "passEnv", value: `["AWS_RETRY_*"]`, comesTo: newRevision},
	{key: "logs", value: `"platform"`, comesTo: applies},
	{key: "watch", value: `{"debounce": "30ms", "exclude": ["*.txt"]}`, comesTo: applies},
	{key: "onReload", value: `"retry"`, comesTo: applies},
	{key: "topics.NAME", value: `{"partitions": 1}`, comesTo: comesAndGoes},
	{key: "topics.in.partitions", value: `1`, comesTo: needsRestart},
	{key: "functions.NAME", value: `{"runtime": "provided.al2023", "code": "code", "command": ["HANDLER"]}`, comesTo: comesAndGoes},

	{key: ofShip + "profile", value: `"aws"`, comesTo: needsRestart},
	{key: ofShip + "runtime", value: `"provided.al2"`, comesTo: newRevision},
	{key: ofShip + "code", value: `"code2"`, comesTo: newRevision},
	{key: ofShip + "handler", value: `"other"`, comesTo: newRevision},
	{key: ofShip + "build", value: `"echo built"`, comesTo: newRevision},
	{key: ofShip + "layers", value: `["layer"]`, comesTo: newRevision},
	{key: ofShip + "command", value: `["HANDLER", "x"]`, comesTo: newRevision},
	{key: ofShip + "memory", value: `"256MB"`, comesTo: newRevision},
	{key: ofShip + "cpu", value: `"off"`, comesTo: newRevision},
	{key: ofShip + "env", value: `{"MODE": "clock"}`, comesTo: newRevision},
	{key: ofShip + "envFile", value: `"ship2.env"`, comesTo: newRevision},
	{key: ofShip + "passEnv", value: `["AWS_RETRY_MODE"]`, comesTo: newRevision},
	{key: ofShip + "architecture", value: `"arm64"`, comesTo: newRevision},
	{key: ofShip + "ephemeralStorage", value: `"600MB"`, comesTo: applies},
	{key: ofShip + "timeout", value: `"5s"`, comesTo: applies},
	{key: ofShip + "reservedConcurrency", value: `5`, comesTo: applies},
	{key: ofShip + "provisionedConcurrency", value: `2`, comesTo: needsRestart},
	{key: ofShip + "provisionedDelay", value: `"3s"`, comesTo: needsRestart},
	{key: ofShip + "coldStart", value: `{"p50": "10ms"}`, comesTo: applies},
	{key: ofShip + "duration", value: `"50ms"`, comesTo: applies},
	{key: ofShip + "keepAlive", value: `"1m"`, comesTo: applies},
	{key: ofShip + "maximumLifetime", value: `"1h"`, comesTo: applies},
	{key: ofShip + "proactiveInit", value: `10`, comesTo: applies},
	{key: ofShip + "output", value: `"out"`, comesTo: applies},
	{key: ofShip + "watch", value: `{"exclude": ["*.txt"]}`, comesTo: applies},
	{key: ofShip + "onReload", value: `"replay-last"`, comesTo: applies},
	{key: ofShip + "async", value: `{"maximumRetryAttempts": 1}`, comesTo: applies},
	{key: ofShip + "deadLetter", value: `"arn:aws:sqs:us-east-1:123456789012:dead"`, comesTo: applies},

	{key: ofEvent + "topic", value: `"out"`, comesTo: comesAndGoes, says: "functions.ship.events[0].kafka: added, topic out"},
	{key: ofEvent + "group", value: `"other"`, comesTo: comesAndGoes, says: "functions.ship.events[0].kafka: added, topic in, group other"},
	{key: ofEvent + "profile", value: `"aws"`, comesTo: beginsAnew},
	{key: ofEvent + "source", value: `"msk"`, comesTo: beginsAnew},
	{key: ofEvent + "startingPosition", value: `"LATEST"`, comesTo: needsRestart},
	{key: ofEvent + "startingPositionTimestamp", value: `"2026-01-01T00:00:00Z"`, comesTo: needsRestart, more: ofEvent + `startingPosition="AT_TIMESTAMP"`},
	{key: ofEvent + "batchSize", value: `7`, comesTo: applies},
	{key: ofEvent + "batchWindow", value: `"2s"`, comesTo: applies},
	{key: ofEvent + "retries", value: `3`, comesTo: applies},
	{key: ofEvent + "partialResponse", value: `true`, comesTo: applies},
	{key: ofEvent + "onFailure", value: `"kafka://out"`, comesTo: beginsAnew},
	{key: ofEvent + "bisect", value: `true`, comesTo: applies},
	{key: ofEvent + "bisectCountsAsRetry", value: `true`, comesTo: applies, more: ofEvent + "bisect=true"},
	{key: ofEvent + "maximumRecordAge", value: `"1h"`, comesTo: applies},
	{key: ofEvent + "recordAgeCondition", value: `"TooOld"`, comesTo: applies, more: ofEvent + `maximumRecordAge="1h"`},
	{key: ofEvent + "partialResponseMode", value: `"from-lowest"`, comesTo: applies, more: ofEvent + "partialResponse=true"},
	{key: ofEvent + "order", value: `"key"`, comesTo: beginsAnew},
	{key: ofEvent + "lanes", value: `3`, comesTo: beginsAnew, more: ofEvent + `order="none"`},
	{key: ofEvent + "pollers", value: `2`, comesTo: beginsAnew},
	{key: ofEvent + "provisioned", value: `{"minimumPollers": 1, "maximumPollers": 3}`, comesTo: beginsAnew},
	{key: ofEvent + "pollerScaleDelay", value: `"1s"`, comesTo: applies},
	{key: ofEvent + "pollerRebalance", value: `false`, comesTo: applies},
	{key: ofEvent + "pollerRate", value: `5000`, comesTo: applies},
	{key: ofEvent + "retryBackoff", value: `"1s"`, comesTo: applies},
	{key: ofEvent + "throttleBackoff", value: `"1s"`, comesTo: applies},
	{key: ofEvent + "requestLimit", value: `"off"`, comesTo: applies},
	{key: ofEvent + "filters", value: `[{"value": {"x": [1]}}]`, comesTo: beginsAnew},
	{key: ofEvent + "filterNulls", value: `"drop"`, comesTo: beginsAnew},
	{key: ofEvent + "commitFiltered", value: `"batch"`, comesTo: applies},
	{key: ofSink + "onError", value: `"log"`, comesTo: applies},
	{key: ofSink + "resultTopic", value: `"results"`, comesTo: beginsAnew, more: `topics.results={"partitions":1}`},
	{key: ofSink + "errorTopic", value: `"errors"`, comesTo: beginsAnew, more: `topics.errors={"partitions":1}`},

	{key: "processes.NAME", value: `{"command": "sleep 61"}`, comesTo: comesAndGoes},
	{key: ofFeed + "command", value: `"sleep 62"`, comesTo: startsAgain},
	{key: ofFeed + "dir", value: `"code"`, comesTo: startsAgain},
	{key: ofFeed + "env", value: `{"WORD": "x"}`, comesTo: startsAgain},
	{key: ofFeed + "watch", value: `{"include": ["feed.sh"]}`, comesTo: applies},
	{key: ofFeed + "role", value: `"source"`, comesTo: startsAgain},
}

// keysFile is the file in which one key after the other is changed.
const keysFile = `{
	"profile": "aws-provisioned",
	"topics": {"in": {"partitions": 2}, "out": {"partitions": 1}},
	"functions": {
		"ship": {"runtime": "provided.al2023", "code": "code", "command": ["HANDLER"], "coldStart": "off", "envFile": "ship.env",
			"events": [{"kafka": {"topic": "in", "batchWindow": "0s"}}]},
		"sink": {"runtime": "provided.al2023", "code": "code", "command": ["HANDLER"], "coldStart": "off",
			"events": [{"kafka": {"topic": "in", "profile": "connect-sync"}}]}
	},
	"processes": {"feed": {"command": "sleep 60"}}
}`

// named is the key as docs/reload.md has it.
func (r *keyRow) named() string {
	return strings.NewReplacer(".ship", ".NAME", ".sink", ".NAME", ".feed", ".NAME", ".in.", ".NAME.", "[0]", "[]").Replace(r.key)
}

// keysOf are the keys of a struct of the configuration.
func keysOf(path string, t reflect.Type) []string {
	noKeys := []string{"Reload", "Journal", "Debug", "DebugWait", "InProcess", "Handle"}
	lists := map[string]string{"Topics": "topics.NAME", "Functions": "functions.NAME", "Processes": "processes.NAME", "Events": path + "events[].kafka"}
	var all []string
	for f := range t.Fields() {
		key := path + strings.ToLower(f.Name[:1]) + f.Name[1:]
		if f.Name == strings.ToUpper(f.Name) {
			key = path + strings.ToLower(f.Name)
		}
		if f.Name == "Source" && f.Type.Kind() == reflect.Bool {
			key = path + "role"
		}
		switch list, isList := lists[f.Name]; {
		case !unicode.IsUpper(rune(f.Name[0])), slices.Contains(noKeys, f.Name), key == "dir":
		case f.Name == "Name":
			all = append(all, strings.TrimSuffix(path, "."))
		case isList:
			all = append(all, keysOf(list+".", f.Type.Elem())...)
		case f.Name == "Kafka", f.Name == "Invoke":
			all = append(all, keysOf(key+".", f.Type)...)
		default:
			all = append(all, key)
		}
	}
	return all
}

// TestEveryKeyIsKnownToTheReload: whoever adds a key says what its change comes to, here
// and in docs/reload.md.
func TestEveryKeyIsKnownToTheReload(t *testing.T) {
	want := keysOf("", reflect.TypeFor[emulator.Config]())
	rows := map[string]string{}
	for i := range keyRows {
		rows[keyRows[i].named()] = keyRows[i].comesTo
	}
	documented := documentedKeys(t)
	for _, key := range want {
		if rows[key] == "" {
			t.Errorf("%s is in no row of this test", key)
		}
		if documented[key] != rows[key] {
			t.Errorf("%s: docs/reload.md says %q, the test %q", key, documented[key], rows[key])
		}
	}
	for key := range rows {
		if !slices.Contains(want, key) {
			t.Errorf("%s is no key", key)
		}
	}
	for key := range documented {
		if !slices.Contains(want, key) {
			t.Errorf("docs/reload.md: %s is no key", key)
		}
	}
}

// documentedKeys reads the table of docs/reload.md: where, keys, what a change comes to.
func documentedKeys(t *testing.T) map[string]string {
	text, err := os.ReadFile(filepath.Join("..", "docs", "reload.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[2], "`") {
			continue
		}
		where := strings.Trim(cells[1], " `")
		what, _, _ := strings.Cut(cells[3], ":")
		for i, key := range strings.Split(cells[2], "`") {
			if i%2 == 1 {
				all[strings.TrimPrefix(where+"."+key, ".")] = strings.Trim(what, " *")
			}
		}
	}
	return all
}

// savedKeys is a run whose coldbrook.yaml is saved again and again.
type savedKeys struct {
	*started
	t            *testing.T
	dir, handler string
	reader       *journal.Reader
	revision     int32
	wasNew       bool
}

func (s *savedKeys) path(name string) string { return filepath.Join(s.dir, name) }

// save writes keysFile with other values of keys, by a rename as most editors do.
func (s *savedKeys) save(assignments ...string) {
	s.t.Helper()
	text := strings.ReplaceAll(keysFile, "HANDLER", filepath.ToSlash(s.handler))
	var root any
	must(s.t, json.Unmarshal([]byte(text), &root))
	for _, a := range assignments {
		path, value, _ := strings.Cut(a, "=")
		var v any
		must(s.t, json.Unmarshal([]byte(strings.ReplaceAll(value, "HANDLER", filepath.ToSlash(s.handler))), &v))
		at := root.(map[string]any)
		keys := strings.Split(strings.ReplaceAll(path, "[0]", ".0"), ".")
		for _, k := range keys[:len(keys)-1] {
			switch next := at[k].(type) {
			case map[string]any:
				at = next
			case []any:
				at = map[string]any{"0": next[0]}
			default:
				made := map[string]any{}
				at[k] = made
				at = made
			}
		}
		at[keys[len(keys)-1]] = v
	}
	out, err := json.MarshalIndent(root, "", "  ")
	must(s.t, err)
	must(s.t, os.WriteFile(s.path("coldbrook.yaml~"), out, 0o644))
	must(s.t, os.Rename(s.path("coldbrook.yaml~"), s.path("coldbrook.yaml")))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// await returns the next entry that is asked for.
func (s *savedKeys) await(what string, is func(*journal.Entry) bool) journal.Entry {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	one := make([]journal.Entry, 1)
	for {
		if _, _, err := s.reader.Next(ctx, one); err != nil {
			s.t.Fatalf("there is no %s: %v", what, err)
		}
		if is(&one[0]) {
			return one[0]
		}
	}
}

// TestEveryKeyOfASavedFile goes from a coldbrook.yaml on disk that is saved to what has
// changed, for each key. Each save also takes the key before it back.
func TestEveryKeyOfASavedFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the processes are for a POSIX shell")
	}
	handler, err := buildHandler()
	must(t, err)
	s := &savedKeys{t: t, dir: t.TempDir(), handler: handler, revision: 1}
	for _, dir := range []string{"code", "code2", "layer"} {
		must(t, os.Mkdir(s.path(dir), 0o755))
	}
	must(t, os.WriteFile(s.path("ship.env"), []byte("ONE=1\n"), 0o644))
	must(t, os.WriteFile(s.path("ship2.env"), []byte("ONE=2\n"), 0o644))
	s.save()
	cfg, err := config.Load(s.dir)
	must(t, err)
	cfg.Reload = emulator.Reload{Watch: true, Files: []string{s.path("coldbrook.yaml")}, Read: func() (emulator.Config, error) {
		next, err := config.Load(s.dir)
		if next.Kafka.Port == nil { // as start has it
			next.Kafka.Port = new(0)
		}
		if next.Seed == nil {
			next.Seed = new(uint64(1))
		}
		return next, err
	}}
	s.started = start(t, cfg)
	s.reader = s.Journal().Draw()
	s.run()
	s.await("partition", func(e *journal.Entry) bool { return e.Kind == journal.PartitionAssigned && e.Mapping == "ship" })
	for i := range keyRows {
		s.check(&keyRows[i])
	}
	s.save()
	s.await("last entry", func(e *journal.Entry) bool { return e.Kind == journal.ConfigReloaded })
	if status := s.Status(); len(status.Pending) > 0 || status.Mistakes != "" || len(status.Functions) != 2 || len(status.Processes) != 1 {
		t.Errorf("at the end: %+v", status)
	}
	status := s.Status()
	if r := status.Functions[0].Revision; r != s.revision {
		t.Errorf("r%d serves, of which r%d was seen", r, s.revision)
	}
}

// check saves a file with one key changed, and says what comes of it.
func (s *savedKeys) check(r *keyRow) {
	s.t.Helper()
	key := strings.ReplaceAll(r.key, "NAME", "fresh")
	s.save(append(strings.Fields(r.more), key+"="+r.value)...)
	e := s.await("entry about "+key, func(e *journal.Entry) bool { return e.Kind == journal.ConfigReloaded })
	if e.Outcome != journal.Succeeded {
		s.t.Fatalf("%s: %s", key, e.Sentence())
	}
	says := r.says
	if says == "" {
		says = key + ": "
	}
	begins := func(line string) bool { return strings.HasPrefix(line, says) }
	lines := strings.Split(e.Text, "\n")
	i := slices.IndexFunc(lines, begins)
	if i < 0 {
		s.t.Fatalf("%s is not said: %q", key, lines)
	}
	isRestart := strings.Contains(lines[i], " needs a restart: ")
	if isPending := slices.ContainsFunc(s.Status().Pending, begins); isRestart != (r.comesTo == needsRestart) || isPending != isRestart {
		s.t.Errorf("%s %s: it says %q, pending %v", key, r.comesTo, lines[i], isPending)
	}
	s.follows(r)
}

// follows waits for what a change has followed, of this key or of the one that was taken
// back. A revision that nothing called for is found by the number of the next.
func (s *savedKeys) follows(r *keyRow) {
	s.t.Helper()
	isNew := r.comesTo == newRevision
	if isNew || s.wasNew {
		s.revision++
		e := s.await("revision for "+r.key, func(e *journal.Entry) bool { return e.Kind == journal.Reloaded && e.Function == "ship" })
		if e.Outcome != journal.Succeeded || e.Revision != s.revision {
			s.t.Fatalf("%s: %s, want r%d", r.key, e.Sentence(), s.revision)
		}
	}
	s.wasNew = isNew
	if r.comesTo == beginsAnew && strings.HasPrefix(r.key, ofEvent) {
		s.await("assignment for "+r.key, func(e *journal.Entry) bool { return e.Kind == journal.PartitionAssigned && e.Mapping == "ship" })
	}
	if r.comesTo == comesAndGoes { // what comes back is no other value of it
		s.save()
		s.await("way back for "+r.key, func(e *journal.Entry) bool { return e.Kind == journal.ConfigReloaded })
	}
	if r.comesTo == startsAgain {
		s.await("process for "+r.key, func(e *journal.Entry) bool { return e.Kind == journal.ProcessStarted && e.Process == "feed" })
	}
}
