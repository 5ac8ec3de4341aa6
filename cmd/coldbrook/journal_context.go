package main

import (
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// journalContext is what is printed around an entry that matches, as grep does it: entries
// before it and after it.
type journalContext struct {
	before, after int

	held    []journal.Entry // the last ones that were not printed, at most before
	next    int             // where in held the next goes, once it is full
	left    int             // how many more are printed
	skipped bool            // entries were left out since the last that was printed
	printed bool            // anything was
}

// wanted reports whether there is anything to be printed around.
func (c *journalContext) wanted() bool { return c.before > 0 || c.after > 0 }

// entry takes the next entry, and has it printed with what belongs around it.
func (c *journalContext) entry(e *journal.Entry, matches bool, print func(*journal.Entry) error, gap func() error) error {
	switch {
	case matches:
		err := c.begin(print, gap)
		c.left = c.after
		return errors.Join(err, print(e))
	case c.left > 0:
		c.left--
		return print(e)
	}
	c.hold(e)
	return nil
}

// begin prints what is held, with a sign before it where entries were left out.
func (c *journalContext) begin(print func(*journal.Entry) error, gap func() error) error {
	var err error
	if c.skipped && c.printed {
		err = gap()
	}
	for i := range c.held {
		if err == nil {
			err = print(&c.held[(c.next+i)%len(c.held)])
		}
	}
	c.held, c.next, c.skipped, c.printed = c.held[:0], 0, false, true
	return err
}

// hold keeps an entry in place of the oldest.
func (c *journalContext) hold(e *journal.Entry) {
	switch {
	case c.before == 0:
		c.skipped = true
	case len(c.held) < c.before:
		c.held = append(c.held, *e)
	default:
		c.skipped = true
		c.held[c.next] = *e
		c.next = (c.next + 1) % len(c.held)
	}
}

// writeGap writes the sign for entries that were left out: in text only.
func (r *journalReading) writeGap() error {
	if r.options.format.json() {
		return nil
	}
	_, err := fmt.Fprintln(r.out, "--")
	return readerGone(err)
}
