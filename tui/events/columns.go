package events

import (
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// columnID names a column.
type columnID uint8

// The columns, from left to right.
const (
	colTime columnID = iota
	colRecord
	colKey
	colWho
	colRevision
	colHeat
	colState
	colTry
	colTook
	colOrder
	colOut
	colPayload

	columnCount
)

// column is what a column is called, and from which width of the terminal on it is shown.
var columns = [columnCount]struct {
	title, name string
	least       int
	right       bool
}{
	colTime:     {"TIME", "time", 0, false},
	colRecord:   {"TOPIC/P@OFFSET", "record", 0, false},
	colKey:      {"KEY", "key", 100, false},
	colWho:      {"FN#ENV", "function and environment", 80, false},
	colRevision: {"REV", "revision", 100, false},
	colHeat:     {"HEAT", "warm or cold", 100, false},
	colState:    {"STATE", "state", 0, false},
	colTry:      {"TRY", "try", 100, true},
	colTook:     {"DUR", "duration", 0, true},
	colOrder:    {"ORDER", "order", 0, false},
	colOut:      {"OUT", "outputs", 100, false},
	colPayload:  {"PAYLOAD", "payload", 60, false},
}

// layout is where columns are; -1 for one that is not shown.
type layout struct {
	x, w   [columnCount]int
	narrow bool // try and heat stand with the state
}

// layout lays the columns out in w columns of the screen.
func (s *Screen) layout(c *ui.Context, w int) *layout {
	l := &layout{narrow: w < 96}
	topic, function := 6, 4
	for _, n := range c.View.Events.Names {
		topic, function = max(topic, len(n.Topic)), max(function, len(n.Function))
	}
	widths := [columnCount]int{colTime: 9, colRecord: min(topic+8, max(w/5, 18)), colKey: min(10+max(w-120, 0)/8, 24), colWho: min(function+5, w/7),
		colRevision: 4, colHeat: 4, colState: 7, colTry: 3, colTook: 7, colOrder: 6, colOut: 3, colPayload: 0}
	if c.View.Now >= 3600e9 {
		widths[colTime] = 12
	}
	if l.narrow {
		widths[colState] = 9
	}
	x := 1
	for id := range columnCount {
		least := columns[id].least
		if least > 80 {
			least = 96 // beside a story there is less room than the terminal has
		}
		if l.x[id] = -1; w < least || s.hidden[id] {
			continue
		}
		if id == colPayload {
			widths[id] = max(w-x-1, 0)
		}
		l.x[id], l.w[id] = x, widths[id]
		x += widths[id] + 1
	}
	return l
}

func (s *Screen) drawHeader(l *layout, a frame.Area) {
	for id := range columnCount {
		if l.x[id] < 0 {
			continue
		}
		if columns[id].right {
			a.Right(l.x[id]+l.w[id], 0, frame.Dim, columns[id].title)
		} else {
			a.Cut(l.x[id], 0, l.w[id], frame.Dim, columns[id].title)
		}
	}
}

// chooseColumns opens the menu of columns.
func (s *Screen) chooseColumns(c *ui.Context) {
	var items []ui.Item
	for id := range columnCount {
		if id == colRecord || id == colState {
			continue // a row says nothing without them
		}
		sign := "✓ "
		if s.hidden[id] {
			sign = "  "
		}
		items = append(items, ui.Item{Label: sign + columns[id].name, Run: s.toggle(id)})
	}
	c.Choose(ui.Menu{Title: "columns, where there is room", Items: items})
}

// lastPart is the last part of a topic's name, ".enriched" of "orders.enriched", and
// whether it tells the topic from all others that events are of.
func lastPart(topic string, names []store.Names) (part string, tells bool) {
	i := strings.LastIndexByte(topic, '.')
	if i <= 0 {
		return "", false
	}
	for j := range names {
		if other := names[j].Topic; other != topic && strings.HasSuffix(other, topic[i:]) {
			return topic[i:], false
		}
	}
	return topic[i:], true
}
