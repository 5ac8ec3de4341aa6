package cases

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// judgeFunctions holds functions to their bounds: those that are named, and each.
func (p *play) judgeFunctions() {
	x := &p.c.Expect
	for i := range x.Functions {
		p.judgeFunction(emulator.Path("expect.functions", x.Functions[i].Function), x.Functions[i].Function, &x.Functions[i])
	}
	if x.EachFunction == nil {
		return
	}
	for i := range p.cfg.Functions {
		p.judgeFunction("expect.eachFunction", p.cfg.Functions[i].Name, x.EachFunction)
	}
}

// judgeFunction holds a function to bounds that stand at a path. One that was not invoked has
// done nothing of all.
func (p *play) judgeFunction(path, name string, x *config.FunctionExpect) {
	s := report.Function{Name: name}
	all := p.result.Summary.Functions
	if at := slices.IndexFunc(all, func(f report.Function) bool { return f.Name == name }); at >= 0 {
		s = all[at]
	}
	for _, c := range []struct {
		name, noun string
		bound      *config.Bound
		got        uint64
	}{
		{"invocations", "invocations", x.Invocations, s.Invocations},
		{"retries", "retries", x.Retries, s.Retries},
		{"coldStarts", "cold starts", x.ColdStarts, s.ColdStarts},
		{"throttles", "throttles", x.Throttles, s.Throttles},
	} {
		if c.bound != nil && !c.bound.Holds(int64(c.got)) {
			p.result.fail(path+"."+c.name, fmt.Sprintf("%s of %s: expected %s, got %d", c.noun, name, c.bound, c.got), p.functionEvidence(c.name, &s)...)
		}
	}
	if s.Invocations > 0 {
		p.judgeDurations(path, name, x.Duration)
	}
	p.judgeFunctionCost(path, x.CostMost, &s)
}

// functionEvidence is what else there is to say about a count of a function.
func (p *play) functionEvidence(of string, s *report.Function) []string {
	lines := []string{fmt.Sprintf("%s: %d invocations, %d cold starts, %d retries, %d throttles", s.Name, s.Invocations, s.ColdStarts, s.Retries, s.Throttles)}
	if of == "retries" || of == "invocations" {
		lines = append(lines, p.begunAnew(s.Name)...)
	}
	return lines
}

func (p *play) judgeDurations(path, name string, durations []config.LatencyExpect) {
	for _, d := range durations {
		c := &collector{TB: p.t}
		p.w.Expect(c).Duration(name, d.Percentile).AtMost(d.Most)
		if len(c.lines) > 0 {
			p.result.fail(path+".duration", c.lines[0], c.lines[1:]...)
		}
	}
}

func (p *play) judgeFunctionCost(path string, most *int64, s *report.Function) {
	switch {
	case most == nil:
	case p.result.Summary.Cost == nil:
		p.result.fail(path+".cost", "the profile has no prices")
	case s.Cost > *most:
		p.result.fail(path+".cost.max", fmt.Sprintf("expected a cost of %s of at most $%s, got $%s", s.Name, report.Dollars(*most), report.Dollars(s.Cost)),
			fmt.Sprintf("%d ms are billed for %d invocations; event pollers are not in it", s.Billed, s.Invocations))
	}
}
