package faults

import (
	"context"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// faultScope is whose fault of a kind is added, in words.
func (s *Screen) faultScope(kind string) string {
	switch {
	case kind == brokerDown:
		return "the whole run: there is one broker"
	case s.scope == "":
		return "every function"
	}
	return s.scope
}

// specOf is when a fault of a kind is to fire: as it was typed last, or first as it is
// offered.
func (s *Screen) specOf(kind string) string {
	if text, ok := s.spec[kind]; ok {
		return text
	}
	return firstSpec[kind]
}

// add adds a fault for what is shown.
func (s *Screen) add(host ui.Host, d ui.Driver, f ui.FaultSpec) tea.Cmd {
	f.Function = s.scope
	if f.Kind == brokerDown {
		f.Function = ""
	}
	return host.Do("add "+f.Kind, func(ctx context.Context) (string, error) { return d.AddFault(ctx, f) })
}

// fire fires the selected fault once, at the next occasion.
func (s *Screen) fire(c *ui.Context, _ string) tea.Cmd {
	kind := s.selected().kind
	f := ui.FaultSpec{Kind: kind, Times: 1}
	if last, mistake := parseSpec(kind, s.specOf(kind)); mistake == nil {
		f.Delay, f.AfterHandler = last.Delay, last.AfterHandler
	}
	return s.add(c.Host, c.Driver, f)
}

// timed asks for how long the selected fault is to act: it is off by itself then.
func (s *Screen) timed(c *ui.Context, _ string) tea.Cmd {
	kind := s.selected().kind
	f, _ := parseSpec(kind, s.specOf(kind))
	f.Times = 0
	menu := ui.Menu{Title: kind + " for " + s.faultScope(kind)}
	host, d := c.Host, c.Driver
	for i, span := range []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute} {
		one := f
		one.For = span
		label := "for " + formatDuration(int64(span))
		if kind == brokerDown { // which is down once, for as long as its delay
			one.For, one.Delay, one.Probability = 0, span, 0
		} else if more := (ui.FaultSpec{Delay: f.Delay, Probability: f.Probability, AfterHandler: f.AfterHandler}); formatSpec(&more) != "" {
			label += ", " + formatSpec(&more)
		}
		menu.Items = append(menu.Items, ui.Item{Key: strconv.Itoa(i + 1), Label: label, Run: func() tea.Cmd { return s.add(host, d, one) }})
	}
	c.Choose(menu)
	return nil
}

// askFault asks when and how a fault of a kind is to fire, and adds it.
func (s *Screen) askFault(host ui.Host, d ui.Driver, kind string) tea.Cmd {
	host.Ask(ui.Prompt{
		Title: kind + " for " + s.faultScope(kind),
		Value: s.specOf(kind), Replace: true,
		Check: func(text string) (string, int) {
			if _, mistake := parseSpec(kind, text); mistake != nil {
				return mistake.text, mistake.at
			}
			return "", -1
		},
		Complete: func(text string, at int) []string { return completeSpec(kind, text, at) },
		Done: func(text string) tea.Cmd {
			f, mistake := parseSpec(kind, text)
			if mistake != nil {
				return nil
			}
			s.spec[kind] = text
			return s.add(host, d, f)
		},
	})
	return nil
}

// menu offers all faults for what is shown.
func (s *Screen) menu(c *ui.Context, _ string) tea.Cmd {
	host, d := c.Host, c.Driver
	m := ui.Menu{Title: "add a fault"}
	for _, k := range faultKinds {
		m.Items = append(m.Items, ui.Item{Key: k.kind[:1], Label: k.kind + " for " + s.faultScope(k.kind), Run: func() tea.Cmd { return s.askFault(host, d, k.kind) }})
	}
	var ids []int
	for i := range s.rows {
		ids = append(ids, s.rows[i].faultIDs()...)
	}
	if len(ids) > 0 {
		m.Items = append(m.Items, ui.Item{Key: "x", Label: "remove all " + strconv.Itoa(len(ids)) + " that are shown", Run: func() tea.Cmd { return removeFaults(host, d, ids) }})
	}
	c.Choose(m)
	return nil
}

// remove removes the selected fault, or those of its row.
func (s *Screen) remove(c *ui.Context, _ string) tea.Cmd {
	return removeFaults(c.Host, c.Driver, s.selected().faultIDs())
}

func removeFaults(host ui.Host, d ui.Driver, ids []int) tea.Cmd {
	return host.Do("remove", func(ctx context.Context) (string, error) {
		for _, id := range ids {
			if err := d.RemoveFault(ctx, id); err != nil {
				return "", err
			}
		}
		if len(ids) == 1 {
			return "fault " + strconv.Itoa(ids[0]) + " is removed: what it has done goes on", nil
		}
		return strconv.Itoa(len(ids)) + " faults are removed: what they have done goes on", nil
	})
}
