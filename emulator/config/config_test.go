package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read returns a file of testdata with LF at the ends of its lines.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// auction is what testdata/auction.yaml says, the sketch of ARCHITECTURE.md.
func auction() emulator.Config {
	return emulator.Config{
		Profile: "aws-provisioned",
		Seed:    new(uint64(42)),
		Kafka:   emulator.Kafka{Port: new(9092)},
		Topics:  []emulator.Topic{{Name: "items.submitted", Partitions: 3}, {Name: "auction.items", Partitions: 3}, {Name: "items.rejected"}},
		Functions: []emulator.Function{{
			Name: "validate-item", Runtime: "nodejs24.x", Code: "./validate-item", Handler: "index.handler",
			Build: "npm run build", Memory: 256 << 20, Timeout: 3 * time.Second, ReservedConcurrency: new(5),
			Env:     map[string]string{"CURRENCY": "EUR", "BROKERS": "${kafka.bootstrap}"},
			EnvFile: ".env", Architecture: "x86_64",
			ColdStart: &emulator.ColdStart{P50: 300 * time.Millisecond, P99: time.Second},
			Output:    "auction.items",
			Events: []emulator.Event{{
				Topic: "items.submitted", Group: "validate-item", Source: "self-managed", StartingPosition: "TRIM_HORIZON",
				BatchSize: 100, BatchWindow: new(time.Second), Retries: new(3), PartialResponse: true,
				OnFailure: "kafka://items.rejected",
			}},
		}},
		Processes: []emulator.Process{{Name: "settle", Command: "go run ./settle"}},
	}
}

func TestParseReadsEveryKeyOfTheSketch(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", []byte(read(t, "auction.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	if want := auction(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if _, err := got.Resolve(); err != nil {
		t.Errorf("resolve: %v", err)
	}
}

// What the sketch has and we do not is said so, not called unknown.
func TestParseNamesWhatIsNotEmulatedYet(t *testing.T) {
	text := strings.Replace(read(t, "auction.yaml"), "          retries: 3\n",
		"          retries: 3\n          schemaRegistry: x\n          tumblingWindow: 2s\n", 1)
	_, err := config.Parse("coldbrook.yaml", []byte(text))
	if err == nil {
		t.Fatal("got no error")
	}
	want := []string{
		"30:11: functions.validate-item.events[0].kafka.schemaRegistry: is not emulated yet",
		"31:11: functions.validate-item.events[0].kafka.tumblingWindow: is not emulated yet; AWS has it for Kinesis and DynamoDB only",
	}
	if got := firstLines(err); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The error controls of provisioned mode.
func TestParseReadsErrorControls(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", []byte(`
profile: aws-provisioned
topics: {a: }
functions:
  f:
    command: x
    events:
      - kafka:
          topic: a
          bisect: true
          bisectCountsAsRetry: true
          maximumRecordAge: 1h
          recordAgeCondition: TooOld
          partialResponse: true
          partialResponseMode: from-lowest
          onFailure: arn:aws:sqs:us-east-1:123456789012:dlq
      - kafka: {topic: a, group: g, maximumRecordAge: -1, order: key, lanes: 4}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []emulator.Event{{
		Topic: "a", Bisect: true, BisectCountsAsRetry: true, MaximumRecordAge: new(time.Hour), RecordAgeCondition: "TooOld",
		PartialResponse: true, PartialResponseMode: "from-lowest", OnFailure: "arn:aws:sqs:us-east-1:123456789012:dlq",
	}, {Topic: "a", Group: "g", MaximumRecordAge: new(time.Duration(-1)), Order: "key", Lanes: 4}}
	if got := got.Functions[0].Events; !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// The keys that are not in the sketch.
func TestParseReadsTheOtherKeys(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", []byte(`---
freeze: false
logs: platform
maxProcesses: 6
accountConcurrency: 2000
seed: 18446744073709551615
kafka:
  port: 0
  dataDir: data
  retention: 1 GB
  autoCreate: false
  defaultPartitions: 1
topics:
  b:
  a:
  7:
functions:
  zwei:
    command: [./run, "with blank", 3]
    coldStart: off
    keepAlive: 1m30s
    provisionedConcurrency: 2
    provisionedDelay: 0s
    ephemeralStorage: 1024MB
    env:
      PORT: 08
      ON: true
      RATE: 1.10
      TEXT: "x"
      LONG: |
        two
        lines
    events:
      - kafka: {topic: a, pollers: 2, requestLimit: off, retryBackoff: 0s, throttleBackoff: 250ms, batchWindow: 0s}
      - kafka: {topic: "7", startingPosition: LATEST, source: msk}
  eins:
    runtime: provided.al2023
    code: x
    build: |
      make
      strip bootstrap
    command: npm start -- --fast
    architecture: arm64
    coldStart: {p50: 1s}
processes:
  load: {command: ./load, dir: tools, role: source, env: {RATE: 5}}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.Config{
		Logs: "platform", MaxProcesses: 6, AccountConcurrency: 2000,
		Freeze: new(false), Seed: new(uint64(18446744073709551615)),
		Kafka:  emulator.Kafka{Port: new(0), DataDir: "data", Retention: 1 << 30, AutoCreate: new(false), DefaultPartitions: 1},
		Topics: []emulator.Topic{{Name: "b"}, {Name: "a"}, {Name: "7"}},
		Functions: []emulator.Function{{
			Name: "zwei", Command: []string{"./run", "with blank", "3"}, ColdStart: &emulator.ColdStart{Off: true},
			KeepAlive: new(90 * time.Second), ProvisionedConcurrency: 2, ProvisionedDelay: new(time.Duration(0)), EphemeralStorage: 1 << 30,
			Env: map[string]string{"PORT": "08", "ON": "true", "RATE": "1.10", "TEXT": "x", "LONG": "two\nlines\n"},
			Events: []emulator.Event{
				{Topic: "a", Pollers: 2, RequestLimit: "off", RetryBackoff: new(time.Duration(0)), ThrottleBackoff: new(250 * time.Millisecond), BatchWindow: new(time.Duration(0))},
				{Topic: "7", StartingPosition: "LATEST", Source: "msk"},
			},
		}, {
			Name: "eins", Runtime: "provided.al2023", Code: "x", Build: "make\nstrip bootstrap\n",
			Command: []string{"npm", "start", "--", "--fast"}, Architecture: "arm64", ColdStart: &emulator.ColdStart{P50: time.Second},
		}},
		Processes: []emulator.Process{{Name: "load", Command: "./load", Dir: "tools", Source: true, Env: map[string]string{"RATE": "5"}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// All mistakes of a file come at once, as a user reads them.
func TestMistakesArePrintedWithTheirPlaces(t *testing.T) {
	_, err := config.Parse("coldbrook.yaml", []byte(read(t, "mistakes.yaml")))
	if err == nil {
		t.Fatal("got no error")
	}
	if *update {
		if err := os.WriteFile("testdata/mistakes.txt", []byte(err.Error()+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := err.Error()+"\n", read(t, "mistakes.txt"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if e, ok := errors.AsType[*config.Error](err); !ok || len(e.Mistakes) < 15 {
		t.Errorf("got %d mistakes, want at least 15", len(e.Mistakes))
	}
}

// CR LF, CR and a byte order mark change nothing.
func TestMistakesDoNotDependOnTheEndsOfLines(t *testing.T) {
	text := read(t, "mistakes.yaml")
	_, want := config.Parse("coldbrook.yaml", []byte(text))
	for name, variant := range map[string]string{
		"CR LF": strings.ReplaceAll(text, "\n", "\r\n"),
		"CR":    strings.ReplaceAll(text, "\n", "\r"),
		"BOM":   "\uFEFF" + text,
	} {
		if _, got := config.Parse("coldbrook.yaml", []byte(variant)); got == nil || got.Error() != want.Error() {
			t.Errorf("%s: got\n%v\nwant\n%v", name, got, want)
		}
	}
}

// firstLines returns the first line of each mistake and its hint.
func firstLines(err error) []string {
	e, ok := errors.AsType[*config.Error](err)
	if !ok {
		return []string{err.Error()}
	}
	var lines []string
	for line := range strings.Lines(e.Error()) {
		line = strings.TrimSuffix(line, "\n")
		if hint, ok := strings.CutPrefix(line, "   hint: "); ok {
			lines[len(lines)-1] += "; " + hint
		} else if strings.HasPrefix(line, e.Name) {
			lines = append(lines, strings.TrimPrefix(line, e.Name+":"))
		}
	}
	return lines
}

// It is long because it is one table: each case stands for itself.
func TestParseMistakes(t *testing.T) {
	const root = "accountConcurrency, cpu, freeze, functions, invoke, kafka, logs, maxProcesses, memoryLimit, onReload, passEnv, processes, profile, seed, topics, watch"
	for name, c := range map[string]struct {
		yaml string
		want []string
	}{
		"empty":         {"", []string{"1:1: there is nothing in the file; coldbrook init writes a small working project"}},
		"comment":       {"# nothing\n", []string{"1:1: there is nothing in the file; coldbrook init writes a small working project"}},
		"text":          {"hello", []string{`1:1: must be a map, key: value, not the text "hello"`}},
		"list":          {"- a", []string{"1:1: must be a map, key: value, not a list"}},
		"open bracket":  {"topics: [a\nseed: 1\n", []string{"2:1: this is not YAML: ',' or ']' must be specified"}},
		"tab":           {"kafka:\n\tport: 1\n", []string{"2:1: this is not YAML: found character '\\t' that cannot start any token; YAML is indented with blanks, not with tabs"}},
		"two documents": {"seed: 1\n---\nseed: 2\n", []string{"2:1: a second document begins here; one file is one configuration"}},
		"unknown keys": {"sed: 1\ntopcis: {a: }\nversion: 1\n", []string{
			`1:1: sed: unknown key "sed"; did you mean "seed"?`,
			`2:1: topcis: unknown key "topcis"; did you mean "topics"?`,
			`3:1: version: unknown key "version"; the keys here are ` + root,
		}},
		"a misspelt section hides what follows from it": {"topcis: {a: }\nfunctions:\n  f: {command: x, output: a}\n", []string{
			`1:1: topcis: unknown key "topcis"; did you mean "topics"?`}},
		"a misspelt profile, too": {"profil: aws-provisioned\ntopics: {a: }\nfunctions:\n  f: {command: x, events: [{kafka: {topic: a, retries: 1}}]}\n", []string{
			`1:1: profil: unknown key "profil"; did you mean "profile"?`}},
		"names of AWS": {"topics: {a: }\nfunctions:\n  f:\n    command: x\n    MemorySize: 128\n    events: [{kafka: {topic: a, MaximumBatchingWindowInSeconds: 3, maximumRecordAgeInSeconds: 60}}]\n", []string{
			`5:5: functions.f.MemorySize: unknown key "MemorySize"; did you mean "memory"?`,
			`6:33: functions.f.events[0].kafka.MaximumBatchingWindowInSeconds: unknown key "MaximumBatchingWindowInSeconds"; did you mean "batchWindow"?`,
			`6:68: functions.f.events[0].kafka.maximumRecordAgeInSeconds: unknown key "maximumRecordAgeInSeconds"; did you mean "maximumRecordAge"?`,
		}},
		"anchors": {"topics: {a: &p {partitions: 2}, b: *p}\nfunctions:\n  f: !x {command: x}\n  g: {<<: *p, command: y}\n", []string{
			"1:13: topics.a: anchors are not supported; write the value out where it is needed",
			"1:36: topics.b: aliases are not supported; write the value out",
			"3:6: functions.f: tags are not supported; leave !x out",
			"4:7: functions.g: merging with << is not supported; write the keys out",
		}},
		"durations": {"functions:\n  f: {command: x, timeout: 3, keepAlive: 5 min, coldStart: {p50: 0s, p99: soon}}\n", []string{
			`2:28: functions.f.timeout: "3" is not a duration with a unit; 3s or 3ms, for example`,
			`2:42: functions.f.keepAlive: "5 min" is not a duration with a unit; did you mean 5m?`,
			`2:66: functions.f.coldStart.p50: 0s is under the minimum of 1ms; leave the key out for the default`,
			`2:75: functions.f.coldStart.p99: "soon" is not a duration with a unit; as in 500ms, 3s, 5m or 1h`,
		}},
		"sizes": {"kafka: {retention: 0MB}\nfunctions:\n  f: {command: x, memory: 1.5GB}\n  g: {command: x, memory: 512m}\n  h: {command: x, memory: 99999999999GB}\n  i: {command: x, memory: [1]}\n", []string{
			`1:20: kafka.retention: 0MB is under the minimum of 1MB; leave the key out for the default`,
			`3:27: functions.f.memory: "1.5GB" is not a size with a unit; a whole number and a unit, as in 128MB or 1GB`,
			`4:27: functions.g.memory: "512m" is not a size with a unit; did you mean 512MB?`,
			`5:27: functions.h.memory: "99999999999GB" is not a size with a unit; a whole number and a unit, as in 128MB or 1GB`,
			`6:27: functions.i.memory: must be a size, such as 128MB, not a list`,
		}},
		"numbers": {"seed: 1.5\nkafka: {port: \"9092\", defaultPartitions: 99999999999999999999}\ntopics: {a: {partitions: }}\nfreeze: on\n", []string{
			`1:7: seed: must be a whole number from 0 to 18446744073709551615, not 1.5`,
			`2:15: kafka.port: must be a whole number, not the text "9092"; without the quotes?`,
			`2:42: kafka.defaultPartitions: must be a whole number, not the text "99999999999999999999"`,
			`3:14: topics.a.partitions: has no value; leave the key out for the default`,
			`4:9: freeze: must be true or false, not the text "on"; write true`,
		}},
		"texts": {"profile: 7\nkafka: {dataDir: \"\"}\nprocesses: {p: {command: {a: b}}}\n", []string{
			`1:10: profile: must be a text, not 7; write "7", with quotes`,
			`2:18: kafka.dataDir: is empty; leave the key out for the default`,
			`3:26: processes.p.command: must be a text, not a map`,
		}},
		"events": {"topics: {a: }\nfunctions:\n  f:\n    command: x\n    events:\n      - a\n      - {}\n      - http: {}\n      - kafkaa: {topic: b}\n      - kafka:\n      - kafka: a\n", []string{
			`6:9: functions.f.events[0]: must be a map, key: value, not the text "a"`,
			`7:9: functions.f.events[1]: is no event: kafka is missing; write kafka: {topic: ...}`,
			`8:9: functions.f.events[2].http: is not emulated yet; only kafka is`,
			`9:9: functions.f.events[3].kafkaa: unknown key "kafkaa"; did you mean "kafka"?`,
			`10:9: functions.f.events[4].kafka.topic: is missing; give the topic whose records the function gets`,
			`11:16: functions.f.events[5].kafka: must be a map, key: value, not the text "a"`,
		}},
		"topics as a list": {"topics: [a, b]\nfunctions: {f: {command: x, output: a}}\n", []string{
			"1:9: topics: must be a map, key: value, not a list"}},
		"quoted names": {"topics:\n  \"a.b\": {partitions: 10001}\n  'c\"d':\n", []string{
			`2:23: topics."a.b".partitions: 10001 is over the limit of 10000`,
			`3:3: topics."c\"d": "c\"d" has characters that Kafka does not allow in the name of a topic; letters, digits, dot, underscore and dash are allowed`,
		}},
		"complex key": {"? [a, b]\n: c\n", []string{"2:1: this is not YAML: found an invalid key for this map"}},
		"nested":      {strings.Repeat("[", 600), []string{"1:1: the nesting is too deep; is it the right file?"}},
		"large":       {strings.Repeat("#\n", 200_000), []string{"1:1: 400000 bytes are over the limit of 262144; is it the right file?"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse("x.yaml", []byte(c.yaml))
			if err == nil {
				t.Fatalf("got no error, but %+v", got)
			}
			if !reflect.DeepEqual(got, emulator.Config{}) {
				t.Errorf("with an error: got %+v, want nothing", got)
			}
			if lines := firstLines(err); !slices.Equal(lines, c.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(lines, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

// Long lines are cut around the mark, and nothing of the file can move the cursor.
func TestExcerpts(t *testing.T) {
	long := "{" + strings.Repeat(" ", 300) + "nope: 1, " + strings.Repeat("x", 10_000) + ": 2}"
	_, err := config.Parse("x.yaml", []byte(long+"\n"))
	for i, line := range strings.Split(err.Error(), "\n")[1:3] {
		if n := len(line); n > 110 {
			t.Errorf("line %d has %d characters, want at most 110", i, n)
		}
	}
	if lines := strings.Split(err.Error(), "\n"); strings.Index(lines[1], "nope") != strings.Index(lines[2], "^^^^") {
		t.Errorf("the mark is not under the key:\n%s\n%s", lines[1], lines[2])
	}
	_, err = config.Parse("x.yaml", []byte("profile: \"\x1b[31m\\e[2J\u202e\"\n"))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e") {
		t.Errorf("got %q, want no control characters", err)
	}
	_, err = config.Parse("x.yaml", []byte("kafka: {ü: 1, ß: 2}\n"))
	want := `x.yaml:1:9: kafka."ü": unknown key "ü"`
	if lines := strings.Split(err.Error(), "\n"); lines[0] != want || lines[2] != "      |         ^" {
		t.Errorf("got %q, want %q and a mark in the ninth column", lines, want)
	}
}

func TestOnlyTheFirstMistakesArePrinted(t *testing.T) {
	var text strings.Builder
	for i := range 200 {
		text.WriteString(strings.Repeat("x", i+10) + ": 1\n")
	}
	_, err := config.Parse("x.yaml", []byte(text.String()))
	if !strings.HasSuffix(err.Error(), "\nand 150 more mistakes") {
		t.Errorf("got an end of %q", err.Error()[max(0, len(err.Error())-60):])
	}
}
