package tui_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// tape is a driver that records nothing, and says what it is told to.
type tape struct {
	tuitest.Driver
	*reel
}

// reel is what a tape has; the program and the test use it.
type reel struct {
	mu  sync.Mutex // guards all below
	now ui.Recording
	of  ui.RecordingSpec
}

func (r *reel) set(now ui.Recording) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = now
}

func (r *reel) spec() ui.RecordingSpec {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of
}

func (tape) Now() int64 { return 9e9 }

func (d tape) Recording() ui.Recording {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d tape) Record(_ context.Context, of ui.RecordingSpec) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.of, d.now = of, ui.Recording{Number: d.now.Number + 1, Active: true}
	return nil
}

func (d tape) EndRecording(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = ui.Recording{Number: d.now.Number, Said: "12,345 records: coldbrook replay fixtures/orders.jsonl"}
	return nil
}

// withTape runs a test with the shop at its worst moment on a screen, in virtual time.
func withTape(t *testing.T, o tui.Options, f func(s *tuitest.Screen, d tape)) {
	t.Helper()
	if o.Past == nil {
		o.Store, _ = atNine(t)
	}
	d := tape{reel: &reel{}}
	o.Driver = d
	synctest.Test(t, func(t *testing.T) {
		s := tuitest.New(tui.New(o), 120, 36, colorprofile.TrueColor)
		f(s, d)
		s.Quit()
		if s.Err != nil {
			t.Error(s.Err)
		}
	})
}

func wants(t *testing.T, s *tuitest.Screen, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if got := s.Text(); !strings.Contains(got, text) {
			t.Errorf("%q is not in\n%s", text, got)
		}
	}
}

// On each screen the key proposes what is in view; the line of it is what is recorded, and the
// same key ends it.
func TestRecordingOnEveryScreen(t *testing.T) {
	withTape(t, tui.Options{}, func(s *tuitest.Screen, d tape) {
		for key, topics := range map[string]string{"1": "orders", "2": "orders", "3": "orders", "4": "orders", "5": "orders", "6": "orders"} {
			s.Press(key, "ctrl+r")
			wants(t, s, "record "+topics+" -o fixtures/", ".jsonl")
			s.Press("enter")
			wants(t, s, "● REC 0")
			if want := []string{topics}; fmt.Sprint(d.spec().Topics) != fmt.Sprint(want) || !regexp.MustCompile(`^fixtures/.+-\d{6}\.jsonl$`).MatchString(d.spec().File) {
				t.Errorf("screen %s: got %+v", key, d.spec())
			}
			now := d.Recording()
			now.Records = 12345
			d.set(now)
			s.Step(time.Second)
			wants(t, s, "● REC 12,345")
			s.Press("ctrl+r")
			wants(t, s, "12,345 records: coldbrook replay fixtures/orders.jsonl")
			if strings.Contains(s.Text(), "● REC") {
				t.Errorf("it goes on\n%s", s.Text())
			}
		}
		s.Press("2", "enter", "ctrl+r")
		wants(t, s, "Payload", "record orders -o")
		s.Press("esc", "esc", "/")
		s.Type("topic=nothing | topic=orders.enriched")
		s.Press("enter", "ctrl+r")
		wants(t, s, "record orders.enriched -o fixtures/orders.enriched-")
	})
}

// A recording that ends with an error is told until a key is pressed.
func TestARecordingThatFails(t *testing.T) {
	withTape(t, tui.Options{Calm: true}, func(s *tuitest.Screen, d tape) {
		s.Press("ctrl+r", "enter")
		d.set(ui.Recording{Number: 1, Err: errors.New("write fixture: no space left on device")})
		s.Step(time.Minute)
		wants(t, s, "record: write fixture: no space left on device")
		s.Press("1")
		s.Step(time.Second)
		if strings.Contains(s.Text(), "no space left") {
			t.Errorf("it is told again\n%s", s.Text())
		}
	})
}

// The first rows with a recording, at all sizes.
func TestFrameOfARecording(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		ascii bool
	}{{120, 36, false}, {120, 36, true}, {80, 24, false}, {60, 15, false}, {60, 15, true}, {30, 5, false}} {
		t.Run(fmt.Sprintf("%dx%d-ascii-%v", c.w, c.h, c.ascii), func(t *testing.T) {
			var text string
			withTape(t, tui.Options{ASCII: c.ascii}, func(s *tuitest.Screen, d tape) {
				s.Resize(c.w, c.h)
				d.set(ui.Recording{Number: 1, Active: true, Records: 1234567})
				s.Press("space")
				s.Step(time.Second)
				lines := strings.Split(s.Text(), "\n")
				text = strings.Join(lines[:min(len(lines), 2)], "\n")
			})
			golden.RequireEqual(t, []byte(text+"\n"))
		})
	}
}

// Of a finished run what is shown is written: up to the time cursor, and filtered if records
// can be.
func TestRecordingOfAFinishedRun(t *testing.T) {
	withTape(t, tui.Options{Past: past(t)}, func(s *tuitest.Screen, d tape) {
		s.Press("2", "@")
		s.Type("9")
		s.Press("enter", "/")
		s.Type("topic=orders key=cust")
		s.Press("enter", "ctrl+r")
		wants(t, s, ".jsonl --to 00:09.000 --filter topic=orders key=cust")
		s.Press("enter")
		if of := d.spec(); of.To != 9e9+1e6-1 || of.From != 0 || of.Filter != "topic=orders key=cust" {
			t.Errorf("got %+v", d.spec())
		}
		d.set(ui.Recording{Number: 1, Active: true, Percent: 45})
		s.Step(time.Second)
		wants(t, s, "● REC 0 45%", "FINISHED")
		s.Press("ctrl+r", "backspace", "/")
		s.Type("kind=throttled")
		s.Press("enter", "3", "+", "ctrl+r")
		wants(t, s, "record (without the filter) orders -o", " --from 00:08.", " --to 00:09.000")
	})
}
