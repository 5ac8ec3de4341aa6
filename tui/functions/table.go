package functions

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// columnID is a column of the table behind the gauge.
type columnID int

const (
	columnQueue columnID = iota
	columnRate
	columnP50
	columnP99
	columnCold
	columnThrottles
	columnErrors
	columnTimeouts
	columnRetries
	columnMemory

	columnCount
)

// column is how it is laid out.
type column struct {
	title, short string
	width        int // with the blank before it, of a terminal of 100 columns or more
	narrow       int // of one with less
	least        int // columns that the terminal has, for it to be shown
}

func columns() [columnCount]column {
	return [columnCount]column{
		columnQueue:     {"QUEUE", "Q", 6, 6, 0},
		columnRate:      {"RATE", "RATE", 7, 6, 0},
		columnP50:       {"p50", "p50", 8, 7, 76},
		columnP99:       {"p99", "p99", 8, 7, 0},
		columnCold:      {"COLD%", "COLD%", 7, 6, 76},
		columnThrottles: {"THR/s", "THR/s", 7, 6, 0},
		columnErrors:    {"ERR%", "ERR%", 7, 5, 0},
		columnTimeouts:  {"TIMEOUT", "TMO", 8, 5, 76},
		columnRetries:   {"RETRY/s", "RETRY/s", 8, 8, 100},
		columnMemory:    {"MEM", "MEM", 11, 11, 100},
	}
}

// tableLine is a line of the table: a function, or why it does not run.
type tableLine struct {
	function int
	isWhy    bool
}

// tableHeight is how many rows the table takes: all its lines, but no more than a third.
func (s *Screen) tableHeight(c *ui.Context, h int) int {
	s.lines = s.lines[:0]
	for i, d := range c.View.Flow.Functions {
		s.lines = append(s.lines, tableLine{i, false})
		if _, why := broken(d); why != "" {
			s.lines = append(s.lines, tableLine{i, true})
		}
	}
	return min(len(s.lines)+1, max(h/3, 2))
}

// layout is where the columns of the table are.
type layout struct {
	name, revision, gauge, limit int
	isNarrow                     bool
}

// mostName and mostGauge are how many columns a name and a gauge are given of a wide
// terminal, unless a name is longer: figures far from their name are hard to read.
const mostName, mostGauge = 24, 40

func newLayout(c *ui.Context, w int) layout {
	l := layout{name: 9, revision: 7, gauge: 10, limit: 7}
	if w < 100 {
		l.revision, l.gauge, l.limit, l.isNarrow = 5, 5, 6, true
	}
	longest := 0
	for _, d := range c.View.Flow.Functions {
		longest = max(longest, frame.Width(d.Name)+1)
	}
	used := 1 + l.revision + l.gauge + l.limit
	for _, k := range columns() {
		if w >= k.least {
			used += k.size(l.isNarrow)
		}
	}
	if spare := w - used - 1; !l.isNarrow && spare > longest { // what is left over
		l.gauge += min(max(spare-max(longest, mostName), 0), mostGauge-l.gauge)
		longest = min(spare, max(longest, mostName))
	}
	l.name = max(l.name, min(longest, w-used))
	return l
}

func (k *column) size(isNarrow bool) int {
	if isNarrow {
		return k.narrow
	}
	return k.width
}

// drawTable draws the functions that fit, the selected one among them.
func (s *Screen) drawTable(c *ui.Context, a frame.Area) {
	l := newLayout(c, a.W)
	drawHead(l, a)
	rows := a.H - 1
	s.tableRows = rows
	chosen := s.index(c)
	for i, line := range s.lines {
		if line.function == chosen && !line.isWhy && rows > 0 {
			s.tableTop = min(max(s.tableTop, i-rows+1), i)
		}
	}
	s.tableTop = max(min(s.tableTop, len(s.lines)-rows), 0)
	for y := range min(rows, len(s.lines)-s.tableTop) {
		line := s.lines[s.tableTop+y]
		d := c.View.Flow.Functions[line.function]
		if line.isWhy {
			drawWhy(c, d, a, y+1)
			continue
		}
		s.drawFunction(c, d, line.function, l, a, y+1)
		if line.function == chosen {
			a.Rune(0, y+1, frame.Text, '►')
			if !s.inLanes {
				a.Mark(y+1, frame.Reverse)
			}
		}
	}
}

func drawHead(l layout, a frame.Area) {
	a.Text(1, 0, frame.Dim, "FUNCTION")
	x := 1 + l.name
	a.Text(x, 0, frame.Dim, "REV")
	x += l.revision
	a.Text(x, 0, frame.Dim, "IN FLIGHT")
	x += l.gauge + l.limit
	if !l.isNarrow {
		a.Right(x, 0, frame.Dim, "/LIMIT")
	}
	for _, k := range columns() {
		if a.W < k.least {
			continue
		}
		x += k.size(l.isNarrow)
		title := k.title
		if l.isNarrow {
			title = k.short
		}
		a.Right(x, 0, frame.Dim, title)
	}
}

// drawFunction draws the row of a function.
func (s *Screen) drawFunction(c *ui.Context, d *store.Function, row int, l layout, a frame.Area, y int) {
	a.Cut(1, y, l.name-1, frame.Text, d.Name)
	x := 1 + l.name
	style, text := revision(c, d)
	a.Cut(x, y, l.revision-1, style, text)
	x += l.revision
	figures := &s.figures.rows[row]
	inFlight := 0
	if f := c.View.Lanes.Of(d.Name); f != nil {
		inFlight = f.InFlight
	}
	text = strconv.Itoa(inFlight) + "/-"
	style = frame.Busy
	if figures.limit >= 0 {
		text = strconv.Itoa(inFlight) + "/" + strconv.Itoa(figures.limit)
		if inFlight >= figures.limit {
			style = frame.Bad
		}
		a.Gauge(x, y, min(l.gauge, max(figures.limit, 1)), style, inFlight, figures.limit)
	}
	x += l.gauge + l.limit
	a.Right(x, y, frame.Text, text)
	for i, k := range columns() {
		if a.W < k.least {
			continue
		}
		x += k.size(l.isNarrow)
		a.Right(x, y, figures.style[i], figures.text[i])
	}
}

// revision is the one that serves, and what becomes of the next.
func revision(c *ui.Context, d *store.Function) (frame.Style, string) {
	number := d.Revision
	if f := c.View.Lanes.Of(d.Name); f != nil {
		number = max(number, f.Revision)
	}
	text := "r" + strconv.Itoa(int(max(number, 1)))
	switch _, why := broken(d); {
	case why != "":
		return frame.Bad, text + " ✗"
	case d.Building:
		return frame.Cold, text + "→" + strconv.Itoa(int(max(number, 1))+1)
	}
	return frame.Text, text
}

// broken is why a function does not run, or not its newest revision, and which; "" if it
// does.
func broken(d *store.Function) (revision int32, why string) {
	if d.Broken != "" {
		return d.BrokenRevision, d.Broken
	}
	return 0, d.Skipped
}

// drawWhy draws the line below a function that does not run.
func drawWhy(c *ui.Context, d *store.Function, a frame.Area, y int) {
	number, why := broken(d)
	text := "✗ not run: "
	if number > 0 {
		text = "✗ r" + strconv.Itoa(int(number)) + " does not serve: "
	}
	a.Cut(3, y, a.W-16, frame.Bad, text+firstLine(why))
	a.Right(a.W-1, y, frame.Dim, "b shows all")
}

func firstLine(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return first
}
