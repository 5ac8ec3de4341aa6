package functions

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// openEvents shows the events of the environment that is selected, else of the function.
func (s *Screen) openEvents(c *ui.Context, _ string) tea.Cmd {
	d := s.selected(c)
	if d == nil {
		return nil
	}
	t := ui.Target{Function: d.Name, Filter: "fn=" + d.Name, HasFilter: true}
	if l := s.environment(c); l != nil {
		t.Environment, t.Filter = l.Number, "env="+strconv.FormatUint(uint64(l.Number), 10)
	}
	c.Show(ui.Events, t)
	return nil
}

// askLimit asks for the reserved concurrency of the function.
func (s *Screen) askLimit(c *ui.Context, _ string) tea.Cmd {
	d, host, driver := s.selected(c), c.Host, c.Driver
	who, value := d.Name, ""
	if limit := s.figures.limit(who); limit >= 0 {
		value = strconv.Itoa(limit)
	}
	host.Ask(ui.Prompt{
		Title: "reserved concurrency of " + who, Value: value,
		Check: func(text string) (string, int) {
			if n, err := strconv.Atoi(strings.TrimSpace(text)); err != nil || n < 0 {
				return "a number from 0 on; 0 switches the function off", 0
			}
			return "", -1
		},
		Done: func(text string) tea.Cmd {
			assignment := who + ".reservedConcurrency=" + strings.TrimSpace(text)
			return host.Do("set "+assignment, func(ctx context.Context) (string, error) { return driver.Set(ctx, []string{assignment}) })
		},
		Cancel: func() tea.Cmd { return nil },
	})
	return nil
}

// recycle ends all environments of the function. It is not asked for: the next records
// start new ones.
func (s *Screen) recycle(c *ui.Context, _ string) tea.Cmd {
	who, driver := s.selected(c).Name, c.Driver
	return c.Do("force cold starts of "+who, func(ctx context.Context) (string, error) { return driver.Recycle(ctx, who) })
}

// kill asks, and ends the environment that is selected.
func (s *Screen) kill(c *ui.Context, _ string) tea.Cmd {
	l := s.environment(c)
	if l == nil {
		return nil
	}
	number, who, host, driver := l.Number, name(l), c.Host, c.Driver
	_, text := saysLane(c, s.selected(c), l)
	lines := []ui.Line{{Style: frame.Text, Text: text}}
	if l.Open.Invocation != 0 {
		lines = append(lines, ui.Line{Style: frame.Cold, Text: "Its invocation fails, and is tried again if the mapping says so."})
	}
	host.Confirm("kill "+who+" of "+s.selected(c).Name+"?", lines, func() tea.Cmd {
		return host.Do("kill "+who, func(ctx context.Context) (string, error) { return driver.Kill(ctx, number) })
	})
	return nil
}

func (s *Screen) undo(c *ui.Context, _ string) tea.Cmd { return c.Do("undo", c.Driver.Undo) }

// showBuild shows why the function does not run, and offers to make a new revision.
func (s *Screen) showBuild(c *ui.Context, _ string) tea.Cmd {
	d, host, driver := s.selected(c), c.Host, c.Driver
	who := d.Name
	number, why := broken(d)
	title := "make a new revision of " + who + "?"
	lines := []ui.Line{{Style: frame.Text, Text: "It is built again, though nothing was changed; r" + strconv.Itoa(int(max(d.Revision, 1))) + " serves until it is ready."}}
	if why != "" {
		title = who + " is not run"
		if number > 0 {
			title = who + ": r" + strconv.Itoa(int(number)) + " does not serve"
		}
		lines = nil
		for line := range strings.SplitSeq(strings.TrimSpace(why), "\n") {
			lines = append(lines, wrapped(line, max(c.Width-8, 20))...)
		}
		if c.Mode != ui.Finished {
			lines = append(lines, ui.Line{}, ui.Line{Style: frame.Dim, Text: "Enter tries again; once it is saved without the mistake, that happens by itself."})
		}
	}
	host.Confirm(title, lines, func() tea.Cmd {
		return host.Do("reload "+who, func(ctx context.Context) (string, error) { return driver.Reload(ctx, []string{who}) })
	})
	return nil
}

// wrapped is a line of a message in lines of w runes at most, which is more than 2.
func wrapped(text string, w int) []ui.Line {
	var lines []ui.Line
	runes := []rune(strings.ReplaceAll(text, "\t", "    "))
	for len(runes) > w {
		lines = append(lines, ui.Line{Style: frame.Text, Text: string(runes[:w])})
		runes = append([]rune("  "), runes[w:]...)
	}
	return append(lines, ui.Line{Style: frame.Text, Text: string(runes)})
}
