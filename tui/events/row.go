package events

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// keyTexts are the texts of keys by their hash: the journal has hashes only.
type keyTexts map[uint64]string

// keysMost is how many texts are kept.
const keysMost = 4096

func (k keyTexts) learn(hash uint64, key []byte) {
	if _, known := k[hash]; known || hash == 0 || key == nil {
		return
	}
	if len(k) >= keysMost {
		clear(k)
	}
	k[hash] = record.KeyText(key)
}

// states are the words and roles of states.
var states = [...]struct {
	word  string
	style frame.Style
}{
	store.EventOK: {"ok", frame.Text}, store.EventError: {"ERR", frame.Bad}, store.EventTimeout: {"TIMEOUT", frame.Bad},
	store.EventThrottled: {"THRTL", frame.Bad}, store.EventRetry: {"RETRY", frame.Cold}, store.EventDeadLettered: {"DLQ", frame.Bad},
	store.EventDropped: {"DROPPED", frame.Bad}, store.EventFiltered: {"filter", frame.Dim}, store.EventExpired: {"EXPIRED", frame.Bad},
	store.EventHeld: {"HELD", frame.Cold},
}

// failed reports whether a row is one to look at: e and E go there.
func failed(row *store.Event) bool {
	return row.State != store.EventOK && row.State != store.EventFiltered
}

// drawRow writes a row.
func (s *Screen) drawRow(c *ui.Context, l *layout, a frame.Area, y int, row *store.Event, load bool) {
	if row == nil {
		return
	}
	names := &c.View.Events.Names[row.Of]
	m, there := s.message(c, names.Topic, row, load)
	for id := range columnCount {
		x, w := l.x[id], l.w[id]
		if x < 0 || w <= 0 {
			continue
		}
		switch id {
		case colTime:
			a.Text(x, y, frame.Dim, frame.Clock(row.At))
		case colRecord:
			drawRecord(a, x, y, w, c.View.Events.Names, row)
		case colKey:
			s.drawKey(a, x, y, w, row)
		case colWho:
			drawWho(a, x, y, w, names.Function, row)
		case colRevision:
			drawRevision(a, x, y, row)
		case colHeat:
			drawHeat(a, x, y, row)
		case colState:
			drawState(a, l, x, y, row)
		case colTry:
			if row.Attempt > 0 {
				rightNumber(a, x+w, y, frame.Text, int64(row.Attempt))
			}
		case colTook:
			drawTook(a, x+w, y, row)
		case colOrder:
			drawOrder(a, x, y, row)
		case colOut:
			drawOut(a, x, y, row)
		case colPayload:
			drawPayload(a, x, y, w, row, m, there)
		}
	}
	s.drawSign(c, a, y, row, names.Topic)
}

// message is the payload of a row, if it is loaded.
func (s *Screen) message(c *ui.Context, topic string, row *store.Event, load bool) (m *journal.Message, there bool) {
	if row.Records != 1 || !load {
		return nil, false
	}
	m, there, err := record.Message(c, topic, row.Partition, row.Offset)
	if err != nil {
		return nil, true
	}
	if m != nil {
		s.keys.learn(row.Key, m.Key)
	}
	return m, there
}

// drawSign writes what a row is to the user into the first column.
func (s *Screen) drawSign(c *ui.Context, a frame.Area, y int, row *store.Event, topic string) {
	switch {
	case s.picks.Pinned(topic, row.Partition, row.Offset):
		a.Rune(0, y, frame.Moved, '◆')
	case s.picks.Marks[row.Number]:
		a.Rune(0, y, frame.Cold, '●')
	}
	if row.Number == s.list.Number(s.at()) && !(s.cursor == 0 && c.Mode == ui.Live) {
		a.Mark(y, frame.Reverse)
		if !s.picks.Marks[row.Number] && !s.picks.Pinned(topic, row.Partition, row.Offset) {
			a.Rune(0, y, frame.Text|frame.Reverse, '►')
		}
	}
}

// number writes a number, and returns the column behind it.
func number(a frame.Area, x, y int, s frame.Style, n int64) int {
	var buf [20]byte
	for _, c := range strconv.AppendInt(buf[:0], n, 10) {
		a.Rune(x, y, s, rune(c))
		x++
	}
	return x
}

// rightNumber writes a number that ends before a column.
func rightNumber(a frame.Area, end, y int, s frame.Style, n int64) {
	number(a, end-digits(n), y, s, n)
}

func digits(n int64) int {
	d := 1
	for ; n > 9; n /= 10 {
		d++
	}
	return d
}

func drawRecord(a frame.Area, x, y, w int, names []store.Names, row *store.Event) {
	topic := names[row.Of].Topic
	a = a.Sub(x, y, w, 1)
	rest := 2 + digits(int64(row.Partition)) + digits(row.Offset)
	if row.Records > 1 {
		rest += 1 + digits(int64(row.Records-1))
	}
	style := frame.Text
	if own, tells := lastPart(topic, names); frame.Width(topic) > w-rest && tells && len(own) <= w-rest {
		x = a.Text(0, 0, style, own)
	} else {
		x = a.Middle(0, 0, w-rest, style, topic)
	}
	a.Rune(x, 0, frame.Dim, '/')
	x = number(a, x+1, 0, style, int64(row.Partition))
	a.Rune(x, 0, frame.Dim, '@')
	x = number(a, x+1, 0, style, row.Offset)
	if row.Records > 1 {
		a.Rune(x, 0, frame.Dim, '+')
		number(a, x+1, 0, frame.Dim, int64(row.Records-1))
	}
}

func (s *Screen) drawKey(a frame.Area, x, y, w int, row *store.Event) {
	switch text, known := s.keys[row.Key]; {
	case row.Key == 0:
		a.Text(x, y, frame.Dim, "-")
	case known:
		a.Middle(x, y, w, frame.Text, text)
	default:
		a.Text(x, y, frame.Dim, "…")
	}
}

func drawWho(a frame.Area, x, y, w int, function string, row *store.Event) {
	a = a.Sub(x, y, w, 1)
	n := 1
	if row.Environment != 0 {
		n = digits(int64(row.Environment))
	}
	x = a.Middle(0, 0, w-n-1, frame.Text, function)
	a.Rune(x, 0, frame.Dim, '#')
	if row.Environment == 0 {
		a.Rune(x+1, 0, frame.Dim, '-')
		return
	}
	number(a, x+1, 0, frame.Text, int64(row.Environment))
}

func drawRevision(a frame.Area, x, y int, row *store.Event) {
	if row.Environment == 0 {
		a.Rune(x, y, frame.Dim, '-')
		return
	}
	a.Rune(x, y, frame.Text, 'r')
	number(a, x+1, y, frame.Text, int64(max(row.Revision, 1)))
}

func drawHeat(a frame.Area, x, y int, row *store.Event) {
	switch {
	case row.Environment == 0:
		a.Text(x, y, frame.Dim, "-")
	case row.Cold:
		a.Text(x, y, frame.Cold, "COLD")
	default:
		a.Text(x, y, frame.Dim, "warm")
	}
}

func drawState(a frame.Area, l *layout, x, y int, row *store.Event) {
	st := &states[row.State]
	x = a.Text(x, y, st.style, st.word)
	if !l.narrow {
		return
	}
	if row.Cold && row.Environment != 0 {
		x = a.Text(x+1, y, frame.Cold, "C")
	}
	if row.Attempt > 1 && row.State != store.EventTimeout {
		a.Rune(x+1, y, frame.Dim, 't')
		number(a, x+2, y, frame.Dim, int64(row.Attempt))
	}
}

func drawTook(a frame.Area, end, y int, row *store.Event) {
	if row.Environment == 0 {
		a.Right(end, y, frame.Dim, "-")
		return
	}
	style := frame.Text
	if row.Took >= 1e9 {
		style = frame.Cold
	}
	a.Right(end, y, style, frame.Span(row.Took))
}

func drawOrder(a frame.Area, x, y int, row *store.Event) {
	if row.Late == 0 {
		a.Text(x, y, frame.Dim, "·")
		return
	}
	style := frame.Text // overtaken by other keys: allowed where order is by key
	if row.KeyLate {
		style = frame.Moved
	}
	a.Rune(x, y, style, '⇅')
	if row.Late > 999 {
		x = a.Text(x+1, y, style, frame.Count(int64(row.Late)))
	} else {
		x = number(a, x+1, y, style, int64(row.Late))
	}
	if row.KeyLate {
		a.Rune(x, y, style, 'K')
	}
}

func drawOut(a frame.Area, x, y int, row *store.Event) {
	switch {
	case row.State == store.EventDeadLettered:
		a.Text(x, y, frame.Bad, "DLQ")
	case row.State != store.EventOK:
		a.Text(x, y, frame.Dim, "-")
	case row.Outputs < 0:
		a.Text(x, y, frame.Dim, "?")
	default:
		a.Rune(x, y, frame.Dim, '→')
		number(a, x+1, y, frame.Text, int64(row.Outputs))
	}
}

func drawPayload(a frame.Area, x, y, w int, row *store.Event, m *journal.Message, there bool) {
	switch {
	case row.Records > 1:
		x = number(a, x, y, frame.Dim, int64(row.Records))
		a.Cut(x, y, w, frame.Dim, " records, "+row.Reason)
	case !there:
		a.Text(x, y, frame.Dim, "…")
	case m == nil:
		a.Cut(x, y, w, frame.Dim, "payload gone")
	case m.Value == nil:
		a.Cut(x, y, w, frame.Dim, "no value (tombstone)")
	case len(m.Value) == 0:
		a.Cut(x, y, w, frame.Dim, `"" (an empty value)`)
	default:
		a.Cut(x, y, w, frame.Text, string(m.Value[:min(len(m.Value), 4*w)]))
	}
}
