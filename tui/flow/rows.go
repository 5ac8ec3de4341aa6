package flow

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// rowID is a row: a function or a process.
type rowID struct {
	process bool
	name    string
}

// lineID is a line of attention.
type lineID struct {
	kind store.AttentionKind
	name string
}

func idOf(a *store.Attention) lineID { return lineID{a.Kind, a.Name} }

// hit is a part of the screen that stands for a row or a line.
type hit struct {
	y, h int
	line bool // of attention
	at   int  // index of the row or line
}

// list makes the list of rows.
func (s *Screen) list(v *store.View) {
	s.rows = s.rows[:0]
	for _, d := range v.Flow.Functions {
		s.rows = append(s.rows, rowID{name: d.Name})
	}
	for _, p := range v.Flow.Processes {
		s.rows = append(s.rows, rowID{process: true, name: p.Name})
	}
}

// measure notes how high the rows are, and returns the sum.
func (s *Screen) measure(high func(rowID) int) int {
	s.highs = s.highs[:0]
	all := 0
	for _, id := range s.rows {
		s.highs = append(s.highs, high(id))
		all += s.highs[len(s.highs)-1]
	}
	return all
}

// row is the index of the selected row; the first one stands for one that is gone.
func (s *Screen) row() int { return max(slices.Index(s.rows, s.chosen), 0) }

// lineAt is the index of the selected line. One that is gone is where it would stand.
func (s *Screen) lineAt() int {
	all := s.facts.attention
	for i := range all { // sorted
		if id := idOf(&all[i]); id.kind > s.line.kind || id.kind == s.line.kind && id.name >= s.line.name {
			return i
		}
	}
	return max(len(all)-1, 0)
}

// scrolled is the first row to be shown, so that the selected one can be seen as a whole
// and no room is left that rows above could have.
func scrolled(top, chosen, room int, highs []int) int {
	top = max(min(top, chosen), 0)
	used := 0
	for i := top; i <= chosen && i < len(highs); i++ {
		used += highs[i]
	}
	for used > room && top < chosen {
		used -= highs[top]
		top++
	}
	for i := chosen + 1; i < len(highs); i++ {
		used += highs[i]
	}
	for top > 0 && used+highs[top-1] <= room {
		top--
		used += highs[top]
	}
	return top
}

// fitting is how many rows from top on have room.
func fitting(top, room int, highs []int) int {
	shown := 0
	for _, high := range highs[top:] {
		room -= high
		if room < 0 && shown > 0 {
			break
		}
		shown++
	}
	return shown
}

// more says how many rows are not shown.
func more(above, below int) string {
	switch {
	case above > 0 && below > 0:
		return frame.Count(int64(above)) + " more above, " + frame.Count(int64(below)) + " more below"
	case above > 0:
		return frame.Count(int64(above)) + " more above"
	case below > 0:
		return frame.Count(int64(below)) + " more below"
	}
	return ""
}
