package serverless

import (
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// broken are projects with mistakes: what is right is taken over all the same.
var broken = []shape{
	{
		name: "parts that are wrong",
		text: `service: dock
provider: {name: aws, runtime: nodejs22.x, memorySize: big}
functions:
  gone: {handler: src/gone.handler}
  none: {timeout: 3}
  text: nothing
  odd: {handler: a.handler, runtime: cobol85}
  image: {image: 'repo:latest'}
  file: '${file(functions/gone.yml)}'
  program: '${file(functions.js):all}'
  loop: {handler: '${self:functions.loop.handler}'}
  good:
    handler: a.handler
    memorySize: 99999
    timeout: 1000
    architecture: risc
    reservedConcurrency: many
    ephemeralStorageSize: 100
    deadLetter: nowhere
    environment: {_HANDLER: x, FINE: 1, '1X': y, ON: true, NIL: null}
    events:
      - msk: {arn: x, topic: 'a b'}
      - msk: {arn: x}
      - msk: {arn: x, topic: one, batchSize: 20000, startingPosition: SOMEWHERE, consumerGroupId: g}
      - msk: {arn: x, topic: one, batchSize: few, consumerGroupId: g, filterPatterns: [{key: [1]}, {value: {a: [1]}}, 'x']}
      - msk: {arn: x, topic: one, startingPositionTimestamp: soon, enabled: perhaps}
      - kafka: nothing
      - telex: {line: 7}
      - sns: a
      - ${file(events.js)}
resources: ${file(resources.yml)}
`,
		files:  map[string]string{"a.js": "", "functions.js": "", "events.js": ""},
		topics: []string{"one"},
		functions: []emulator.Function{{
			Name: "good", Runtime: "nodejs22.x", Code: ".", Handler: "a.handler", Memory: 1024 * mebibyte, Timeout: seconds(6),
			Env: map[string]string{"FINE": "1", "ON": "true"},
			Events: []emulator.Event{
				{Topic: "one", Source: "msk", Group: "g"},
				{Topic: "one", Source: "msk", Filters: []string{`{"value":{"a":[1]}}`}},
				{Topic: "one", Source: "msk", Group: "good-one-3"},
			},
		}},
		findings: []string{
			`wrong 4 gone handler: handler "src/gone.handler": there is no DIR/src/gone.js: the function is left out`,
			"wrong 5 none handler: is missing: the function is left out",
			"wrong 6 text functions.text: is a text, and not a map: left out",
			`wrong 7 odd runtime: there is no runtime "cobol85": the function is left out`,
			"dropped 8 image image: is a container image, and none are run: the function is left out",
			"wrong 9 file functions.file: there is no file DIR/functions/gone.yml",
			"needs a value 10 program functions.program: ${file(functions.js)} is a program, which is not run",
			"wrong 11 loop handler: stands for itself: ${self:functions.loop.handler} (line 11) -> ${self:functions.loop.handler}",
			"taken 12 good : a.handler, nodejs22.x, 1024 MB, 6s",
			"wrong 14 good memorySize: 99999MB is over the limit of 10240MB: left out",
			"wrong 15 good timeout: 16m40s is over the limit of 15m: left out",
			`wrong 16 good architecture: "risc" is not one of x86_64, arm64: left out`,
			`wrong 17 good reservedConcurrency: "many" is not a whole number: it is left out`,
			"wrong 18 good ephemeralStorageSize: 100MB is under the minimum of 512MB: left out",
			`wrong 19 good deadLetter: "nowhere" is not an ARN: left out`,
			"wrong 20 good environment._HANDLER: _HANDLER is reserved: only the platform sets it: left out",
			`wrong 20 good environment.1X: "1X" is not a name for an environment variable on AWS: left out`,
			`wrong 22 good events[0].msk: topic "a b": Kafka takes no such name: the event is left out`,
			"dropped 22  events: arn: the local Kafka is the only one, and lets everybody in",
			"wrong 23 good events[1].msk: has no topic: the event is left out",
			"taken 24 good events[2].msk: topic one, group g",
			"wrong 24 good events[2].msk.batchSize: 20000 is over the limit of 10000: left out",
			`wrong 24 good events[2].msk.startingPosition: "SOMEWHERE" is not one of TRIM_HORIZON, LATEST, AT_TIMESTAMP: left out`,
			"taken 25 good events[3].msk: topic one",
			`wrong 25 good events[3].msk.batchSize: "few" is not a whole number: left out`,
			`wrong 25 good events[3].msk.consumerGroupId: group "g" is taken by functions.good.events[0]: a name of its own counts`,
			"wrong 25 good events[3].msk.filterPatterns[0]: for Kafka, Lambda filters by value only: left out",
			"wrong 25 good events[3].msk.filterPatterns[2]: the pattern is no JSON: invalid character 'x' looking for beginning of value, at byte 1: left out",
			`wrong 26 good events[4].msk: group "good-one" is taken by functions.good.events[1]: a name of its own counts`,
			"taken 26 good events[4].msk: topic one, group good-one-3",
			`wrong 26 good events[4].msk.startingPositionTimestamp: "soon" are not Unix seconds: left out`,
			`wrong 26 good events[4].msk.enabled: "perhaps" is neither true nor false: it is on`,
			"wrong 27 good events[5].kafka: is a text, and not a map: left out",
			`dropped 28 good events[6]: event "telex" is not known here`,
			"dropped 29 good events: sns: the emulator has Kafka and Invoke",
			"needs a value 30 good events[8]: ${file(events.js)} is a program, which is not run",
			"wrong 31  resources: there is no file DIR/resources.yml",
		},
	},
	{
		name: "nothing for aws",
		text: "service: x\nprovider: {name: google, runtime: nodejs20}\nfunctions: {a: {handler: a.b}}\n",
		findings: []string{
			"wrong 2  provider.name: is \"google\": only functions for aws are taken over",
		},
	},
	{
		name: "no functions",
		text: "service: x\nprovider: aws\nfunctions: [a, null]\nextra: 1\n",
		findings: []string{
			"wrong 1  functions: there are none",
			"wrong 3  functions: is a text, and not a map of functions",
			"dropped 4  extra: is not known here",
		},
	},
}

func TestReadWhatIsBroken(t *testing.T) {
	for _, s := range broken {
		t.Run(s.name, s.check)
	}
}

// Every finding that something is wrong or missing says where.
func TestFindingsHavePlaces(t *testing.T) {
	for _, s := range slices.Concat(shapes, broken) {
		for _, f := range s.read(t).Findings {
			if f.At.File == "" || f.At.Line == 0 || f.Text == "" {
				t.Errorf("%s: %+v", s.name, f)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range slices.Concat(shapes, broken) {
		f.Add([]byte(s.text))
	}
	f.Add([]byte("service: x\nprovider: aws\nfunctions: &f\n  a: {handler: a.b, events: [{msk: {topic: '${self:functions}', filterPatterns: [*f]}}]}\n"))
	dir := project(f, map[string]string{"a.js": "", "src/bid.mts": "", "cmd/x/main.go": "package main\n", "go.mod": "module x\n"})
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := tree.Parse("serverless.yml", text)
		if err != nil || !Matches(root) || strings.Contains(string(text), "file(") {
			return
		}
		p := Read(root, dir, plan.Options{})
		if err := p.Config.Validate(); err != nil {
			t.Fatalf("%v", err)
		}
	})
}
