package flow

import (
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// leastLines is how many lines of attention there is room for even if rows have too little.
const leastLines = 4

// panelHeight is how many rows of h the list of attention has: as many as it needs, if the
// rows above leave them, which need so many; and a border. Of the rows above there is room
// for their head and one, of a height, at least.
func (s *Screen) panelHeight(h, need, row, border int) int {
	lines := max(len(s.facts.attention), 1)
	room := max(h-need-border, min(leastLines, h-row-1-border))
	return max(min(lines, room), 1) + border
}

// styleOf is the role of a kind of attention.
func styleOf(k store.AttentionKind) frame.Style {
	switch k {
	case store.AttentionOrder, store.AttentionDuplicate:
		return frame.Moved
	case store.AttentionHeld, store.AttentionOpen, store.AttentionRoom, store.AttentionCold, store.AttentionMissed:
		return frame.Cold
	case store.AttentionReload:
		return frame.Busy
	}
	return frame.Bad
}

const (
	panelTitle = "ATTENTION, worst first"
	panelHint  = "Enter opens the screen, already filtered"
	allIsWell  = "✓ nothing needs attention"
)

// drawPanel draws the list of attention in a box.
func (s *Screen) drawPanel(a frame.Area) {
	inside := a.Box(panelTitle, s.inAttention)
	hint := panelHint
	if above, below := s.drawLines(inside); above+below > 0 {
		hint = more(above, below)
	}
	a.Right(a.W-2, 0, frame.Dim, " "+hint+" ")
}

// drawLines draws the lines of attention, and returns how many are above and below.
func (s *Screen) drawLines(a frame.Area) (above, below int) {
	all := s.facts.attention
	if len(all) == 0 {
		a.Text(1, 0, frame.Dim, allIsWell)
		return 0, 0
	}
	chosen := s.lineAt()
	n := min(len(all), max(a.H, 0))
	s.lineTop = max(min(s.lineTop, chosen, len(all)-n), chosen-n+1, 0)
	name := nameWidth(all, a.W)
	for i := range n {
		of := &all[s.lineTop+i]
		drawLine(a, i, name, of)
		_, y := a.At()
		s.hits = append(s.hits, hit{y: y - s.y, h: 1, line: true, at: s.lineTop + i})
		if s.inAttention && s.lineTop+i == chosen {
			a.Text(0, i, frame.Text, "►")
			a.Mark(i, frame.Reverse)
		}
	}
	return s.lineTop, len(all) - s.lineTop - n
}

// nameWidth is how many columns the names in lines of attention have.
func nameWidth(all []store.Attention, w int) int {
	n := 0
	for i := range all {
		n = max(n, frame.Width(all[i].Name))
	}
	return min(max(n, 8), w/5)
}

// drawLine draws a line of attention.
func drawLine(a frame.Area, y, name int, of *store.Attention) {
	style := styleOf(of.Kind)
	a.Text(1, y, style, of.Kind.Sign())
	a.Text(3, y, style, of.Kind.Word())
	a.Cut(11, y, name, frame.Text, of.Name)
	a.Cut(12+name, y, a.W-13-name, frame.Text, of.Text)
}
