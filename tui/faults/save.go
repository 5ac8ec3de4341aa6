package faults

import (
	"context"
	"errors"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// save asks what the file would have in it; askSaved goes on when that is known.
func (s *Screen) save(c *ui.Context, _ string) tea.Cmd {
	if s.changes.any() {
		c.Toast(frame.Cold, "a change is on its way: press S again when it is there")
		return nil
	}
	c.Forget(s.differenceKey())
	s.saving++
	s.asking = true
	s.askSaved(c)
	return nil
}

// differenceKey names the difference that was asked for last.
func (s *Screen) differenceKey() string { return "faults difference " + strconv.Itoa(s.saving) }

// askSaved shows the difference when it is there, and asks whether it is to be written. It
// is called for each frame.
func (s *Screen) askSaved(c *ui.Context) {
	if !s.asking {
		return
	}
	d := c.Driver
	value, err := c.Load(s.differenceKey(), func(ctx context.Context) (any, error) { return d.SaveDiff(ctx) })
	text, isThere := value.(string)
	switch {
	case err != nil:
		s.asking = false
		c.Toast(frame.Bad, "save: "+sentenceOf(err))
	case isThere && strings.TrimSpace(text) == "":
		s.asking = false
		c.Toast(frame.Text, "there is nothing to save: no setting was changed by hand")
	case isThere:
		s.asking = false
		host := c.Host
		c.Confirm("write this to the file?", differenceLines(text), func() tea.Cmd { return host.Do("save", d.Save) })
	}
}

// sentenceOf is an error with its hint.
func sentenceOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		return err.Error() + " (" + h.Hint() + ")"
	}
	return err.Error()
}

// differenceLines are the lines of a difference in their colours.
func differenceLines(text string) []ui.Line {
	var all []ui.Line
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		style := frame.Dim
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"), strings.HasPrefix(line, "@@"):
		case strings.HasPrefix(line, "+"):
			style = frame.Busy
		case strings.HasPrefix(line, "-"):
			style = frame.Bad
		}
		all = append(all, ui.Line{Style: style, Text: line})
	}
	return all
}
