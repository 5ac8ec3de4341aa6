package cases

import (
	"context"
	"fmt"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// orderWatch checks order as the run goes on. A goroutine reads the journal until it is
// closed.
type orderWatch struct {
	mu      sync.Mutex // guards all below
	more    sync.Cond  // read has grown
	read    uint64     // sequence number of the last entry that was checked
	checker *order.Checker
}

// checksOrder says whether the case wants order.
func (p *play) checksOrder() bool {
	return p.c.Expect.Order == "key" || p.c.Expect.Order == "partition"
}

func watchOrder(e *emulator.Emulator, domain string) *orderWatch {
	of := e.Description()
	options := order.Options{Of: &of, Witnesses: witnessesMost}
	if domain == "partition" {
		options.Domain = order.ByPartition
	}
	o := &orderWatch{checker: order.New(options)}
	o.more.L = &o.mu
	go o.run(e.Journal().Keep("the case"))
	return o
}

func (o *orderWatch) run(keep *journal.Reader) {
	defer keep.Detach()
	buf := make([]journal.Entry, 1<<10)
	for {
		n, _, err := keep.Next(context.Background(), buf)
		if err != nil { // the end
			return
		}
		o.mu.Lock()
		for i := range n {
			o.checker.Add(&buf[i])
		}
		o.read = buf[n-1].Seq
		o.mu.Unlock()
		o.more.Broadcast()
	}
}

// witnessesMost is how many violations of a rule and a partition are told.
const witnessesMost = 3

// report is what was found up to an entry.
func (o *orderWatch) report(seq uint64) *order.Report {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.read < seq {
		o.more.Wait()
	}
	return o.checker.Report()
}

// judgeOrder notes violations of order.
func (p *play) judgeOrder() {
	if p.seen == nil {
		return
	}
	r := p.seen.report(p.w.Emulator().Journal().Last())
	if r.Order == 0 {
		return
	}
	var lines []string
	for i := range r.Groups {
		if r.Groups[i].Class != order.OfOrder {
			continue
		}
		g := &r.Groups[i]
		for j := range g.Witnesses {
			v := &g.Witnesses[j]
			lines = append(lines, fmt.Sprintf("%s, %s/%d: %s %s: %s", g.Function, g.Topic, g.Partition, v.Rule.ID(), v.Rule, v.Sentence()))
		}
	}
	p.result.fail("expect.order", fmt.Sprintf("order by %s is broken: %s violations, %s", p.c.Expect.Order, report.Count(r.Order), records(int(r.Disordered))), lines[:min(len(lines), leftMost)]...)
}
