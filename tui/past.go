package tui

import (
	"context"
	"fmt"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Past is a finished run with a time cursor: the view after all entries up to a moment.
// The cursor goes forward by reading on, and back by reading again from the start.
type Past struct {
	view *store.View // at the time cursor
	end  int64       // world time of the last entry
	want int64       // where the cursor is to be
	busy bool        // it is on its way

	mu    sync.Mutex // guards all below; held while entries are read
	src   journal.Source
	front *store.View // what was read last, which can be read on from
	at    int64       // up to when
}

// placed is the end of a move of the time cursor.
type placed struct {
	view *store.View
	err  error
}

// NewPast reads a finished run to its end. The source must stay open until Close, and be
// used by nobody else.
func NewPast(src journal.Source) (*Past, error) {
	p := &Past{src: src, front: store.New(src.Description())}
	err := journal.ScanAll(src, func(missed uint64, e *journal.Entry) bool {
		if missed > 0 {
			p.front.Miss(missed)
		}
		p.front.Add(e)
		return true
	})
	p.end, p.want, p.at = p.front.Now, p.front.Now, p.front.Now
	p.view = p.front.Clone()
	return p, err
}

// View is the run as it was at the time cursor.
func (p *Past) View() *store.View { return p.view }

// read returns the view after all entries up to a moment; nil with an error.
func (p *Past) read(ctx context.Context, at int64) (*store.View, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at < p.at {
		p.front = store.New(p.src.Description())
	}
	complete := p.src.Missed() == 0
	err := p.src.Scan(journal.Want{From: p.front.Seq + 1}, func(e *journal.Entry) bool {
		if e.At > at || ctx.Err() != nil {
			return false
		}
		if !complete && e.Seq > p.front.Seq+1 {
			p.front.Miss(e.Seq - p.front.Seq - 1)
		}
		p.front.Add(e)
		return true
	})
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("read the journal up to %s: %w", frame.Clock(at), context.Cause(ctx))
	}
	if err != nil {
		p.at = p.front.Now
		return nil, err
	}
	p.at = at
	p.front.Advance(at)
	return p.front.Clone(), nil
}

// Close ends the use of the source; it waits for a reading that goes on. Moves of the time
// cursor lead to an empty view from then on.
func (p *Past) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.src = &journal.Held{Of: *p.src.Description()}
}

// place moves the time cursor; reading ends with work.
func (p *Past) place(work context.Context, at int64) tea.Cmd {
	p.want = min(max(at, 0), p.end)
	if p.busy {
		return nil // it goes on from where it arrives
	}
	p.busy = true
	want := p.want
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(work, workLimit)
		defer cancel()
		view, err := guarded(func() (*store.View, error) { return p.read(ctx, want) })
		return placed{view, err}
	}
}

// take takes the view of a move that has ended; the cursor may be wanted elsewhere by now.
// After an error what is shown stays.
func (p *Past) take(work context.Context, msg placed) tea.Cmd {
	p.busy = false
	if msg.view != nil {
		p.view = msg.view
	}
	if msg.err != nil {
		p.want = p.view.Now // the next move begins at what is shown
		return nil
	}
	if p.want != p.view.Now {
		return p.place(work, p.want)
	}
	return nil
}

// timeKeys move the time cursor of a finished run.
func (m *Model) timeKeys() []ui.Key {
	past := func(c *ui.Context) bool { return c.Mode == ui.Finished }
	move := func(by func(at, step int64) int64) func(*ui.Context, string) tea.Cmd {
		return func(*ui.Context, string) tea.Cmd {
			p := m.options.Past
			return p.place(m.work, by(p.want, max(10*m.axis.Column, 100e6)))
		}
	}
	return []ui.Key{
		{Keys: []string{"<"}, ID: "time.back", Label: "earlier", Help: "show the run as it was ten columns of time earlier", Enabled: past, Run: move(func(at, step int64) int64 { return at - step })},
		{Keys: []string{">"}, ID: "time.on", Label: "later", Help: "ten columns of time later", Enabled: past, Run: move(func(at, step int64) int64 { return at + step })},
		{Keys: []string{"shift+home"}, ID: "time.start", Help: "the start of the run", Hidden: true, Enabled: past, Run: move(func(int64, int64) int64 { return 0 })},
		{Keys: []string{"shift+end"}, ID: "time.end", Help: "the end of the run", Hidden: true, Enabled: past, Run: move(func(int64, int64) int64 { return m.options.Past.end })},
		{Keys: []string{"@"}, ID: "time.at", Help: "show the run as it was at a time", Hidden: true, Enabled: past, Run: m.askTime},
	}
}

// askTime asks for a moment, and goes there.
func (m *Model) askTime(*ui.Context, string) tea.Cmd {
	m.Ask(ui.Prompt{
		Title: "time (12.5 seconds, or 04:12.426)",
		Check: func(text string) (string, int) {
			if text == "" {
				return "", -1
			}
			if _, err := parseTime(text); err != nil {
				return err.Error(), 0
			}
			return "", -1
		},
		Done: func(text string) tea.Cmd {
			at, err := parseTime(text)
			if err != nil {
				return nil
			}
			if at > m.options.Past.end {
				m.Toast(frame.Cold, fmt.Sprintf("the run ended at %s", frame.Clock(m.options.Past.end)))
			}
			return m.options.Past.place(m.work, at)
		},
	})
	return nil
}
