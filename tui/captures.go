package tui

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

const (
	// mostCaptures is how many views that a trigger has held are kept.
	mostCaptures = 20
	// wholeCaptures is how many of these, the newest, still have events and log lines.
	wholeCaptures = 4
)

// captures is what a trigger has held, the newest last.
type captures struct {
	all []*capture
	at  int // the one that was shown last
}

// triggered shows what the trigger has captured, if anything: the view is held then.
func (m *Model) triggered() tea.Cmd {
	if m.options.Store == nil || m.options.Past != nil {
		return nil
	}
	if _, _, fired := m.trigger.state(); fired {
		m.options.Store.Look(m.trigger.overdue)
	}
	c := m.trigger.take()
	if c == nil {
		return nil
	}
	m.captures.add(c)
	m.showCapture(c, c.spec.stay || m.prompt != nil || m.menu != nil || m.confirm != nil)
	if !c.spec.pause {
		return nil
	}
	driver := m.options.Driver
	return m.Do("pause", func(ctx context.Context) (string, error) {
		return "", driver.Pause(ctx) // what has fired stands in the row of sentences
	})
}

// add keeps a capture. Of older ones only what the screens Flow, Functions and Ordering
// show is kept.
func (k *captures) add(c *capture) {
	k.all = append(k.all, c)
	if len(k.all) > mostCaptures {
		k.all = append([]*capture(nil), k.all[len(k.all)-mostCaptures:]...)
	}
	k.at = len(k.all) - 1
	if old := len(k.all) - 1 - wholeCaptures; old >= 0 {
		v := k.all[old].view
		v.Events = store.Events{Total: v.Events.Total, Names: v.Events.Names}
		v.Logs = store.Logs{Total: v.Logs.Total, Errors: v.Logs.Errors}
	}
}

// showCapture holds the view of a capture, and goes to where it fired.
func (m *Model) showCapture(c *capture, stay bool) {
	m.held, m.toast = c.view, toast{} // what it says stands below
	if m.ctx != nil {
		m.ctx.Mode, m.ctx.View = ui.Held, c.view
	}
	if !stay {
		m.Show(c.spec.screen(), c.target)
	}
}

// recall shows an earlier or a later capture.
func (m *Model) recall(by int) {
	k := &m.captures
	if m.shownCapture() != nil { // else the one that was shown last comes again
		at := k.at + by
		if at < 0 || at >= len(k.all) {
			m.Toast(frame.Text, map[bool]string{true: "no earlier capture is kept", false: "this is the newest capture"}[by < 0])
			return
		}
		k.at = at
	}
	m.showCapture(k.all[k.at], false)
}

// shownCapture is the capture that is shown, nil if none is.
func (m *Model) shownCapture() *capture {
	k := &m.captures
	if m.held == nil || k.at >= len(k.all) || k.all[k.at].view != m.held {
		return nil
	}
	return k.all[k.at]
}

// goOn arms the trigger again that has held the view, if it is to be.
func (m *Model) goOn() {
	if m.shownCapture() == nil || m.captures.at != len(m.captures.all)-1 {
		return
	}
	if spec, armed, fired := m.trigger.state(); spec.again && !armed && !fired {
		m.trigger.arm(spec) // as it was changed since
	}
}

// saysCapture is the sentence about the capture that is shown, "" if none is.
func (m *Model) saysCapture(short bool) string {
	c := m.shownCapture()
	if c == nil {
		return ""
	}
	if short {
		return "t fired: " + c.spec.name() + " " + frame.Clock(c.at) + " (" + strconv.Itoa(c.before) + " before, " + strconv.Itoa(c.after) + " after)"
	}
	text := "trigger fired"
	if n := len(m.captures.all); n > 1 {
		text += " (" + strconv.Itoa(m.captures.at+1) + " of " + strconv.Itoa(n) + ")"
	}
	spec, _, _ := m.trigger.state()
	text += ": " + c.spec.name() + " at " + frame.Clock(c.at) + ", kept " + strconv.Itoa(c.before) + " events before and " +
		strconv.Itoa(c.after) + " after"
	switch {
	case m.captures.at < len(m.captures.all)-1:
		text += " (space goes on)"
	case spec.again:
		text += " (space goes on, still armed)"
	default:
		text += " (space goes on, t arms it again)"
	}
	return text
}

// triggerItem is what the first row says of the trigger.
func (m *Model) triggerItem(short bool) []item {
	spec, armed, fired := m.trigger.state()
	text := "trigger armed: " + causeNames[spec.on][0]
	switch {
	case !armed && !fired:
		return nil
	case fired:
		text = "trigger fired"
	}
	if short {
		text = map[bool]string{true: "fired", false: "armed"}[fired]
	}
	return []item{{frame.Cold, text, 0}}
}
