package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/cases"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// caseText is a case.yaml that is being made. Topics and counts are empty until it was run.
type caseText struct {
	input    *caseInput
	real     bool
	without  []string // processes
	seed     uint64
	expected bool // it has been run: what came of it is expected
	topics   []caseTopic
	order    bool // by key; it holds
	counts   report.Summary
	lost     int64
}

// caseTopic is a topic with a golden.
type caseTopic struct {
	name    string
	records uint64
	ignore  []string
}

func (t *caseTopic) golden() string { return t.name + ".jsonl" }

// describe begins the text: what goes in.
func (n *newCase) describe() {
	n.text = caseText{input: &n.input, real: n.options.real}
	for _, p := range n.cfg.Processes {
		if !p.Source && !n.options.real {
			n.text.without = append(n.text.without, p.Name)
		}
	}
}

// expect notes what came of a run: the topics in which there is something that did not go in,
// but for failure records, which hold request ids.
func (n *newCase) expect() {
	skip := slices.Clone(n.input.topics)
	for i := range n.cfg.Functions {
		for _, e := range n.cfg.Functions[i].Events {
			skip = append(skip, strings.TrimPrefix(e.OnFailure, "kafka://"))
		}
	}
	t, s := &n.text, n.result.Summary
	t.expected, t.order, t.seed, t.counts = true, true, n.result.Seed, *s
	t.lost = int64(s.Dropped+s.Expired) + s.Left
	for _, topic := range s.Topics {
		if !slices.Contains(skip, topic.Name) && !strings.HasPrefix(topic.Name, "coldbrook.destination.") {
			t.topics = append(t.topics, caseTopic{name: topic.Name, records: topic.Events})
		}
	}
}

var elementForm = regexp.MustCompile(`\[[0-9]+\]`)

// adapt has the text no longer expect what does not hold in a run, and reports whether there
// was such a thing: parts of JSON that differ, and order.
func (t *caseText) adapt(r *cases.Result) bool {
	changed := false
	for i := range r.Problems {
		p := &r.Problems[i]
		if p.What == "expect.order" && t.order {
			t.order, changed = false, true
		}
		at := slices.IndexFunc(t.topics, func(topic caseTopic) bool { return "expect.topics."+topic.name == p.What })
		if at < 0 {
			continue
		}
		for _, d := range p.Differences {
			for _, place := range d.Paths {
				path := elementForm.ReplaceAllString(place.Path, "[]")
				if place.Expected == "" || path == "value" || slices.Contains(t.topics[at].ignore, path) {
					continue
				}
				t.topics[at].ignore, changed = append(t.topics[at].ignore, path), true
			}
		}
		slices.Sort(t.topics[at].ignore)
	}
	return changed
}

// String is the file.
func (t *caseText) String() string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	line("# A case of coldbrook test: what goes in, and what is to come of it. Only input is needed;")
	line("# docs/cases.md says what else there is.")
	line("description: %s # say here what it shows", strconv.Quote(countOf(t.input.records)+" of "+strings.Join(t.input.topics, ", ")))
	line("input: %s # a fixture, or [one, another], which go in one after the other", yamlText(t.input.name))
	if t.input.spaced {
		line("at: true # at the times that the fixture says; without it, all at once")
	}
	if len(t.without) > 0 {
		line("without: [%s] # processes, which need real time: the input stands for what they produce", yamlTexts(t.without))
	}
	if t.real {
		line("real: true # by the clock, and not in virtual time")
	}
	if t.expected {
		t.writeExpect(line)
	}
	return b.String()
}

func (t *caseText) writeExpect(line func(format string, a ...any)) {
	s := &t.counts
	line("seed: %d # of cold starts, faults, and all else that is drawn", t.seed)
	line("#set: [FUNCTION.timeout=5s] # as coldbrook set takes it")
	line("#within: 6h # how long all may take, in the time of the case")
	line("expect:")
	if len(t.topics) > 0 {
		line("  # What topics hold at the end: coldbrook test --update writes these files anew.")
		line("  topics:")
	}
	for i := range t.topics {
		topic, ignore := &t.topics[i], ""
		if len(topic.ignore) > 0 {
			line("    # What is ignored differed from one run to the next.")
			ignore = ", ignore: [" + yamlTexts(topic.ignore) + "]"
		}
		line("    %s: {golden: %s%s}", yamlText(topic.name), yamlText(topic.golden()), ignore)
	}
	if t.order {
		line("  order: key # none is handled before an earlier one of its key has ended")
	} else {
		line("  #order: key # does not hold: coldbrook test says where, if it is expected")
	}
	line("  deadLetters: %d", s.DeadLettered)
	line("  lost: %d", t.lost)
	line("  retries: %d", s.Retries)
	line("  # Bounds, as they were in this run: a number, or {min: 1, max: 5}. In functions: {NAME: {...}}")
	line("  # they hold for one function, in eachFunction: {...} for each.")
	line("  #invocations: {max: %d}", s.Invocations)
	line("  #coldStarts: {max: %d}", s.ColdStarts)
	line("  #throttles: {max: %d}", s.Throttles)
	if s.Cost != nil {
		line("  #cost: {max: $%s}", report.Dollars(s.Cost.Total))
	}
	if len(s.Functions) > 0 {
		f := &s.Functions[0]
		line("  #latency: {%s: {p99: 500ms}}", yamlText(f.Name))
		line("  #functions: {%s: {invocations: %d, duration: {p99: %v}}}", yamlText(f.Name), f.Invocations, time.Second)
	}
}

var plainYAML = regexp.MustCompile(`^[A-Za-z./][A-Za-z0-9._/-]*$`)

// yamlText writes a text so that YAML takes it for one, also within [] and {}.
func yamlText(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan":
		return strconv.Quote(s)
	}
	if plainYAML.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

func yamlTexts(all []string) string {
	texts := make([]string, len(all))
	for i, s := range all {
		texts[i] = yamlText(s)
	}
	return strings.Join(texts, ", ")
}
