package emulator

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// fileRun is a run whose configuration file is a function.
type fileRun struct {
	t    *testing.T
	e    *Emulator
	read func() (Config, error)
	got  chan string // name of the function and value of each record
}

func (r *fileRun) handler(name string) func(context.Context, []*kgo.Record) ([]*kgo.Record, error) {
	return func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		for _, rec := range records {
			r.got <- name + " " + string(rec.Value)
		}
		return nil, nil
	}
}

func (r *fileRun) config() Config {
	return Config{
		Kafka: Kafka{Port: new(0)}, Topics: []Topic{{Name: "in", Partitions: 1}},
		Functions: []Function{{Name: "ship", InProcess: r.handler("ship"), ColdStart: &ColdStart{Off: true},
			Events: []Event{{Topic: "in", BatchSize: 10, BatchWindow: new(time.Duration(0))}}}},
	}
}

func startFileRun(t *testing.T) *fileRun {
	t.Helper()
	r := &fileRun{t: t, got: make(chan string, 1000)}
	r.start(Reload{Read: func() (Config, error) { return r.read() }})
	return r
}

func (r *fileRun) start(reload Reload) {
	r.t.Helper()
	t, cfg := r.t, r.config()
	cfg.Reload = reload
	e, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Run(context.Background()) }()
	t.Cleanup(func() {
		e.Stop("the test is over")
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	r.e = e
}

// save reads a file that differs from config.
func (r *fileRun) save(change func(*Config)) error {
	r.t.Helper()
	r.read = func() (Config, error) {
		c := r.config()
		change(&c)
		return c, nil
	}
	return r.e.reloadConfig(r.t.Context())
}

// last is the last entry of a reload.
func (r *fileRun) last() journal.Entry {
	r.t.Helper()
	var last journal.Entry
	if err := r.e.Rest(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	all := make([]journal.Entry, 10_000)
	n, _ := r.e.Journal().Draw().Poll(all)
	for _, e := range all[:n] {
		if e.Kind == journal.ConfigReloaded {
			last = e
		}
	}
	return last
}

func (r *fileRun) expect(want ...string) {
	r.t.Helper()
	last := r.last()
	if got := strings.Split(last.Text, "\n"); last.Outcome != journal.Succeeded || !slices.Equal(got, want) {
		r.t.Errorf("got %q %v %q, want %q", got, last.Outcome, last.Reason, want)
	}
}

// TestFileAddsFunctionsAndTopics while the run goes on, in real time.
func TestFileAddsFunctionsAndTopics(t *testing.T) {
	r := startFileRun(t)
	added := func(c *Config) {
		c.Topics = append(c.Topics, Topic{Name: "more", Partitions: 2})
		c.Functions = append(c.Functions, Function{Name: "bill", InProcess: r.handler("bill"), ColdStart: &ColdStart{Off: true},
			Events: []Event{{Topic: "more", BatchWindow: new(time.Duration(0))}}})
		c.Functions[0].Events[0].BatchSize = 5
	}
	if err := r.save(added); err != nil {
		t.Fatal(err)
	}
	r.expect("topics.more: added", "functions.ship.events[0].kafka.batchSize: 5 in place of 10", "functions.bill: added")
	client, err := kgo.NewClient(kgo.SeedBrokers(r.e.KafkaAddr()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, topic := range []string{"in", "more"} {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: []byte(topic)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	got := []string{<-r.got, <-r.got}
	if slices.Sort(got); !slices.Equal(got, []string{"bill more", "ship in"}) {
		t.Errorf("got %v", got)
	}
	if err := r.save(func(*Config) {}); err != nil {
		t.Fatal(err)
	}
	r.expect("topics.more: removed from the configuration; the topic and its records stay until the end",
		"functions.ship.events[0].kafka.batchSize: 10 in place of 5", "functions.bill: removed")
	if s := r.e.Status(); len(s.Functions) != 1 || len(s.Mappings) != 1 {
		t.Errorf("status: %+v", s)
	}
	before := r.last().Seq
	if err := r.save(func(*Config) {}); err != nil {
		t.Fatal(err)
	}
	if last := r.last(); last.Seq != before {
		t.Errorf("nothing was changed, and it is said: %q", last.Text)
	}
}

// TestFileKeepsWhatWasSetByHand unless the file changes it, too.
func TestFileKeepsWhatWasSetByHand(t *testing.T) {
	r := startFileRun(t)
	set := func(timeout time.Duration) {
		t.Helper()
		if _, err := r.e.Turn(t.Context(), func(c Config) (Config, error) {
			c.Functions[0].Timeout = timeout
			return c, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	set(5 * time.Second)
	if err := r.save(func(c *Config) { c.Functions[0].KeepAlive = new(time.Minute) }); err != nil {
		t.Fatal(err)
	}
	r.expect("functions.ship.keepAlive: 1m in place of unset")
	if got := r.e.parts().config.Functions[0].Timeout; got != 5*time.Second {
		t.Errorf("the timeout is %v", got)
	}
	if err := r.save(func(c *Config) { c.Functions[0].KeepAlive, c.Functions[0].Timeout = new(time.Minute), 7*time.Second }); err != nil {
		t.Fatal(err)
	}
	r.expect("functions.ship.timeout: 7s in place of 5s", "functions.ship.timeout: the file overrides what was set by hand")
}

// TestFileNeedsARestart for some keys; the rest applies, and they are remembered until
// the file takes them back.
func TestFileNeedsARestart(t *testing.T) {
	r := startFileRun(t)
	pending := []string{
		"kafka.retention: 512MB in place of unset needs a restart: the broker is started with it",
		"topics.in.partitions: 4 in place of 5 needs a restart: a topic keeps its partitions",
		"functions.ship.provisionedConcurrency: 3 in place of unset needs a restart: it is allocated when the function is deployed",
		"functions.ship.events[0].kafka.startingPosition: LATEST in place of unset needs a restart: it counts only where the group has no committed offset, and this one has begun",
		"seed: 4 in place of unset needs a restart: all randomness of the run comes from it",
	}
	refused := func(c *Config) {
		c.Seed, c.Kafka.Retention, c.Topics[0].Partitions = new(uint64(4)), 512<<20, 4
		c.Functions[0].ProvisionedConcurrency, c.Functions[0].Events[0].StartingPosition = 3, "LATEST"
	}
	if err := r.save(func(c *Config) { c.Topics[0].Partitions = 5 }); err != nil {
		t.Fatal(err)
	}
	want := append([]string{"functions.ship.timeout: 4s in place of unset"}, pending...)
	for range 2 { // it is said once
		if err := r.save(func(c *Config) { refused(c); c.Functions[0].Timeout = 4 * time.Second }); err != nil {
			t.Fatal(err)
		}
		r.expect(want...)
		if got := r.e.Status().Pending; !slices.Equal(got, pending) {
			t.Errorf("pending %q", got)
		}
	}
	if err := r.save(func(c *Config) { c.Topics[0].Partitions, c.Functions[0].Timeout = 5, 4*time.Second }); err != nil {
		t.Fatal(err)
	}
	r.expect("kafka.retention: needs no restart any more", "topics.in.partitions: needs no restart any more",
		"functions.ship.provisionedConcurrency: needs no restart any more",
		"functions.ship.events[0].kafka.startingPosition: needs no restart any more", "seed: needs no restart any more")
	if got := r.e.Status().Pending; len(got) > 0 {
		t.Errorf("pending %q", got)
	}
}

// TestFileWhoseKeysDependOnARestart changes nothing and says so: it is no mistake.
func TestFileWhoseKeysDependOnARestart(t *testing.T) {
	r := startFileRun(t)
	provisioned := func(c *Config) {
		c.Profile, c.Functions[0].Timeout, c.Functions[0].Events[0].Retries = "aws-provisioned", time.Second, new(3)
	}
	for range 2 {
		if err := r.save(provisioned); err != nil {
			t.Fatal(err)
		}
		r.expect("profile: aws-provisioned in place of unset needs a restart: the rules of the platform are chosen at the start",
			"all else: needs a restart: it depends on that: functions.ship.events[0].kafka.retries: "+
				"retries needs profile aws-provisioned: on demand, AWS retries until the record expires")
	}
	if s := r.e.Status(); len(s.Pending) != 2 || s.Mistakes != "" || r.e.parts().config.Functions[0].Timeout != 0 {
		t.Errorf("pending %q, mistakes %q", s.Pending, s.Mistakes)
	}
	if err := r.save(func(c *Config) { provisioned(c); c.Profile, c.Functions[0].Events[0].Retries = "", nil }); err != nil {
		t.Fatal(err)
	}
	r.expect("functions.ship.timeout: 1s in place of unset", "profile: needs no restart any more", "all else: needs no restart any more")
}

// TestBrokenFileChangesNothing until it is mended.
func TestBrokenFileChangesNothing(t *testing.T) {
	r := startFileRun(t)
	broken := errors.New("coldbrook.yaml:3:5: unknown key")
	r.read = func() (Config, error) { return Config{}, broken }
	if err := r.e.reloadConfig(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if last := r.last(); last.Outcome != journal.FunctionError || last.Reason != broken.Error() {
		t.Errorf("got %+v", last)
	}
	if err := r.save(func(c *Config) { c.Functions[0].Timeout = -1 }); err == nil {
		t.Error("a mistake is taken over")
	}
	if last := r.last(); !strings.Contains(last.Reason, "functions.ship.timeout") || r.e.Status().Mistakes != last.Sentence() {
		t.Errorf("got %+v, status %q", last, r.e.Status().Mistakes)
	}
	if err := r.save(func(c *Config) {}); err != nil {
		t.Fatal(err)
	}
	r.expect("it is whole again, and says what it said before")
	if got := r.e.Status().Mistakes; got != "" {
		t.Errorf("mistakes %q", got)
	}
	if err := r.save(func(c *Config) { c.Functions[0].Timeout = time.Second }); err != nil {
		t.Fatal(err)
	}
	r.expect("functions.ship.timeout: 1s in place of unset")
}

// TestFileStartsAndStopsProcesses that come, are changed, and go.
func TestFileStartsAndStopsProcesses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a POSIX shell")
	}
	r := startFileRun(t)
	with := func(word string) func(*Config) {
		return func(c *Config) {
			c.Processes = []Process{{Name: "feed", Command: "echo " + word + " $WORD; exec sleep 60", Env: map[string]string{"WORD": word}}}
		}
	}
	for _, word := range []string{"one", "two"} {
		if err := r.save(with(word)); err != nil {
			t.Fatal(err)
		}
		r.await(func(e *journal.Entry) bool { return e.Kind == journal.Output && e.Text == word+" "+word })
	}
	r.expect("processes.feed.command: echo two $WORD; exec sleep 60 in place of echo one $WORD; exec sleep 60",
		"processes.feed.env: WORD changed")
	if s := r.e.Status(); len(s.Processes) != 1 || s.Processes[0].PID == 0 || s.Processes[0].Starts != 1 {
		t.Errorf("status: %+v", s.Processes)
	}
	stopped := r.e.parts().processes[0]
	if err := r.save(func(*Config) {}); err != nil {
		t.Fatal(err)
	}
	r.expect("processes.feed: removed")
	<-stopped.done
	if s := r.e.Status(); len(s.Processes) != 0 {
		t.Errorf("status: %+v", s.Processes)
	}
}

// TestFileAddsAFunctionThatCannotBeBuilt: it is said, and all else goes on.
func TestFileAddsAFunctionThatCannotBeBuilt(t *testing.T) {
	r := startFileRun(t)
	if err := r.save(func(c *Config) {
		c.Functions = append(c.Functions, Function{Name: "bill", Runtime: "provided.al2023", Code: t.TempDir(), Build: "exit 3",
			Command: []string{"true"}, Events: []Event{{Topic: "in"}}})
		c.Functions[0].Timeout = time.Second
	}); err != nil {
		t.Fatal(err)
	}
	r.await(func(e *journal.Entry) bool {
		return e.Kind == journal.Warning && e.Function == "bill" && strings.HasPrefix(e.Text, "not started: ")
	})
	_, err := r.e.Invoke(t.Context(), InvokeRequest{Function: "bill"})
	if err == nil || !strings.Contains(err.Error(), "bill") {
		t.Errorf("invoked: %v", err)
	}
	if s := r.e.Status(); len(s.Functions) != 2 || s.Functions[1].Skipped == "" || s.Functions[0].Skipped != "" {
		t.Errorf("status: %+v", s.Functions)
	}
	if err := r.save(func(*Config) {}); err != nil {
		t.Fatal(err)
	}
	r.expect("functions.ship.timeout: unset in place of 1s", "functions.bill: removed")
}

// await returns when there is such an entry.
func (r *fileRun) await(is func(*journal.Entry) bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	reader, all := r.e.Journal().Draw(), make([]journal.Entry, 100)
	for {
		n, _, err := reader.Next(ctx, all)
		if err != nil {
			r.t.Fatalf("there is no such entry: %v", err)
		}
		for i := range all[:n] {
			if is(&all[i]) {
				return
			}
		}
	}
}

// reloadConfig reads the configuration file again and takes it over.
func (e *Emulator) reloadConfig(ctx context.Context) error {
	next, err := e.cfg.Reload.Read()
	return e.takeConfig(ctx, next, err)
}
