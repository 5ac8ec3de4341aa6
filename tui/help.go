package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// help lies over a screen: keys, signs, the filter language.
type help struct {
	page, top int
	rows      int // of the page as it was drawn
	room      int
}

var helpPages = [...]string{"keys", "signs", "filter language"}

func (h *help) key(m *Model, key string) tea.Cmd {
	last := max(h.rows-h.room, 0)
	switch key {
	case "tab", "right", "l":
		h.page, h.top = (h.page+1)%len(helpPages), 0
	case "shift+tab", "left", "h":
		h.page, h.top = (h.page+len(helpPages)-1)%len(helpPages), 0
	case "1", "2", "3":
		h.page, h.top = int(key[0]-'1'), 0
	case "down", "j":
		h.top = min(h.top+1, last)
	case "up", "k":
		h.top = max(h.top-1, 0)
	case "pgdown", "space":
		h.top = min(h.top+h.room, last)
	case "pgup":
		h.top = max(h.top-h.room, 0)
	default:
		m.help = nil
	}
	return nil
}

func (h *help) draw(m *Model, c *ui.Context, body frame.Area) {
	inside := dialog(body, "help: "+m.screen().Title(), body.W, body.H-2)
	x := 1
	for i, name := range helpPages {
		style := frame.Dim
		if i == h.page {
			name, style = "["+name+"]", frame.Text|frame.Bold
		}
		x = inside.Text(x, 0, style, name) + 3
	}
	inside.Right(inside.W-1, 0, frame.Dim, "Tab turns the page, j/k scroll, Esc leaves")
	page := inside.Sub(1, 2, inside.W-2, inside.H-2)
	var lines []ui.Line
	switch h.page {
	case 0:
		h.drawKeys(m, c, page)
		return
	case 1:
		lines = signs
	default:
		for text := range strings.Lines(query.Reference(max(page.W, 40))) {
			lines = append(lines, ui.Line{Text: strings.TrimRight(text, "\n")})
		}
	}
	h.rows, h.room = len(lines), page.H
	for y := range page.H {
		if h.top+y < len(lines) {
			page.Cut(0, y, page.W, lines[h.top+y].Style, lines[h.top+y].Text)
		}
	}
}

// keyRow is a line of the page of keys.
type keyRow struct {
	keys, help string
	heading    bool
	off        bool // it does nothing now
}

// drawKeys draws the key tables of this screen and of everywhere, side by side if there is
// room.
func (h *help) drawKeys(m *Model, c *ui.Context, page frame.Area) {
	left, right := page, page
	isWide := page.W >= 100
	if isWide {
		left, right = page.Left(page.W/2 - 1)
		right = right.Sub(2, 0, right.W-2, right.H)
	}
	here, everywhere := keyRows(c, "on this screen", m.bindings.screens[m.at], left.W), keyRows(c, "everywhere", m.bindings.everywhere, right.W)
	h.room = page.H
	if isWide {
		h.rows = max(len(here), len(everywhere))
		h.drawRows(left, here)
		h.drawRows(right, everywhere)
		return
	}
	all := append(append(here, keyRow{}), everywhere...)
	h.rows = len(all)
	h.drawRows(page, all)
}

func (h *help) drawRows(a frame.Area, rows []keyRow) {
	for y := range a.H {
		if h.top+y >= len(rows) {
			return
		}
		r := rows[h.top+y]
		if r.heading {
			a.Text(0, y, frame.Text|frame.Bold|frame.Underline, r.help)
			continue
		}
		style := frame.Text
		if r.off {
			style = frame.Dim
		}
		a.Cut(0, y, helpColumn-1, style|frame.Bold, r.keys)
		a.Cut(helpColumn, y, a.W-helpColumn, style, r.help)
	}
}

// helpColumn is where what a key does begins.
const helpColumn = 14

// keyRows are the lines of a key table in w columns; what a key does may take several.
func keyRows(c *ui.Context, heading string, keys []ui.Key, w int) []keyRow {
	rows := []keyRow{{help: heading, heading: true}}
	for i := range keys {
		k := &keys[i]
		var names []string
		for _, key := range k.Keys {
			names = append(names, keyName(key))
		}
		row, help := keyRow{keys: strings.Join(names, " "), off: k.Enabled != nil && !k.Enabled(c)}, k.Help
		if row.off {
			help += " (not now)"
		}
		for _, row.help = range frame.Wrap(help, max(w-helpColumn, 20)) {
			rows = append(rows, row)
			row.keys = ""
		}
	}
	return rows
}

// signs are what glyphs and words on the screens mean.
var signs = []ui.Line{
	{Style: frame.Bold, Text: "what stands still"},
	{Text: "LIVE ►     the newest is shown                         ‖ HELD     the view stands, data keeps flowing (space)"},
	{Text: "■ PAUSED   the world stands: no batch, no timer, no start (P); . takes one step"},
	{Text: "FINISHED   a run that was read from its journal: < and > move the time"},
	{},
	{Style: frame.Bold, Text: "environments, a cell is the worst thing in its slice of time"},
	{Style: frame.Cold, Text: "▓ init (cold start)"}, {Style: frame.Busy, Text: "█ invocation"}, {Style: frame.Dim, Text: "░ idle      ┤ gone"},
	{Style: frame.Bad, Text: "✗ error     T timed out, or about to     ! throttled     D dead-lettered"},
	{},
	{Style: frame.Bold, Text: "order"},
	{Style: frame.Moved, Text: "⇅2 K       finished 2 places late, and one that overtook it has the same key"},
	{Style: frame.Moved, Text: "◆          pinned: marked on every screen (*)"},
	{Text: "^          finished early     0-9 a-z  the offsets of a window, in turn"},
	{},
	{Style: frame.Bold, Text: "amounts"},
	{Text: "▮▮▮▯▯      3 of 5           ▁▂▃▄▅▆▇     amounts in time, the highest is the most in sight"},
	{Text: "12.5k      three digits count; counters are exact, rates are those of the last second"},
}
