package tui_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// tornSource is a journal that cannot be read any more, or has a defect.
type tornSource struct {
	journal.Source
	torn, panics bool
}

func (s *tornSource) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	switch {
	case s.panics:
		panic("the reader is broken")
	case s.torn:
		return errors.New("shop.journal: the disk is gone")
	}
	return s.Source.Scan(want, f)
}

// A journal that cannot be read any more is told, and what is shown stays.
func TestAMoveInTimeThatFailsIsTold(t *testing.T) {
	_, _, src := fed(t)
	torn := &tornSource{Source: src}
	p, err := tui.NewPast(torn)
	if err != nil {
		t.Fatal(err)
	}
	h := &hand{t: t, m: tui.New(tui.Options{Past: p, Driver: tuitest.Driver{Of: src}}), w: 120, h: 36, wait: time.Minute}
	h.send(tea.WindowSizeMsg{Width: h.w, Height: h.h})
	end := p.View().Now
	torn.torn = true
	h.send(tuitest.Key("<"))
	if text := h.m.View().Content; !strings.Contains(text, "the disk is gone") {
		t.Errorf("got\n%s", text)
	}
	torn.torn, torn.panics = false, true
	h.send(tuitest.Key("<"))
	if text := h.m.View().Content; !strings.Contains(text, "panic: the reader is broken") {
		t.Errorf("got\n%s", text)
	}
	torn.panics = false
	h.send(tuitest.Key("<"))
	if now := p.View().Now; now >= end || now < end-20e9 {
		t.Errorf("after a move that works it is %d, the end is %d", now, end)
	}
}
