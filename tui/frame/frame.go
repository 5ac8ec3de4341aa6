package frame

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

type cell struct {
	r rune // 0 behind a rune of two columns
	s Style
}

// Frame is a grid of cells.
type Frame struct {
	w, h  int
	cells []cell
	out   []byte
}

// Resize makes the frame empty with a size; what is negative counts as 0.
func (f *Frame) Resize(w, h int) {
	f.w, f.h = max(w, 0), max(h, 0)
	if n := f.w * f.h; cap(f.cells) < n {
		f.cells = make([]cell, n)
	} else {
		f.cells = f.cells[:n]
	}
	f.Clear()
}

// Size is how many columns and rows there are.
func (f *Frame) Size() (w, h int) { return f.w, f.h }

// Clear makes every cell a blank.
func (f *Frame) Clear() {
	for i := range f.cells {
		f.cells[i] = cell{r: ' '}
	}
}

// Area is the whole frame.
func (f *Frame) Area() Area { return Area{f: f, W: f.w, H: f.h} }

// set writes a rune, and returns how many columns it takes. Half of a wide rune that is
// written over becomes a blank.
func (f *Frame) set(x, y, end int, s Style, r rune) int {
	r, wide := printable(r)
	row := f.cells[y*f.w : y*f.w+f.w]
	if wide && x+1 >= end {
		r, wide = ' ', false
	}
	if row[x].r == 0 && x > 0 {
		row[x-1].r = ' '
	}
	last := x
	if wide {
		last++
	}
	if last+1 < len(row) && row[last+1].r == 0 {
		row[last+1].r = ' '
	}
	row[x] = cell{r, s}
	if wide {
		row[last] = cell{0, s}
		return 2
	}
	return 1
}

// printable is what stands for a rune in a cell, and whether that takes two columns. No
// control character passes, nor one that turns the direction of writing or takes no
// column.
func printable(r rune) (shown rune, wide bool) {
	switch {
	case r >= 0x20 && r < 0x7f, r == SparkFull:
		return r, false
	case r == '\n':
		return '↵', false
	case r == '\t':
		return '⇥', false
	case r == '·', r == '…', r == 'µ', r >= 0x2190 && r < 0x2600: // arrows, lines, blocks, shapes
		return r, false
	case r == utf8.RuneError, !unicode.IsPrint(r):
		return '·', false
	}
	switch width := ansi.StringWidth(string(r)); width {
	case 1:
		return r, false
	case 2:
		return r, true
	}
	return '·', false
}

// Write returns the frame as text: rows with newlines between them, none at the end.
func (f *Frame) Write(t *Theme) string {
	f.out = f.out[:0]
	for y := range f.h {
		if y > 0 {
			f.out = append(f.out, '\n')
		}
		f.writeRow(t, f.cells[y*f.w:(y+1)*f.w])
	}
	return string(f.out)
}

// writeRow writes a row without the blanks at its end.
func (f *Frame) writeRow(t *Theme, row []cell) {
	end := len(row)
	for end > 0 && row[end-1].r == ' ' && row[end-1].s&Reverse == 0 {
		end--
	}
	now := Style(0)
	begun := false
	for i := range row[:end] {
		c := &row[i]
		if c.r == 0 {
			if t.ASCII {
				f.out = append(f.out, ' ')
			}
			continue
		}
		if !begun || c.s != now {
			if sgr := t.sgr[c.s]; begun || c.s != Text {
				f.out = append(f.out, sgr...)
			}
			now, begun = c.s, true
		}
		switch {
		case c.r < 0x80:
			f.out = append(f.out, byte(c.r))
		case t.ASCII:
			f.out = append(f.out, ascii(c.r))
		case c.r == SparkFull:
			f.out = append(f.out, "█"...)
		default:
			f.out = utf8.AppendRune(f.out, c.r)
		}
	}
	if begun && now != Text && t.sgr[Text] != "" {
		f.out = append(f.out, "\x1b[0m"...)
	}
}

// Plain is the text of the frame, without any style and without blanks at the ends of
// rows: what tests and copies compare.
func (f *Frame) Plain() string { return f.Write(&Theme{}) }
