package main

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// orderOptions are the flags of dev and run about order.
type orderOptions struct {
	by   *domainFlag
	fail failOn
}

func (o *orderOptions) add(cmd *cobra.Command) {
	o.by = newDomainFlag("off")
	cmd.Flags().Var(o.by, "order", "between which records order is checked while it runs")
	cmd.RegisterFlagCompletionFunc("order", cobra.FixedCompletions(o.by.canBe, cobra.ShellCompDirectiveNoFileComp))
	o.fail.add(cmd)
}

func (o *orderOptions) check(cmd *cobra.Command) error {
	if o.by.off && len(o.fail) > 0 {
		return usage(cmd, "--fail-on needs order to be checked, and --order is off")
	}
	return o.fail.check(cmd)
}

// configure has the run look at every record, whose key it takes.
func (o *orderOptions) configure(cfg *emulator.Config) {
	cfg.Journal.Records = cfg.Journal.Records || !o.by.off
}

// ordering checks order while a run goes on. Its methods do nothing on a nil one; they
// are safe for concurrent use, but for news, which is for one goroutine.
//
// Goroutines: one reads the journal to its end. It draws: a run is not held back by what
// checks it.
type ordering struct {
	done chan struct{} // closed when all is checked

	told map[brokenBy]bool // of who asks for news

	mu     sync.Mutex // guards all below
	checks *checks
}

// brokenBy is what one line tells of: more of it is left to coldbrook order.
type brokenBy struct {
	class   order.Class
	mapping string
}

// start begins to check the run, unless that is off.
func (o *orderOptions) start(e *emulator.Emulator) *ordering {
	if o.by.off {
		return nil
	}
	c := &ordering{done: make(chan struct{}), checks: newChecks(o.by.domain, o.fail, describe(e)), told: map[brokenBy]bool{}}
	r := e.Journal().Draw()
	go func() {
		defer close(c.done)
		defer r.Detach()
		c.follow(r)
	}()
	return c
}

func (c *ordering) follow(r *journal.Reader) {
	entries := make([]journal.Entry, entriesAtOnce)
	for {
		n, missed, err := r.Next(context.Background(), entries)
		c.mu.Lock()
		if err != nil { // the run has ended
			c.checks.end()
			c.mu.Unlock()
			return
		}
		if missed > 0 {
			c.checks.missed(missed)
		}
		for i := range entries[:n] {
			c.checks.add(&entries[i])
		}
		c.mu.Unlock()
	}
}

// report is what was found so far, nil if nothing is checked.
func (c *ordering) report() *order.Report {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.checks.report()
}

// news is a sentence for each mapping that has begun to break order, or to lose records,
// since it was asked last.
func (c *ordering) news() []string {
	r := c.report()
	if r == nil {
		return nil
	}
	var all []string
	for i := range r.Groups {
		g := &r.Groups[i]
		key := brokenBy{g.Class, g.Mapping}
		if c.told[key] || g.Class == order.OfDuplicate || g.Rule == order.Stuck || len(g.Witnesses) == 0 {
			continue
		}
		c.told[key] = true
		what := fmt.Sprintf("order by %s is broken", r.Domain)
		if g.Class == order.OfLoss {
			what = "records are lost"
		}
		who := g.Function
		if who == "" {
			who = g.Topic
		}
		all = append(all, fmt.Sprintf("%s: %s (%s %s): %s; coldbrook order tells more", who, what, g.Rule.ID(), g.Rule, g.Witnesses[0].Sentence()))
	}
	return all
}

// conclude writes what was found in the whole run, which has ended, and returns what of
// it makes the run a failure.
func (c *ordering) conclude(w io.Writer) error {
	if c == nil {
		return nil
	}
	<-c.done
	if err := conclusion(w, c.report()); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.checks.failure() // also of a domain that is not the reported one
}

func conclusion(w io.Writer, r *order.Report) error {
	if r.Order+r.Loss+r.Duplicates == 0 && r.Missed+r.Unchecked+r.Evicted == 0 {
		_, err := fmt.Fprintf(w, "  order        by %s: no violation in %s records\n", r.Domain, report.Count(r.Records))
		return err
	}
	if _, err := fmt.Fprintln(w, "order"); err != nil {
		return err
	}
	return r.WriteBrief(w)
}
