package report

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// String says how events reach the function, and in which pieces they did.
func (m EventModel) String() string {
	if m.Kind == "request" {
		return "invoked by requests: " + counted(m.Invocations, "invocation")
	}
	s := m.Topic
	if s == "" {
		s = m.Mapping
	}
	switch {
	case m.Kind == "per partition":
		s += ": per partition, one batch at a time, in order"
	case m.Kind == "per key":
		s += ": per key, " + Count(uint64(m.InFlight)) + " batches of a partition at once, in order within a key"
	case m.Kind == "asynchronous":
		s += ": asynchronous, through the function's queue"
	case m.InFlight == 0:
		s += ": concurrent, any number of batches of a partition at once"
	default:
		s += ": concurrent, " + Count(uint64(m.InFlight)) + " batches of a partition at once"
	}
	if m.BatchSize > 0 {
		s += "; batches of up to " + Count(uint64(m.BatchSize))
	}
	return s + fmt.Sprintf("; %s of %s records, at most %s", counted(m.Invocations, "invocation"), ratio(m.Records, m.Invocations), Count(m.MostRecords))
}

func percentiles(d *Distribution) string {
	if d == nil {
		return ""
	}
	if d.P50 == d.Max {
		return journal.Duration(d.Max)
	}
	return "p50 " + journal.Duration(d.P50) + ", p99 " + journal.Duration(d.P99)
}

func (f *FunctionFit) writeLatency(t *fitWriter) {
	l := &f.Latency
	row := func(label string, handled, begun *Distribution) {
		if handled != nil {
			s := "produced to handled " + percentiles(handled)
			if begun != nil {
				s += "; until the handler began " + percentiles(begun)
			}
			t.line(label, s+"; "+counted(handled.Count, "record"))
		}
	}
	row("latency hot", l.HandledHot, l.BegunHot)
	row("latency cold", l.HandledCold, l.BegunCold)
	if l.HandledHot == nil && l.HandledCold == nil {
		t.line("latency", "not shown: no record was handled of which it is known when it was produced")
	}
	t.line("handler", both(l.Modelled, l.Measured))
	t.line("cold start", both(l.StartModelled, l.StartMeasured))
	if l.Unknown > 0 {
		t.line("", "of "+counted(l.Unknown, "record")+" it is not known when they were produced")
	}
	const coarse = 1_000_000
	if l.Resolution > coarse {
		t.line("", "when records were produced is known to within "+journal.Duration(l.Resolution))
	}
}

// both writes what the platform would take beside what this machine took.
func both(modelled, measured *Distribution) string {
	var parts []string
	if modelled != nil {
		parts = append(parts, "modelled "+percentiles(modelled))
	}
	if measured != nil {
		parts = append(parts, "measured on this machine "+percentiles(measured))
	}
	return strings.Join(parts, "; ")
}

func (f *FunctionFit) writeLoad(t *fitWriter) {
	p, e := f.Throughput, f.Elasticity
	s := "nothing was handled"
	if p.Records > 0 {
		s = p.String()
	}
	t.line("throughput", s)
	s = fmt.Sprintf("at most %s, %s busy at once", counted(uint64(e.Environments), "environment"), Count(uint64(e.Busy)))
	if e.Environments > 1 {
		s += ", from the first to the last in " + journal.Duration(e.ScaledIn)
	}
	s += fmt.Sprintf("; %s of %s cold", Count(e.ColdStarts), counted(e.Invocations, "invocation"))
	if e.Environments > 0 && p.Peak > 0 && e.Busy > 0 {
		s += fmt.Sprintf("; %s records/s a busy one", Count(p.Peak/uint64(e.Busy)))
	}
	if e.Throttles > 0 {
		s += "; throttled " + counted(e.Throttles, "time")
	}
	if e.MachineWaits > 0 {
		s += fmt.Sprintf("; %s waited for this machine, not for the platform (maxProcesses)", counted(e.MachineWaits, "environment"))
	}
	t.line("elasticity", s)
	e.writeSeries(t)
}

func (o *Ordering) words(domain string) string {
	if o.Deliveries == 0 {
		return "not shown: no records of a topic"
	}
	if len(o.Broken) == 0 {
		return fmt.Sprintf("by %s: no violation in %s", domain, counted(o.Deliveries, "delivered record"))
	}
	var parts []string
	for _, b := range o.Broken {
		s := fmt.Sprintf("%s %s %s", b.Rule.ID(), b.Rule, Count(b.Count))
		if b.Cause != order.UnknownCause {
			s += " (" + b.Cause.String() + ")"
		}
		parts = append(parts, s)
	}
	return fmt.Sprintf("by %s: %s, in %s (coldbrook order shows each)", domain, strings.Join(parts, ", "), counted(o.Deliveries, "delivered record"))
}

func (f *FunctionFit) statelessWords() string {
	s := &f.State
	switch {
	case s.Compared == 0:
		return "not shown: nothing was handled twice that could be compared"
	case s.SameEnvironment+s.OtherEnvironment == 0:
		return "the same answer to " + repeated(s.Compared)
	}
	return fmt.Sprintf("%s compared: %s answered differently in the same environment, %s in another", repeated(s.Compared), Count(s.SameEnvironment), Count(s.OtherEnvironment))
}

func (f *FunctionFit) patternWords() string {
	side := func(flows []Flow) string {
		if len(flows) == 0 {
			return "(none)"
		}
		return strings.Join(topicsOf(flows), ", ")
	}
	s := side(f.Patterns.In) + " -> " + side(f.Patterns.Out)
	if f.Work.Outputs > 0 && f.Throughput.Records > 0 {
		s += ", " + ratio(f.Work.Outputs, f.Throughput.Records) + " out for 1 in"
	}
	for _, w := range f.Patterns.Words {
		s += "; " + w
	}
	return s
}

func (f *FunctionFit) writeCost(t *fitWriter, of *Fit) {
	c := f.Cost
	if c == nil {
		t.line("cost", "not known: profile "+f.Profile+" has no prices")
		return
	}
	if c.PerMillion == 0 {
		t.line("cost", "not shown: nothing was billed")
		return
	}
	s := money(c.PerMillion) + " for a million records"
	if c.PollersPerHour > 0 {
		s += ", and " + money(c.PollersPerHour) + " an hour for pollers (" + money(c.PerMillionInAll) + " in all at the rate of this run)"
	}
	t.line("cost", s+"; extrapolated, prices of "+c.Date+", without the free tier")
	t.line("break-even", c.breakEven(of.AlwaysOn))
}

// breakEven compares with an always-on processor, in words.
func (c *FunctionCost) breakEven(than AlwaysOn) string {
	what := "an always-on processor at " + money(than.PricePerHour) + " an hour (" + than.Of + ")"
	switch {
	case c.BreakEven == 0:
		return "none: pollers alone cost more than " + what + "; by invocations alone at " + Count(c.BreakEvenAlone) + " records/s on average"
	case c.Carries > 0 && c.Carries < c.BreakEven:
		return fmt.Sprintf("none: one processor carries %s records/s by the processor time measured here, and would pay at %s; cheaper than %s at any rate",
			Count(c.Carries), Count(c.BreakEven), what)
	}
	s := fmt.Sprintf("%s records/s on average: below it the function is cheaper, above it %s", Count(c.BreakEven), what)
	if c.Carries > 0 {
		s += fmt.Sprintf(", which carries %s records/s by the processor time measured here", Count(c.Carries))
	}
	return s
}

// nearLimit is from which share of a limit on, in per cent, it is named as near: an input
// that is a quarter larger breaks it.
const nearLimit = 80

func (f *FunctionFit) limitWords() string {
	var parts []string
	for _, l := range f.Limits {
		s := l.Name + " "
		switch {
		case l.Used < 0:
			s += "not measured, of " + l.unit(l.Of)
		default:
			s += share(uint64(l.Used), uint64(l.Of)) + " of " + l.unit(l.Of)
			if l.Used*100 >= l.Of*nearLimit {
				s += " (near)"
			}
		}
		if l.Hit > 0 {
			s += " (reached " + counted(l.Hit, "time") + ")"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func (l *Limit) unit(n int64) string {
	switch l.Name {
	case "timeout":
		return journal.Duration(n)
	case "concurrency":
		return Count(uint64(n))
	}
	return journal.Bytes(n)
}

// String says where billed time went.
func (b *Billed) String() string {
	if b.Time == 0 {
		return "waiting not shown: the processor time of handlers was not measured"
	}
	all := uint64(b.Time)
	s := fmt.Sprintf("%s waiting, %s computing (measured)", share(uint64(b.Waiting), all), share(uint64(b.CPU), all))
	if b.Projected > 0 {
		s += fmt.Sprintf(", %s computing on a smaller share of a processor (projected)", share(uint64(b.Projected), all))
	}
	if b.Modelled > 0 {
		s += fmt.Sprintf(", %s added by the modelled duration", share(uint64(b.Modelled), all))
	}
	if b.Init > 0 {
		s += fmt.Sprintf(", %s init", share(uint64(b.Init), all))
	}
	return s + fmt.Sprintf("; %s of %s", journal.Duration(b.Time), counted(b.Invocations, "invocation"))
}

func (p *ProcessorFit) write(t *fitWriter) {
	t.WriteString(p.Name + " (process)\n")
	side := func(topics []string) string {
		if len(topics) == 0 {
			return "(none)"
		}
		return strings.Join(topics, ", ")
	}
	t.line("patterns", side(p.In)+" -> "+side(p.Out)+", at its own Kafka address")
	if p.Fetched.Records > 0 {
		t.line("fetched", p.Fetched.String())
	}
	if p.Produced.Records > 0 {
		t.line("produced", p.Produced.String())
	}
	if p.Picked != nil {
		t.line("latency", "produced to fetched "+percentiles(p.Picked)+", known to within "+journal.Duration(p.Resolution))
	}
	if p.ByTrace != nil {
		t.line("", "input to output by trace "+percentiles(p.ByTrace)+"; "+counted(p.ByTrace.Count, "output"))
	}
	if p.ByKey != nil {
		t.line("", "newest input to output by key "+percentiles(p.ByKey)+"; "+counted(p.ByKey.Count, "output"))
	}
	if p.Unmatched > 0 {
		t.line("", counted(p.Unmatched, "output")+" not matched with an input: neither trace nor key tells")
	}
	t.line("verdict", "not judged: what a process does between its Kafka requests is not seen")
}
