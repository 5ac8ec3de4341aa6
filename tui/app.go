package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/detail"
	"github.com/coldbrook-dev/coldbrook/tui/events"
	"github.com/coldbrook-dev/coldbrook/tui/faults"
	"github.com/coldbrook-dev/coldbrook/tui/flow"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/functions"
	"github.com/coldbrook-dev/coldbrook/tui/logs"
	"github.com/coldbrook-dev/coldbrook/tui/ordering"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Model is the whole UI. It is for the goroutine of its tea.Program.
type Model struct {
	options Options
	screens [ui.Tabs + 1]ui.Screen
	at      ui.ID // the screen that is shown
	under   ui.ID // the one that Detail lies over

	held  *store.View // the view that stands; nil while live
	axis  ui.Axis
	query *query.Query
	text  string // of the filter
	pin   ui.Target

	prompt  *prompt
	menu    *menu
	confirm *confirmation
	help    *help
	toast   toast
	loads   loads
	history map[string][]string // of prompts, by title

	width, height int
	profile       colorprofile.Profile
	light         bool
	theme         *frame.Theme
	frame         frame.Frame
	drawn         string // what View returns
	dirty         bool
	blurred       bool
	mouse         bool
	bindings      bindings
	commands      []tea.Cmd   // of this Update, from Host
	ctx           *ui.Context // of the call under way; nil outside of look
	pending       []tea.Cmd   // work that Load has begun while a frame was drawn
	quit          quitting
	suspended     bool // the world was paused for it
	trigger       *trigger
	captures      captures
	toldRecording int             // the number of the last recording that was told of
	work          context.Context // of what is done outside of the program; it ends with it
}

// New returns the UI of a run.
func New(o Options) *Model {
	m := &Model{options: o, mouse: o.Mouse, query: &query.Query{}, dirty: true, history: map[string][]string{},
		profile: colorprofile.ANSI256, axis: ui.Axis{Column: 100e6}, work: context.Background()}
	m.screens = [ui.Tabs + 1]ui.Screen{ui.Flow: flow.New(), ui.Events: events.New(), ui.Functions: functions.New(),
		ui.Ordering: ordering.New(), ui.Logs: logs.New(), ui.Faults: faults.New(), ui.Detail: detail.New()}
	m.trigger = newTrigger()
	if o.Store != nil {
		o.Store.Watch(m.trigger.watch)
	}
	m.bindings = m.bind()
	m.loads.init()
	m.restyle()
	return m
}

// restyle makes the theme anew.
func (m *Model) restyle() {
	m.theme = frame.NewTheme(m.profile, m.light, m.options.ASCII)
	m.dirty = true
}

// Init implements tea.Model.
func (m *Model) Init() tea.Cmd { return tea.Batch(m.tick(), tea.RequestBackgroundColor) }

// ticked is the message of the clock.
type ticked struct{}

// slowTick is how long a frame stands where nobody looks, or nothing moves.
const slowTick = 500 * time.Millisecond

func (m *Model) tick() tea.Cmd {
	every := m.options.every()
	if m.blurred {
		every = max(every, slowTick)
	}
	if m.held != nil || m.options.Past != nil {
		every = max(every, slowTick/2)
	}
	return tea.Tick(every, func(time.Time) tea.Msg { return ticked{} })
}

// screen is the one that is shown.
func (m *Model) screen() ui.Screen { return m.screens[m.at] }

// look calls f with a Context of what is drawn now. Nothing in it may wait: the run may
// be held up by its lock.
func (m *Model) look(f func(c *ui.Context)) {
	c := &ui.Context{Mode: ui.Live, Driver: m.options.Driver, Filter: m.text, Query: m.query, Axis: &m.axis, Pinned: m.pin,
		Calm: m.options.Calm, Width: m.width, Height: m.height, Host: m}
	m.ctx = c
	defer func() { m.ctx = nil }()
	switch {
	case m.options.Past != nil:
		c.Mode, c.View, c.Reading = ui.Finished, m.options.Past.View(), m.options.Past.busy
		f(c)
	case m.held != nil:
		c.Mode, c.View = ui.Held, m.held
		m.options.Store.Look(func(live *store.View) {
			c.Newer = live.Events.Total - m.held.Events.Total
			m.heldNews(live)
			m.held.Paused = live.Paused // whether the world stands now: the first row says so, and P and . go by it
		})
		f(c)
	default:
		now := m.options.Driver.Now()
		m.options.Store.Look(func(live *store.View) {
			if !live.Ended {
				live.Advance(now)
			}
			c.View = live
			f(c)
		})
	}
}
