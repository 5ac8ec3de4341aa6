package main

import (
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// alikeMax is how many lines of one kind about one function, mapping or process
// are printed in a second; a storm of throttles says nothing more. What handlers
// print is not limited.
const alikeMax = 5

// plain writes a journal in lines for people: when, and a sentence. It is for
// one goroutine.
type plain struct {
	stdout io.Writer
	// environ says what the terminal can do.
	environ []string
	styles  styles
	flow    flow
	// alike counts the lines of this second, by what they have in common.
	alike map[alikeKey]int
	// waited are the functions of which was said that this machine limits them.
	waited map[string]bool
	// expired and moved are the partitions whose loss by retention was said.
	expired, moved map[partitionKey]bool
	revisions      revisions
	at             int64           // of the last entry
	news           func() []string // what the check of order has found since the last second
	filter         *entryFilter
}

// alikeKey is what lines have in common that are limited.
type alikeKey struct {
	kind journal.Kind
	who  string
}

type partitionKey struct {
	mapping, topic string
	partition      int32
}

// styles are the colours, of the sixteen that every terminal has and its user
// can choose. What they say is always also said in words.
type styles struct {
	time, text, cold, bad, flow lipgloss.Style
}

func newPlain(stdout io.Writer, environ []string) *plain {
	s := lipgloss.NewStyle()
	return &plain{
		news:   func() []string { return nil },
		stdout: stdout, environ: environ,
		styles: styles{
			time: s.Faint(true),
			text: s,
			cold: s.Foreground(lipgloss.Yellow),
			bad:  s.Foreground(lipgloss.Red).Bold(true),
			flow: s.Foreground(lipgloss.Cyan),
		},
		flow:    newFlow(),
		alike:   map[alikeKey]int{},
		waited:  map[string]bool{},
		expired: map[partitionKey]bool{},
		moved:   map[partitionKey]bool{},

		revisions: newRevisions(),
	}
}

// entry writes an entry if it is notable. Errors of w come out at its Flush.
func (p *plain) entry(w io.Writer, e *journal.Entry) {
	p.at = e.At
	p.flow.add(e)
	p.revisions.note(e)
	if e.Kind == journal.RunStopped { // the last second is not over, but the run is
		p.tick(w, nil)
	}
	// The banner said what RunStarted says.
	if e.Kind == journal.RunStarted || !p.filter.shows(e, e.Notable()) || p.said(e) || p.limited(e) {
		return
	}
	sentence := e.Sentence()
	if e.Kind == journal.Reloaded && e.Function != "" {
		sentence = p.revisions.sentence(e)
	} else {
		p.revisions.passed()
	}
	p.line(w, p.style(e), sentence)
}

func (p *plain) style(e *journal.Entry) lipgloss.Style {
	switch {
	case e.Severe():
		return p.styles.bad
	case e.Kind == journal.Warning, e.Kind == journal.EnvironmentStarting, e.Kind == journal.EnvironmentReady,
		e.Kind == journal.RetryScheduled, e.Kind == journal.FaultInjected, e.Kind == journal.RetentionMoved, e.Kind == journal.InvocationLate:
		return p.styles.cold
	}
	return p.styles.text
}

// said reports whether the same was said before: of the partition, because
// retention goes on and on, or of the function that waits for this machine.
func (p *plain) said(e *journal.Entry) bool {
	set := p.expired
	switch e.Kind {
	case journal.RetentionMoved:
		set = p.moved
	case journal.EnvironmentWaiting:
		before := p.waited[e.Function]
		p.waited[e.Function] = true
		return before
	case journal.RecordsExpired:
	case journal.BuildEnded: // that the revision is given up comes next, with why
		return e.Outcome == journal.Abandoned && e.Revision > 1
	default:
		return false
	}
	key := partitionKey{e.Mapping, e.Topic, e.Partition}
	before := set[key]
	set[key] = true
	return before
}

// limited reports whether there were enough lines like it in this second.
func (p *plain) limited(e *journal.Entry) bool {
	if e.Kind == journal.Output {
		return false
	}
	key := alikeKey{e.Kind, e.Function + e.Process}
	if key.who == "" {
		key.who = e.Mapping
	}
	p.alike[key]++
	return p.alike[key] > alikeMax
}

// line writes a sentence with the time in front of it; further lines of the
// sentence are set below the first.
func (p *plain) line(w io.Writer, style lipgloss.Style, sentence string) {
	stamp := fmt.Sprintf("%9.3f", float64(p.at)/1e9)
	for i, part := range strings.Split(strings.TrimRight(sentence, "\n"), "\n") {
		if i > 0 {
			stamp = strings.Repeat(" ", len(stamp))
		}
		part = journal.PrintableColoured(strings.TrimRight(part, "\r"))
		fmt.Fprintf(w, "%s  %s\n", p.styles.time.Render(stamp), paint(style, part))
	}
}

// paint colours a line. lipgloss would also lay it out, that is, change its tabs
// and pad it.
func paint(style lipgloss.Style, s string) string {
	before, after, _ := strings.Cut(style.Render("x"), "x")
	return before + s + after
}

// missed says that the reader was too slow.
func (p *plain) missed(w io.Writer, n uint64) {
	p.line(w, p.styles.cold, fmt.Sprintf("%s entries were not shown: the output is slower than the run", report.Count(n)))
}

// tick ends a second: it says what was left out, and what flowed. lags is nil
// when the broker cannot be asked any more.
func (p *plain) tick(w io.Writer, lags func() map[string]int64) {
	for _, key := range sortedAlike(p.alike) {
		if more := p.alike[key] - alikeMax; more > 0 {
			sentence := fmt.Sprintf("%s more entries %q in this second", report.Count(uint64(more)), key.kind.String())
			if more == 1 {
				sentence = fmt.Sprintf("1 more entry %q in this second", key.kind.String())
			}
			if key.who != "" { // else it is about the world
				sentence = key.who + ": " + sentence
			}
			p.line(w, p.styles.cold, sentence)
		}
	}
	clear(p.alike)
	for _, sentence := range p.news() {
		p.line(w, p.styles.bad, sentence)
	}
	defer p.sayStanding(w)
	if p.flow.empty() {
		return
	}
	p.revisions.passed()
	var lag map[string]int64
	if lags != nil {
		lag = lags()
	}
	for _, line := range p.flow.lines(lag) {
		p.line(w, p.styles.flow, line)
	}
}
