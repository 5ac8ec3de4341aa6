package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// What --fail-on names beside the domains.
const (
	failDuplicate = "duplicate"
	failLoss      = "loss"
)

// failOn is what makes a run, or a check of one, a failure.
type failOn []string

// add adds --fail-on; more is what it may name beside what all commands have.
func (f *failOn) add(cmd *cobra.Command, more ...string) {
	cmd.Flags().StringSliceVar((*[]string)(f), "fail-on", nil, "exit with 1 if order is broken within a key, partition or topic, or if there is a duplicate or a loss; may list several")
	all := []string{order.ByKey.String(), order.ByPartition.String(), order.ByTopic.String(), failDuplicate, failLoss}
	cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(append(all, more...), cobra.ShellCompDirectiveNoFileComp))
}

func (f failOn) check(cmd *cobra.Command) error {
	for _, name := range f {
		if name == failStale {
			return usage(cmd, "--fail-on stale is for coldbrook order --recycle")
		}
		var d order.Domain
		if name != failDuplicate && name != failLoss && d.UnmarshalText([]byte(name)) != nil {
			return usage(cmd, "--fail-on %s is none of key, partition, topic, duplicate, loss", name)
		}
	}
	return nil
}

// checks are checkers of one run, one for each domain that is asked for: the first is
// the one that is reported. They are for one goroutine at a time.
type checks struct {
	failOn   failOn
	domains  []order.Domain
	checkers []*order.Checker
}

func newChecks(by order.Domain, fail failOn, of *journal.Description) *checks {
	c := &checks{failOn: fail, domains: []order.Domain{by}}
	for _, name := range fail {
		var d order.Domain
		if d.UnmarshalText([]byte(name)) == nil && !slices.Contains(c.domains, d) {
			c.domains = append(c.domains, d)
		}
	}
	for _, d := range c.domains {
		c.checkers = append(c.checkers, order.New(order.Options{Domain: d, Of: of}))
	}
	return c
}

func (c *checks) add(e *journal.Entry) {
	for _, of := range c.checkers {
		of.Add(e)
	}
}

func (c *checks) missed(n uint64) {
	for _, of := range c.checkers {
		of.Missed(n)
	}
}

// end says that nothing follows: what is open then is lost or not handled.
func (c *checks) end() {
	for _, of := range c.checkers {
		of.End()
	}
}

func (c *checks) report() *order.Report { return c.checkers[0].Report() }

// failure is what --fail-on asked about and was found, nil if it is nothing.
func (c *checks) failure() error {
	var all []error
	for _, name := range c.failOn {
		if text := c.found(name); text != "" {
			all = append(all, fmt.Errorf("%s (--fail-on %s)", text, name))
		}
	}
	return errors.Join(all...)
}

// found says in words what there is of one thing that --fail-on names, "" if nothing.
func (c *checks) found(name string) string {
	var d order.Domain
	if d.UnmarshalText([]byte(name)) == nil {
		r := c.checkers[slices.Index(c.domains, d)].Report()
		if r.Order == 0 {
			return ""
		}
		return fmt.Sprintf("%s records are out of order by %s", report.Count(max(r.Disordered, 1)), d)
	}
	r := c.report()
	if n := lost(r); name == failLoss && n > 0 {
		return fmt.Sprintf("%s records are lost, open, or were committed too early", report.Count(n))
	}
	if name == failDuplicate && r.Duplicates > 0 {
		return fmt.Sprintf("%s records were handled or delivered again", report.Count(r.Duplicates))
	}
	return ""
}

// lost is how many losses there are, without what only the end of the run has left over.
func lost(r *order.Report) uint64 {
	n := r.Loss
	for i := range r.Groups {
		for _, by := range r.Groups[i].Causes {
			if r.Groups[i].Rule == order.Stuck && by.Cause == order.RunEnded {
				n -= by.Count
			}
		}
	}
	return n
}

// domainFlag is the value of a flag that names a domain, or where that is allowed "off".
type domainFlag struct {
	domain order.Domain
	off    bool
	canBe  []string
}

func newDomainFlag(more ...string) *domainFlag {
	return &domainFlag{canBe: append([]string{order.ByKey.String(), order.ByPartition.String(), order.ByTopic.String()}, more...)}
}

// String implements pflag.Value.
func (f *domainFlag) String() string {
	if f.off {
		return "off"
	}
	return f.domain.String()
}

// Type implements pflag.Value.
func (f *domainFlag) Type() string { return strings.Join(f.canBe, "|") }

// Set implements pflag.Value.
func (f *domainFlag) Set(text string) error {
	if !slices.Contains(f.canBe, text) {
		return fmt.Errorf("must be %s", strings.Join(f.canBe, ", "))
	}
	if f.off = text == "off"; f.off {
		return nil
	}
	return f.domain.UnmarshalText([]byte(text))
}
