package config

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// CaseFile is what the file of a case is called.
const CaseFile = "case.yaml"

// Case is a case.yaml: what goes into a project, and what is to come of it. What is zero
// was left out.
type Case struct {
	// Dir is the folder of the file, which paths in it are relative to.
	Dir         string
	Description string
	// Project is the folder of the coldbrook.yaml; "" is the nearest one above.
	Project string
	// Inputs are fixtures, which are produced one after the other.
	Inputs []string
	// At produces the records of the inputs at their times, and not all at once.
	At bool
	// Set are assignments, as Assign takes them.
	Set     []string
	Seed    *uint64
	Profile string
	// Within is how long all may take until it is handled, in the world's time; 0 is the
	// runner's own limit.
	Within time.Duration
	// Real runs the case by the clock.
	Real bool
	// Without are processes of the project that it runs without: the inputs stand for what
	// they would produce.
	Without []string
	Expect  Expect

	source *caseSource
}

// caseSource is where a case was read from: later mistakes are named by their place.
type caseSource struct {
	name   string
	reader *reader
}

// Expect is what is to come of a case. What is nil or empty is not looked at.
type Expect struct {
	Topics []TopicExpect
	// Order is key, partition or none: between which records none may be handled before an
	// earlier one has ended.
	Order string
	// DeadLetters, Lost, Records, Invocations, Retries, ColdStarts and Throttles are totals
	// of the run. Records are those that ended, Lost those that were dropped, expired or
	// have not ended.
	DeadLetters, Lost, Records, Invocations, Retries, ColdStarts, Throttles *Bound
	Latency                                                                 []LatencyExpect
	// CostMost is the most that it may cost, in units of profile.PriceUnit.
	CostMost *int64
	// Functions is what is expected of some functions, EachFunction of each of all.
	Functions    []FunctionExpect
	EachFunction *FunctionExpect
}

// Bound is a number that is allowed: from Least to Most, which are inclusive. Most -1 has
// no limit.
type Bound struct{ Least, Most int64 }

// Holds reports whether n is allowed.
func (b *Bound) Holds(n int64) bool { return n >= b.Least && (b.Most < 0 || n <= b.Most) }

// String returns it in words: "3", "at most 5", "from 2 to 5".
func (b *Bound) String() string {
	switch {
	case b.Least == b.Most:
		return fmt.Sprint(b.Most)
	case b.Most < 0:
		return fmt.Sprintf("at least %d", b.Least)
	case b.Least == 0:
		return fmt.Sprintf("at most %d", b.Most)
	}
	return fmt.Sprintf("from %d to %d", b.Least, b.Most)
}

// How the records of a topic are compared with their golden ones.
const (
	// CompareExact wants every partition to hold the same records in the same order.
	CompareExact = "exact"
	// ComparePerKey wants every key to have the same records in the same order, wherever
	// they are, and of those without a key the same in any order. It is the default.
	ComparePerKey = "per-key"
	// CompareMultiset wants the same records in any order.
	CompareMultiset = "multiset"
)

// TopicExpect is what a topic is to hold.
type TopicExpect struct {
	Topic string
	// Golden is a fixture with the records.
	Golden string
	// Compare is one of the constants above.
	Compare string
	// Ignore are paths into values that are JSON which are not compared: meta.id, or
	// items[].id for those of all elements.
	Ignore []string
	// Headers compares those, too.
	Headers bool
}

// LatencyExpect is how long records may take at a function.
type LatencyExpect struct {
	Function string
	// Percentile is over 0 and at most 100.
	Percentile float64
	Most       time.Duration
}

// LoadCase reads a case.yaml. It returns an *Error with all mistakes of the file, among
// them fixtures that are not there, or what the system says. Goldens need not be there.
func LoadCase(path string) (*Case, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	return parseCase(filepath.ToSlash(path), text, filepath.Dir(path))
}

// parseCase reads text and, if dir is not empty, checks the paths that are relative to it.
func parseCase(name string, text []byte, dir string) (*Case, error) {
	r := newReader(text)
	c := &Case{Dir: dir, source: &caseSource{name: name, reader: r}}
	if root := r.document(); root != nil {
		r.caseFile(c, root)
	}
	if len(c.Inputs) == 0 && !r.unknown("input") {
		r.mistake(r.find(""), "input", "is missing", "input: orders.jsonl names the fixture that goes in")
	}
	if dir != "" {
		r.casePaths(c)
	}
	if len(r.mistakes) > 0 {
		return nil, newError(name, r)
	}
	return c, nil
}

func (r *reader) casePaths(c *Case) {
	for i, name := range c.Inputs {
		r.exists(c.Dir, fmt.Sprintf("input[%d]", i), name, false)
	}
	r.exists(c.Dir, "project", c.Project, true)
}

// Check says what in the case does not fit the configuration that it is run with: functions
// and topics that are not there. It returns an *Error with their places.
func (c *Case) Check(cfg *emulator.Config) error {
	r := *c.source.reader
	var functions, topics []string
	for i := range cfg.Functions {
		functions = append(functions, cfg.Functions[i].Name)
	}
	for _, t := range cfg.Topics {
		topics = append(topics, t.Name)
	}
	c.checkFunctions(&r, functions)
	c.checkWithout(&r, cfg)
	if cfg.Kafka.AutoCreate != nil && !*cfg.Kafka.AutoCreate {
		for _, t := range c.Expect.Topics {
			r.isThere(emulator.Path("expect.topics", t.Topic), "topic", t.Topic, topics)
		}
	}
	if len(r.mistakes) > 0 {
		return newError(c.source.name, &r)
	}
	return nil
}

func (c *Case) checkWithout(r *reader, cfg *emulator.Config) {
	var processes []string
	for _, p := range cfg.Processes {
		processes = append(processes, p.Name)
	}
	for i, name := range c.Without {
		r.isThere(fmt.Sprintf("without[%d]", i), "process", name, processes)
	}
}

func (r *reader) isThere(path, kind, name string, names []string) {
	for _, n := range names {
		if n == name {
			return
		}
	}
	advice := ""
	if near := emulator.DidYouMean(name, names); near != "" {
		advice = fmt.Sprintf("did you mean %q?", near)
	}
	r.mistake(r.find(path), path, fmt.Sprintf("there is no %s %q", kind, name), advice)
}
