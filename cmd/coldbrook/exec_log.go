package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// logPrefix begins each line that exec prints of its run, beside those of the command.
const logPrefix = "[coldbrook] "

// prefixed writes whole lines, each with logPrefix in front. That they cannot be written
// is nobody's concern: it is the command's stderr, not the run's. It is safe for
// concurrent use.
type prefixed struct {
	to io.Writer

	mu   sync.Mutex // guards rest
	rest []byte     // the beginning of a line
}

func (p *prefixed) Write(text []byte) (int, error) {
	if whole := p.take(text); len(whole) > 0 {
		p.to.Write(whole)
	}
	return len(text), nil
}

// take adds text, and returns the lines that are whole.
func (p *prefixed) take(text []byte) (lines []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, text...)
	for {
		at := bytes.IndexByte(p.rest, '\n')
		if at < 0 {
			return lines
		}
		lines = append(append(lines, logPrefix...), p.rest[:at+1]...)
		p.rest = p.rest[at+1:]
	}
}

// printFailures prints the warnings and failures of a run, and nothing else, until its
// journal is closed, in the colours of a profile.
func printFailures(r *journal.Reader, to io.Writer, profile colorprofile.Profile, ordering *ordering) {
	p, w := newPlain(to, os.Environ()), whole{&colorprofile.Writer{Forward: to, Profile: profile}}
	p.news = ordering.news
	entries := make([]journal.Entry, entriesAtOnce)
	second := time.Now().Add(time.Second)
	for {
		ctx, cancel := context.WithDeadline(context.Background(), second)
		n, _, err := r.Next(ctx, entries)
		cancel()
		for i := range entries[:n] {
			if e := &entries[i]; e.Severe() || e.Kind == journal.Warning {
				p.entry(w, e)
			}
		}
		over := err == io.EOF
		if now := time.Now(); over || !now.Before(second) {
			p.flow = newFlow() // what flows is no failure
			p.tick(w, nil)
			second = now.Add(time.Second)
		}
		if over {
			return
		}
	}
}

// settled is what was found in a run that has ended, nil if nothing was checked.
func (c *ordering) settled() *order.Report {
	if c == nil {
		return nil
	}
	<-c.done
	return c.report()
}
