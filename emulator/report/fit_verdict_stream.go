package report

import (
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// nativeLatency is what the article gives a stream processor: below it, no function on a
// stream will do.
const nativeLatency = 10_000_000

// timely: the work is not sensitive to latency, as far as the bound of the user says.
func (f *FunctionFit) timely(options FitOptions) Principle {
	p, l, bound := Principle{Name: "latency", says: "not latency sensitive"}, &f.Latency, options.Latency
	within := "within " + journal.Duration(bound)
	hot, cold := l.HandledHot, l.HandledCold
	switch {
	case hot == nil && cold == nil:
		p.Evidence = "no record was handled of which it is known when it was produced"
		p.says = "latency"
		return p
	case slowest(hot, cold) > bound && f.Elasticity.MachineWaits > 0:
		p.Judgement, p.says = WithCare, "slower here than on the platform"
		p.Evidence = fmt.Sprintf("produced to handled: p99 %s, not %s, but environments waited %s for this machine", pair(hot, cold), within, counted(f.Elasticity.MachineWaits, "time"))
		p.Advice = "measure again with a higher maxProcesses, or in virtual time"
	case hot != nil && hot.P99 > bound:
		p.Judgement, p.says = Breaks, "hot p99 of "+journal.Duration(hot.P99)+" is not "+within
		p.Evidence = "hot p50 " + journal.Duration(hot.P50) + ", p99 " + journal.Duration(hot.P99) + ", not " + within
		p.Advice = f.slowness()
	case cold != nil && cold.P99 > bound:
		p.Judgement, p.says = WithCare, "cold p99 of "+journal.Duration(cold.P99)+" is not "+within
		p.Evidence = fmt.Sprintf("cold p99 %s, not %s, for %s of the records", journal.Duration(cold.P99), within, share(cold.Count, cold.Count+countOf(hot)))
		if hot != nil {
			p.Evidence += "; hot p99 " + journal.Duration(hot.P99)
		}
		p.Advice = "provisioned concurrency, or a lighter runtime"
	default:
		p.Judgement = Fits
		p.Evidence = "produced to handled: p99 " + pair(hot, cold) + ", " + within
	}
	if n := fastest(hot, cold); bound > nativeLatency && n > nativeLatency {
		p.Evidence += fmt.Sprintf(" (a stream processor: below %s)", journal.Duration(nativeLatency))
	}
	return p
}

// slowness says where most of the time of a slow record went.
func (f *FunctionFit) slowness() string {
	l := &f.Latency
	if l.BegunHot != nil && l.BegunHot.P99*2 > l.HandledHot.P99 {
		return "records wait to be handed over: more partitions or pollers, a shorter batch window; or a stream processor"
	}
	return "the handler takes most of it: smaller batches; or a stream processor"
}

func countOf(d *Distribution) uint64 {
	if d == nil {
		return 0
	}
	return d.Count
}

func fastest(hot, cold *Distribution) int64 {
	if hot != nil {
		return hot.P50
	}
	return cold.P50
}

// slowest is the longer of both p99.
func slowest(hot, cold *Distribution) int64 {
	var n int64
	for _, d := range []*Distribution{hot, cold} {
		if d != nil {
			n = max(n, d.P99)
		}
	}
	return n
}

func pair(hot, cold *Distribution) string {
	switch {
	case cold == nil:
		return "hot " + journal.Duration(hot.P99)
	case hot == nil:
		return "cold " + journal.Duration(cold.P99)
	}
	return "hot " + journal.Duration(hot.P99) + ", cold " + journal.Duration(cold.P99)
}

// ordered: records keep their order, none is lost, and each can be traced.
func (f *FunctionFit) ordered(options FitOptions) Principle {
	o, p := &f.Order, Principle{Name: "order and lineage", says: "in order"}
	switch {
	case o.Loss > 0 && o.worst(order.OfLoss) != nil && o.worst(order.OfLoss).Rule != order.Stuck:
		b := o.worst(order.OfLoss)
		p.Judgement, p.says = Breaks, counted(o.Loss, "record")+" lost or committed too early"
		p.Evidence, p.Advice = p.says+because(b), b.Fix
	case o.Order > 0:
		b := o.worst(order.OfOrder)
		p.Judgement, p.says = Breaks, "order of "+options.Domain.String()+" broken "+counted(o.most(), "time")
		p.Evidence = p.says + because(b)
		p.Advice = "drive per partition or use a stream processor"
		switch {
		case b.Rule == order.KeyInTwoPartitions: // however they are driven
			p.Advice = b.Fix
		case b.Fix != "":
			p.Advice += " (" + b.Fix + ")"
		}
	case o.Deliveries == 0:
		p.says = "order"
		p.Evidence = "it was handed no records of a topic, so there is no order to keep"
		return p
	case o.Unchecked >= o.Deliveries:
		p.says = "order"
		p.Evidence = "of no record a key or an arrival is known (--journal), so order by " + options.Domain.String() + " was not checked"
		return p
	default:
		p.Judgement = Fits
		p.Evidence = "no violation of order by " + options.Domain.String() + " in " + counted(o.Deliveries, "delivered record")
		f.lineage(&p)
	}
	if b := o.worst(order.OfLoss); b != nil && b.Rule == order.Stuck {
		p.Evidence += "; " + counted(o.Loss, "record") + " not handled when the run ended"
	}
	if o.Duplicates > 0 {
		p.Evidence += "; " + counted(o.Duplicates, "record") + " delivered or handled more than once"
	}
	if o.Unchecked > 0 {
		p.Evidence += "; of " + counted(o.Unchecked, "record") + " of the run no key or arrival is known: not checked"
	}
	return p
}

// lineage says of which outputs the origin cannot be told.
func (f *FunctionFit) lineage(p *Principle) {
	if f.Work.Ambiguous > 0 {
		p.Judgement, p.says = WithCare, "the origin of "+counted(f.Work.Ambiguous, "output")+" cannot be told"
		p.Evidence += "; " + p.says
		p.Advice = "return outputs in the response, or carry traceparent in their headers"
	}
}

func because(b *BrokenRule) string {
	s := fmt.Sprintf(", the worst of it %s %s", b.Rule.ID(), b.Rule)
	if b.Cause != order.UnknownCause {
		s += " (" + b.Cause.String() + ")"
	}
	return s
}

// worst is the worst rule of a class that was broken, nil if none was.
func (o *Ordering) worst(of order.Class) *BrokenRule {
	for i := range o.Broken {
		if o.Broken[i].Class == of {
			return &o.Broken[i]
		}
	}
	return nil
}

// most is how often the rule of order was broken that was broken most: one disorder may
// break several.
func (o *Ordering) most() uint64 {
	var n uint64
	for _, b := range o.Broken {
		if b.Class == order.OfOrder {
			n = max(n, b.Count)
		}
	}
	return n
}
