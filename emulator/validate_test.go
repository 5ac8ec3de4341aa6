package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// shop is a valid configuration: function ship with one event, and a process.
func shop() emulator.Config {
	return emulator.Config{
		Topics: []emulator.Topic{{Name: "orders", Partitions: 3}, {Name: "done"}, {Name: "orders.failed"}},
		Functions: []emulator.Function{{
			Name: "ship", Runtime: "nodejs24.x", Code: "./ship", Handler: "index.handler",
			Env:    map[string]string{"CURRENCY": "EUR", "BROKERS": "${kafka.bootstrap}"},
			Output: "done",
			Events: []emulator.Event{{Topic: "orders"}},
		}},
		Processes: []emulator.Process{{Name: "settle", Command: "go run ./settle"}},
	}
}

// mistakesOf returns the mistakes of a configuration, a line each, with the hint
// behind a semicolon.
func mistakesOf(c emulator.Config) []string {
	err := c.Validate()
	if err == nil {
		return nil
	}
	var lines []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		line := e.Error()
		if m, ok := errors.AsType[*emulator.Mistake](e); ok && m.Hint() != "" {
			line += "; " + m.Hint()
		}
		lines = append(lines, line)
	}
	return lines
}

type mistakeCase struct {
	name   string
	change func(c *emulator.Config, f *emulator.Function, e *emulator.Event)
	want   []string
}

func checkMistakes(t *testing.T, cases []mistakeCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			config := shop()
			c.change(&config, &config.Functions[0], &config.Functions[0].Events[0])
			if got := mistakesOf(config); !slices.Equal(got, c.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

const (
	eventPath = "functions.ship.events[0].kafka."
	allNames  = "nodejs20.x, nodejs22.x, nodejs24.x, python3.10, python3.11, python3.12, python3.13, python3.14, " +
		"provided.al2, provided.al2023, java8.al2, java11, java17, java21, java25, dotnet8, dotnet10, ruby3.2, ruby3.3, ruby3.4"
)

func TestValidateAcceptsAGoodConfig(t *testing.T) {
	for name, c := range map[string]emulator.Config{"zero": {}, "shop": shop()} {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The limits themselves are legal.
func TestValidateAcceptsTheLimits(t *testing.T) {
	for name, c := range map[string][2]func(*emulator.Config){
		"low": {func(c *emulator.Config) {
			f, e := &c.Functions[0], &c.Functions[0].Events[0]
			c.Kafka = emulator.Kafka{Port: new(0), Retention: 1 << 20, DefaultPartitions: 1}
			c.Topics[0].Partitions = 1
			f.Memory, f.Timeout, f.ReservedConcurrency = 128<<20, time.Second, new(0)
			f.KeepAlive, f.ColdStart = new(time.Duration(0)), &emulator.ColdStart{P50: time.Millisecond}
			e.BatchSize, e.BatchWindow, e.Retries, e.Pollers = 1, new(time.Duration(0)), new(-1), 1
			e.RetryBackoff, e.ThrottleBackoff, e.Group = new(time.Duration(0)), new(time.Duration(0)), "g"
		}},
		"high": {func(c *emulator.Config) {
			f, e := &c.Functions[0], &c.Functions[0].Events[0]
			c.Kafka = emulator.Kafka{Port: new(65535), Retention: 1 << 50, DefaultPartitions: 10_000}
			c.Topics[0].Partitions = 10_000
			f.Memory, f.Timeout, f.ReservedConcurrency = 10_240<<20, 15*time.Minute, new(900)
			f.ColdStart = &emulator.ColdStart{P50: 15 * time.Minute, P99: 15 * time.Minute}
			f.Env = map[string]string{"AB": strings.Repeat("x", 4094)}
			e.BatchSize, e.BatchWindow, e.Retries, e.Pollers = 10_000, new(300*time.Second), new(10_000), 200
			e.RetryBackoff, e.ThrottleBackoff, e.Group = new(time.Hour), new(time.Hour), strings.Repeat("g", 200)
		}},
	} {
		config := shop()
		config.Profile = "aws-provisioned"
		c[0](&config)
		if err := config.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// It is long because it is one table: each case stands for itself.
func TestValidateRanges(t *testing.T) {
	checkMistakes(t, []mistakeCase{
		{"all over", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
			c.Profile = "aws-provisioned"
			c.Kafka = emulator.Kafka{Port: new(65536), Retention: -1, DefaultPartitions: 10_001}
			c.Invoke.Port = 65536
			c.Topics[0].Partitions = 10_001
			f.Memory, f.Timeout, f.ReservedConcurrency = 10_241<<20, 20*time.Minute, new(901)
			e.BatchSize, e.BatchWindow, e.Retries, e.Pollers = 10_001, new(400*time.Second), new(10_001), 201
			e.RetryBackoff, e.ThrottleBackoff = new(time.Hour+1), new(25*time.Hour)
		}, []string{
			"kafka.port: 65536 is over the limit of 65535",
			"kafka.retention: -1B is under the minimum of 1MB",
			"kafka.defaultPartitions: 10001 is over the limit of 10000",
			"invoke.port: 65536 is over the limit of 65535",
			"topics.orders.partitions: 10001 is over the limit of 10000",
			"functions.ship.memory: 10241MB is over the limit of 10240MB",
			"functions.ship.timeout: 20m is over the limit of 15m",
			"functions.ship.reservedConcurrency: 901 is over the limit of 900",
			eventPath + "batchSize: 10001 is over the limit of 10000; AWS says: Value '10001' at 'batchSize' failed to satisfy constraint: Member must have value less than or equal to 10000",
			eventPath + "batchWindow: 400s is over the limit of 300s; AWS says: Value '400' at 'maximumBatchingWindowInSeconds' failed to satisfy constraint: Member must have value less than or equal to 300",
			eventPath + "pollers: 201 is over the limit of 200",
			eventPath + "retryBackoff: 1h0m0.000000001s is over the limit of 1h",
			eventPath + "throttleBackoff: 25h is over the limit of 1h",
			eventPath + "retries: 10001 is over the limit of 10000; AWS says: Value '10001' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 10000",
		}},
		{"all under", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
			c.Profile = "aws-provisioned"
			c.Kafka = emulator.Kafka{Port: new(-1), Retention: 1<<20 - 1, DefaultPartitions: -1}
			c.Invoke.Port = -1
			c.Topics[0].Partitions = -1
			f.Memory, f.Timeout, f.ReservedConcurrency, f.KeepAlive = 127<<20, time.Millisecond, new(-1), new(-time.Second)
			e.BatchSize, e.BatchWindow, e.Retries, e.Pollers = -1, new(-time.Second), new(-2), -1
			e.RetryBackoff = new(-time.Second)
		}, []string{
			"kafka.port: -1 is under the minimum of 0",
			"kafka.retention: 1048575B is under the minimum of 1MB",
			"kafka.defaultPartitions: -1 is under the minimum of 1",
			"invoke.port: -1 is under the minimum of 0",
			"topics.orders.partitions: -1 is under the minimum of 1",
			"functions.ship.memory: 127MB is under the minimum of 128MB",
			"functions.ship.timeout: 1ms is under the minimum of 1s",
			"functions.ship.timeout: 1ms is not in whole seconds, as on AWS",
			"functions.ship.keepAlive: -1s is under the minimum of 0s",
			"functions.ship.reservedConcurrency: -1 is under the minimum of 0",
			eventPath + "batchSize: -1 is under the minimum of 1; AWS says: Value '-1' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1",
			eventPath + "batchWindow: -1s is under the minimum of 0s; AWS says: Value '-1' at 'maximumBatchingWindowInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 0",
			eventPath + "pollers: -1 is under the minimum of 1",
			eventPath + "retryBackoff: -1s is under the minimum of 0s",
			eventPath + "retries: -2 is under the minimum of -1; AWS says: Value '-2' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value greater than or equal to -1",
		}},
		{"steps", func(_ *emulator.Config, f *emulator.Function, e *emulator.Event) {
			f.Memory, f.Timeout, e.BatchWindow = 128<<20+1, 1500*time.Millisecond, new(2500*time.Millisecond)
		}, []string{
			"functions.ship.memory: 134217729B is not in steps of 1MB",
			"functions.ship.timeout: 1.5s is not in whole seconds, as on AWS",
			eventPath + "batchWindow: 2.5s is not in whole seconds, as on AWS",
		}},
		{"cold start", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.ColdStart = &emulator.ColdStart{P50: time.Second, P99: 300 * time.Millisecond}
			for i, cold := range []emulator.ColdStart{{}, {Off: true, P50: 1}, {P50: 1, P99: 16 * time.Minute}} {
				g := *f
				g.Name, g.ColdStart, g.Events = fmt.Sprint("g", i), &cold, nil
				c.Functions = append(c.Functions, g)
			}
		}, []string{
			"functions.ship.coldStart.p99: 300ms is under the p50 of 1s",
			"functions.g0.coldStart.p50: is missing; write {p50: 300ms, p99: 1s}, or off",
			"functions.g1.coldStart: a cold start that is off has no p50 or p99",
			"functions.g2.coldStart.p50: 1ns is under the minimum of 1ms",
			"functions.g2.coldStart.p99: 16m is over the limit of 15m",
		}},
		{"concurrency of all", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.ReservedConcurrency = new(500)
			for i, n := range []int{300, 200, 50} {
				g := *f
				g.Name, g.ReservedConcurrency, g.Events = fmt.Sprint("g", i), new(n), nil
				c.Functions = append(c.Functions, g)
			}
		}, []string{
			"functions.g1.reservedConcurrency: 200 makes 1000 reserved up to here, over the limit of 900; of the account's 1000, 100 stay unreserved; " +
				"AWS says: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
		}},
	})
}

func TestValidateTheArticlesTable(t *testing.T) {
	checkMistakes(t, []mistakeCase{{"over", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
		c.Profile, f.Memory, f.Timeout, e.Retries = "aws-2018", 3009<<20, 301*time.Second, new(3)
	}, []string{
		"functions.ship.memory: 3009MB is over the limit of 3008MB",
		"functions.ship.timeout: 5m1s is over the limit of 5m",
		eventPath + "retries: retries needs profile aws-provisioned: on demand, AWS retries until the record expires; set profile: aws-provisioned, or leave retries out",
	}}})
	c := shop()
	c.Profile, c.Functions[0].Memory, c.Functions[0].Timeout = "aws-2018", 3008<<20, 300*time.Second
	if err := c.Validate(); err != nil {
		t.Errorf("at the limits: %v", err)
	}
}

func TestValidateNames(t *testing.T) {
	long := strings.Repeat("x", 250)
	checkMistakes(t, []mistakeCase{
		{"topics", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Topics = append(c.Topics, emulator.Topic{Name: "a b"}, emulator.Topic{Name: ".."}, emulator.Topic{},
				emulator.Topic{Name: long}, emulator.Topic{Name: "orders"})
		}, []string{
			`topics."a b": "a b" has characters that Kafka does not allow in the name of a topic; letters, digits, dot, underscore and dash are allowed`,
			`topics."..": ".." is not a name for a topic; letters, digits, dot, underscore and dash are allowed`,
			`topics."": the topic has no name; letters, digits, dot, underscore and dash are allowed`,
			`topics.` + long + `: the name of 250 characters is over the limit of 249; letters, digits, dot, underscore and dash are allowed`,
			`topics.orders: topic "orders" is declared twice`,
		}},
		{"functions and processes", func(c *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			again := *f
			again.Events = nil
			bad := again
			bad.Name = "ship it"
			c.Functions = append(c.Functions, again, bad)
			c.Processes = append(c.Processes, emulator.Process{Name: "settle"}, emulator.Process{Name: "ä", Command: "x",
				Env: map[string]string{"A=B": "", "OK": "${kafka.address}"}})
		}, []string{
			`functions.ship: function "ship" is defined twice`,
			`functions."ship it": "ship it" is not a name for a function; 1 to 64 letters, digits, dashes and underscores`,
			`processes.settle: process "settle" is defined twice`,
			`processes.settle.command: is missing; give the command that starts the process`,
			`processes."ä": "ä" is not a name for a process; 1 to 64 letters, digits, dashes and underscores`,
			`processes."ä".env."A=B": "A=B" is not a name for an environment variable`,
			`processes."ä".env.OK: there is no ${kafka.address}; there are ${invoke.endpoint}, ${kafka.bootstrap} and ${env:NAME}`,
		}},
		{"groups", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
			e.Group = "a b"
			f.Events = append(f.Events, emulator.Event{Topic: "done", Group: long}, emulator.Event{Topic: "done"})
			c.Functions = append(c.Functions, emulator.Function{Name: "ship-done", Runtime: "provided.al2023", Code: "x",
				Events: []emulator.Event{{Topic: "orders"}}})
		}, []string{
			eventPath + `group: "a b" is not a name for a consumer group; letters, digits and -/*:_+=.@ are allowed`,
			`functions.ship.events[1].kafka.group: the group's name of 250 characters is over the limit of 200; set a shorter group`,
			`functions.ship-done.events[0].kafka.group: group "ship-done" is taken by functions.ship.events[2]; set a group of its own: it is unique over all mappings`,
		}},
		{"environment", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Env = map[string]string{"AWS_EXECUTION_ENV": "x", "_HANDLER": "x", "A": "x", "1A": "x", "A-B": "x",
				"NUL": "a\x00b", "REF": "${kafka.bootstap}", "BIG": strings.Repeat("x", 4096)}
		}, []string{
			`functions.ship.env.1A: "1A" is not a name for an environment variable on AWS; at least two letters, digits and underscores, a letter first`,
			`functions.ship.env.A: "A" is not a name for an environment variable on AWS; at least two letters, digits and underscores, a letter first`,
			`functions.ship.env.A-B: "A-B" is not a name for an environment variable on AWS; at least two letters, digits and underscores, a letter first`,
			`functions.ship.env.AWS_EXECUTION_ENV: AWS_EXECUTION_ENV is reserved: only the platform sets it`,
			`functions.ship.env.NUL: the value has a NUL character in it`,
			`functions.ship.env.REF: there is no ${kafka.bootstap}; did you mean ${kafka.bootstrap}?`,
			`functions.ship.env._HANDLER: _HANDLER is reserved: only the platform sets it`,
			`functions.ship.env: 4161 bytes of names and values are over the limit of 4096`,
		}},
	})
}

func TestValidateReferencesAndChoices(t *testing.T) {
	checkMistakes(t, []mistakeCase{
		{"profile", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			c.Profile, e.Retries = "aws-provisoned", new(3) // only one mistake: nothing is known of that profile
		}, []string{`profile: there is no profile "aws-provisoned"; did you mean "aws-provisioned"?`}},
		{"other profile", func(c *emulator.Config, _ *emulator.Function, _ *emulator.Event) {
			c.Profile = "knative"
		}, []string{`profile: there is no profile "knative"; there are aws, aws-provisioned, aws-2018, connect-sync, connect-async`}},
		{"topics", func(c *emulator.Config, f *emulator.Function, e *emulator.Event) {
			c.Profile = "aws-provisioned"
			f.Output, e.Topic, e.OnFailure = "doen", "Orders", "kafka://elsewhere"
		}, []string{
			`functions.ship.output: unknown topic "doen"; did you mean "done"? Otherwise declare it under topics`,
			eventPath + `topic: unknown topic "Orders"; did you mean "orders"? Otherwise declare it under topics`,
			eventPath + `onFailure: unknown topic "elsewhere"; declare it under topics`,
		}},
		{"no topic", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) { e.Topic = "" },
			[]string{eventPath + "topic: is missing; give the topic whose records the function gets"}},
		{"destination is a source", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			c.Profile, e.OnFailure = "aws-provisioned", "kafka://orders"
		}, []string{eventPath + `onFailure: topic "orders" is a source of function "ship": a destination must not be a source`}},
		{"destination is none", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			c.Profile, e.OnFailure = "aws-provisioned", "orders.failed"
		}, []string{eventPath + `onFailure: "orders.failed" is not a destination; write kafka://TOPIC, or the ARN of an SQS queue, an SNS topic or an S3 bucket`}},
		{"destination is another ARN", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			e.OnFailure = "arn:aws:lambda:us-east-1:123456789012:function:f"
		}, []string{eventPath + `onFailure: "arn:aws:lambda:us-east-1:123456789012:function:f" is not the ARN of an SQS queue, an SNS topic or an S3 bucket; ` +
			`write arn:aws:sqs:us-east-1:123456789012:NAME, arn:aws:sns:us-east-1:123456789012:NAME or arn:aws:s3:::NAME`}},
		{"destination has no name for a topic", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			e.OnFailure = "arn:aws:s3:::a/b"
		}, []string{eventPath + `onFailure: what goes there would land in topic "coldbrook.destination.a/b": "coldbrook.destination.a/b" has characters that Kafka does not allow in the name of a topic`}},
		{"destination is its own source", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			c.Topics = append(c.Topics, emulator.Topic{Name: "coldbrook.destination.q"})
			e.Topic, e.OnFailure = "coldbrook.destination.q", "arn:aws:sqs:us-east-1:123456789012:q"
		}, []string{eventPath + `onFailure: what goes there lands in topic "coldbrook.destination.q", which is the source: a destination must not be the source`}},
		{"choices", func(_ *emulator.Config, f *emulator.Function, e *emulator.Event) {
			f.Architecture, e.Source, e.StartingPosition = "arm", "MSK", "latest"
		}, []string{
			`functions.ship.architecture: "arm" is not one of x86_64, arm64; there are x86_64, arm64`,
			eventPath + `source: "MSK" is not one of self-managed, msk; did you mean "msk"?`,
			eventPath + `startingPosition: "latest" is not one of TRIM_HORIZON, LATEST, AT_TIMESTAMP; did you mean "LATEST"?`,
		}},
		{"timestamp", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) { e.StartingPosition = "AT_TIMESTAMP" },
			[]string{eventPath + `startingPositionTimestamp: is missing: AT_TIMESTAMP begins there; write Unix seconds, or a time such as 2026-10-01T12:00:00Z`}},
	})
}

func TestValidateRefusesWhatOnDemandLacks(t *testing.T) {
	checkMistakes(t, []mistakeCase{{"all", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
		e.Retries, e.PartialResponse, e.OnFailure = new(3), true, "kafka://orders.failed"
	}, []string{
		eventPath + "retries: retries needs profile aws-provisioned: on demand, AWS retries until the record expires; set profile: aws-provisioned, or leave retries out",
		eventPath + "partialResponse: partialResponse needs profile aws-provisioned: on demand, AWS retries the whole batch; set profile: aws-provisioned, or leave partialResponse out",
		eventPath + "onFailure: onFailure needs profile aws-provisioned: on demand, AWS has no Kafka topic as a destination, but the ARN of a queue, topic or bucket; set profile: aws-provisioned, or leave onFailure out",
	}}})
	checkMistakes(t, []mistakeCase{{"more", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
		e.Bisect, e.MaximumRecordAge = true, new(time.Minute)
	}, []string{
		eventPath + "bisect: bisect needs profile aws-provisioned: on demand, AWS retries the whole batch; set profile: aws-provisioned, or leave bisect out",
		eventPath + "maximumRecordAge: maximumRecordAge needs profile aws-provisioned: on demand, AWS retries until the record expires; set profile: aws-provisioned, or leave maximumRecordAge out",
	}}})
	c := shop()
	c.Profile = "aws-provisioned"
	e := &c.Functions[0].Events[0]
	e.Retries, e.PartialResponse, e.OnFailure = new(3), true, "kafka://orders.failed"
	if err := c.Validate(); err != nil {
		t.Errorf("the same with aws-provisioned: %v", err)
	}
}

func TestValidateRuntimes(t *testing.T) {
	const provided = `on AWS, such functions run on "provided.al2023"`
	versions := func(names string) string { return "the platform's names have the version: " + names }
	for name, hint := range map[string]string{
		"go":          provided,
		"Go":          provided,
		"go1.x":       provided,
		"go1.22":      `on AWS, Go functions run on "provided.al2023"`,
		"rust":        provided,
		"provided":    provided,
		"node":        versions("nodejs20.x, nodejs22.x, nodejs24.x"),
		"nodejs":      versions("nodejs20.x, nodejs22.x, nodejs24.x"),
		"python":      versions("python3.10, python3.11, python3.12, python3.13, python3.14"),
		"java":        versions("java8.al2, java11, java17, java21, java25"),
		"nodejs24":    `did you mean "nodejs24.x"? There are ` + allNames,
		"python 3.13": `did you mean "python3.13"? There are ` + allNames,
		"cobol":       "there are " + allNames,
	} {
		c := shop()
		c.Functions[0].Runtime = name
		want := fmt.Sprintf("functions.ship.runtime: there is no runtime %q; %s", name, hint)
		if got := mistakesOf(c); !slices.Equal(got, []string{want}) {
			t.Errorf("runtime %q: got\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), want)
		}
	}
}

func TestValidateHowHandlersStart(t *testing.T) {
	none := func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil }
	const name = "functions.f."
	for _, c := range []struct {
		name string
		f    emulator.Function
		want []string
	}{
		{"go", emulator.Function{Runtime: "provided.al2023", Code: "x"}, nil},
		{"python in a package", emulator.Function{Runtime: "python3.13", Code: "x", Handler: "pkg.app.main"}, nil},
		{"node in a folder", emulator.Function{Runtime: "nodejs22.x", Code: "x", Handler: "src/index.handler"}, nil},
		{"command alone", emulator.Function{Command: []string{"./run"}}, nil},
		{"java by command", emulator.Function{Runtime: "java21", Command: []string{"java", "-jar", "x.jar"}}, nil},
		{"in process", emulator.Function{InProcess: none}, nil},
		{"in process, cold starts of another", emulator.Function{InProcess: none, Runtime: "java21"}, nil},
		{"nothing", emulator.Function{}, []string{
			name + "runtime: is missing; there are " + allNames,
			name + "code: is missing; give the folder of the function's code",
		}},
		{"node without handler", emulator.Function{Runtime: "nodejs22.x", Code: "x"},
			[]string{name + "handler: is missing; write file.function, as in index.handler"}},
		{"python, no function", emulator.Function{Runtime: "python3.13", Code: "x", Handler: "app"},
			[]string{name + `handler: "app" is not of the form file.function; as in app.handler`}},
		{"blanks", emulator.Function{Runtime: "provided.al2023", Code: "x", Handler: "boot strap"},
			[]string{name + `handler: "boot strap" has blanks in it`}},
		{"long", emulator.Function{Runtime: "nodejs22.x", Code: "x", Handler: strings.Repeat("x", 120) + ".handler9"},
			[]string{name + `handler: the name of 129 characters is over the limit of 128`}},
		{"dotnet", emulator.Function{Runtime: "dotnet8", Code: "x"}, []string{
			name + "runtime: dotnet8 needs a command: its own way to start handlers is not emulated yet; give command: a program that speaks the Runtime API"}},
		{"java", emulator.Function{Runtime: "java21", Code: "x"}, []string{
			name + "handler: is missing; write package.Class::method, as in orders.Ship::handleRequest"}},
		{"empty command", emulator.Function{Command: []string{" "}}, []string{name + "command: the command is empty"}},
		{"in process and more", emulator.Function{InProcess: none, Code: "x", Build: "make"},
			[]string{"functions.f: an in-process function has no code, build"}},
	} {
		c.f.Name = "f"
		if got := mistakesOf(emulator.Config{Functions: []emulator.Function{c.f}}); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", c.name, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
		}
	}
}

func TestDidYouMean(t *testing.T) {
	keys := []string{"batchSize", "batchWindow", "topic", "group", "retries", "items.submitted"}
	for name, want := range map[string]string{
		"batch_size": "batchSize", "BatchWindow": "batchWindow", "tpoic": "topic", "topics": "topic", "retrys": "retries",
		"items-submited": "items.submitted", "filter": "", "": "", "x": "", "topic": "", strings.Repeat("topic", 100): "",
	} {
		if got := emulator.DidYouMean(name, keys); got != want {
			t.Errorf("DidYouMean(%q): got %q, want %q", name, got, want)
		}
	}
}
