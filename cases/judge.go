package cases

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// judge compares what has happened with what the case expects.
func (p *play) judge() {
	p.summarize()
	if !p.unfinished { // what there is then is not what comes of it
		p.judgeTopics()
	}
	p.judgeOrder()
	p.judgeCounts()
	p.judgeLatency()
	p.judgeCost()
	p.judgeFunctions()
}

func (p *play) summarize() {
	e := p.w.Emulator()
	run := report.Run{Profile: e.ProfileName(), Seed: e.Seed(), Ran: p.w.Now()}
	for _, o := range e.Unfinished() {
		run.Left += o.Records
	}
	if p.options.Rates != nil {
		run.Rates = p.options.Rates(e.ProfileName(), &p.cfg)
	}
	s := report.Summarize(run, e.Journal().Counts())
	p.result.Summary = &s
}

// judgeCounts holds totals to their bounds.
func (p *play) judgeCounts() {
	s, x := p.result.Summary, &p.c.Expect
	lost := int64(s.Dropped+s.Expired) + s.Left
	for _, c := range []struct {
		name, noun string
		bound      *config.Bound
		got        int64
	}{
		{"deadLetters", "dead letters", x.DeadLetters, int64(s.DeadLettered)},
		{"lost", "lost records", x.Lost, lost},
		{"records", "records handled", x.Records, int64(s.Handled)},
		{"invocations", "invocations", x.Invocations, int64(s.Invocations)},
		{"retries", "retries", x.Retries, int64(s.Retries)},
		{"coldStarts", "cold starts", x.ColdStarts, int64(s.ColdStarts)},
		{"throttles", "throttles", x.Throttles, int64(s.Throttles)},
	} {
		if c.bound != nil && !c.bound.Holds(c.got) {
			p.result.fail("expect."+c.name, fmt.Sprintf("%s: expected %s, got %d", c.noun, c.bound, c.got), p.evidence(c.name)...)
		}
	}
}

// evidence is what else there is to say about a total that is wrong.
func (p *play) evidence(of string) []string {
	var lines []string
	switch of {
	case "lost":
		c := &collector{TB: p.t}
		p.w.Expect(c).NoLoss()
		lines = c.lines
	case "deadLetters", "retries":
		if last := p.lastFailure(); last != "" {
			lines = append(lines, "the last failure: "+last)
		}
		lines = append(lines, p.begunAnew("")...)
	case "invocations", "coldStarts", "throttles":
		for _, f := range p.result.Summary.Functions {
			lines = append(lines, fmt.Sprintf("%s: %d invocations, %d cold starts, %d throttles", f.Name, f.Invocations, f.ColdStarts, f.Throttles))
		}
	}
	return lines
}

func (p *play) judgeLatency() {
	for _, l := range p.c.Expect.Latency {
		c := &collector{TB: p.t}
		p.w.Expect(c).Latency(l.Function, l.Percentile).AtMost(l.Most)
		if len(c.lines) > 0 {
			p.result.fail("expect.latency."+l.Function, c.lines[0], c.lines[1:]...)
		}
	}
}

func (p *play) judgeCost() {
	most, s := p.c.Expect.CostMost, p.result.Summary
	switch {
	case most == nil:
	case s.Cost == nil:
		p.result.fail("expect.cost", "the profile has no prices")
	case s.Cost.Total > *most:
		p.result.fail("expect.cost.max", fmt.Sprintf("expected a cost of at most $%s, got $%s", report.Dollars(*most), report.Dollars(s.Cost.Total)),
			fmt.Sprintf("compute $%s, requests $%s, pollers $%s (prices of %s)", report.Dollars(s.Cost.Compute), report.Dollars(s.Cost.Requests), report.Dollars(s.Cost.Pollers), s.Cost.Date))
	}
}

// collector is a test that keeps what expectations say of it.
type collector struct {
	testing.TB
	lines []string
}

// Helper implements testing.TB.
func (c *collector) Helper() {}

// Errorf keeps the text.
func (c *collector) Errorf(format string, a ...any) {
	c.lines = append(c.lines, strings.Split(fmt.Sprintf(format, a...), "\n")...)
}

// lastFailure is the last invocation that failed, "" if none did or its entry is gone.
func (p *play) lastFailure() string {
	last := ""
	p.entries(func(e *journal.Entry) {
		if e.Kind == journal.InvocationEnded && e.Outcome != journal.Succeeded {
			last = e.Sentence()
		}
	})
	return last
}

// entries calls f for every entry of the journal that is kept.
func (p *play) entries(f func(*journal.Entry)) {
	r := p.w.Emulator().Journal().Draw()
	buf := make([]journal.Entry, 1<<10)
	for {
		n, missed := r.Poll(buf)
		if n == 0 && missed == 0 {
			return
		}
		for i := range n {
			f(&buf[i])
		}
	}
}

// differencesMost is how many differences of a topic are told; all are counted.
const differencesMost = 10

// judgeTopics compares topics with their goldens, or writes these.
func (p *play) judgeTopics() {
	partitions := map[string]int32{}
	for _, t := range p.w.Emulator().Description().Topics {
		partitions[t.Name] = t.Partitions
	}
	var goldens []*golden
	stale := map[string]bool{}
	for i := range p.c.Expect.Topics {
		t := &p.c.Expect.Topics[i]
		var got []journal.Message
		if _, there := partitions[t.Topic]; there {
			got = messages(p.w.Records(t.Topic))
		}
		path := filepath.Join(p.c.Dir, filepath.FromSlash(t.Golden))
		found := p.compare(t, path, got)
		at := slices.IndexFunc(goldens, func(g *golden) bool { return g.path == path })
		if at < 0 {
			at, goldens = len(goldens), append(goldens, &golden{path: path})
		}
		goldens[at].add(t, partitions[t.Topic], got)
		switch {
		case found == nil:
		case p.options.Update:
			stale[path] = true
		default:
			p.result.Outcome = Failed
			p.result.Problems = append(p.result.Problems, *found)
		}
	}
	for _, g := range goldens {
		if stale[g.path] {
			p.update(g)
		}
	}
}

func (p *play) update(g *golden) {
	if err := g.write(); err != nil {
		p.result.breakOff(err)
		return
	}
	p.result.Updated = append(p.result.Updated, filepath.ToSlash(g.path))
}

// compare returns what is wrong with a topic, nil if nothing is.
func (p *play) compare(t *config.TopicExpect, path string, got []journal.Message) *Problem {
	found := &Problem{What: "expect.topics." + t.Topic}
	want, err := readGolden(path, t.Topic)
	var all []Difference
	if err == nil {
		all, err = compareTopic(t, want, got)
	}
	switch {
	case isMissing(err):
		found.Message = fmt.Sprintf("there is no golden %s", filepath.ToSlash(path))
		found.Lines = []string{"hint: coldbrook test --update writes it"}
		return found
	case err != nil:
		broken := problemsOf(err)[0]
		found.Message, found.Lines = "golden: "+broken.Message, broken.Lines
		return found
	case len(all) == 0:
		return nil
	}
	found.Count = len(all)
	found.Message = fmt.Sprintf("%s differs from %s in %s%s", t.Topic, t.Golden, records(len(all)), inCommon(all))
	found.Differences = all[:min(len(all), differencesMost)]
	found.Lines = p.story(found.Differences)
	return found
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}

// storyMost is how many lines a story has at most.
const storyMost = 12

// story is how the first record that is there and should not be came to be: the invocation
// that produced it.
func (p *play) story(all []Difference) []string {
	at := slices.IndexFunc(all, func(d Difference) bool { return d.message != nil })
	if at < 0 {
		return nil
	}
	m := all[at].message
	var invocation uint64
	p.entries(func(e *journal.Entry) {
		if e.Kind == journal.RecordsProduced && e.Topic == m.Topic && e.Partition == m.Partition && e.First <= m.Offset && m.Offset <= e.Last {
			invocation = e.Invocation
		}
	})
	if invocation == 0 {
		return nil
	}
	lines := []string{"the story of " + all[at].Record + ":"}
	p.entries(func(e *journal.Entry) {
		if e.Invocation == invocation && len(lines) <= storyMost {
			lines = append(lines, "  "+sentence(e))
		}
	})
	return lines
}

// sentence is an entry in one line, with the world's time.
func sentence(e *journal.Entry) string {
	text, _, _ := strings.Cut(e.Sentence(), "\n")
	return fmt.Sprintf("%v  %s", time.Duration(e.At).Round(time.Millisecond), text)
}
