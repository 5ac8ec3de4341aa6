package frame

import "unicode/utf8"

// Area is a part of a frame. Coordinates count from its upper left corner; what is outside
// of it is not drawn. An Area of no size draws nothing.
type Area struct {
	f    *Frame
	x, y int
	W, H int
}

// Sub is a part of the area, clipped to it.
func (a Area) Sub(x, y, w, h int) Area {
	if x < 0 {
		w, x = w+x, 0
	}
	if y < 0 {
		h, y = h+y, 0
	}
	w, h = min(w, a.W-x), min(h, a.H-y)
	if w <= 0 || h <= 0 {
		return Area{f: a.f}
	}
	return Area{f: a.f, x: a.x + x, y: a.y + y, W: w, H: h}
}

// Top is the first n rows of the area, and what is below them.
func (a Area) Top(n int) (top, rest Area) {
	return a.Sub(0, 0, a.W, n), a.Sub(0, n, a.W, a.H-n)
}

// Bottom is the last n rows of the area, and what is above them.
func (a Area) Bottom(n int) (bottom, rest Area) {
	n = min(n, a.H)
	return a.Sub(0, a.H-n, a.W, n), a.Sub(0, 0, a.W, a.H-n)
}

// Left is the first n columns of the area, and what is right of them.
func (a Area) Left(n int) (left, rest Area) {
	return a.Sub(0, 0, n, a.H), a.Sub(n, 0, a.W-n, a.H)
}

// At is where the area is in its frame.
func (a Area) At() (x, y int) { return a.x, a.y }

// Text writes text from x on, and returns the column behind it.
func (a Area) Text(x, y int, s Style, text string) int {
	if y < 0 || y >= a.H {
		return x
	}
	for _, r := range text {
		if x >= a.W {
			return x
		}
		if x < 0 {
			x++
			continue
		}
		x += a.f.set(a.x+x, a.y+y, a.x+a.W, s, r)
	}
	return x
}

// Cut writes text in w columns at most; … stands for what does not fit.
func (a Area) Cut(x, y, w int, s Style, text string) int {
	part := a.Sub(x, y, w, 1)
	if part.W <= 0 {
		return x
	}
	end := part.Text(0, 0, s, text)
	if end >= part.W && Width(text) > part.W {
		part.Text(part.W-1, 0, s, "…")
	}
	return x + min(end, part.W)
}

// Right writes text so that it ends before column end.
func (a Area) Right(end, y int, s Style, text string) {
	a.Text(end-Width(text), y, s, text)
}

// Rune writes one rune.
func (a Area) Rune(x, y int, s Style, r rune) {
	if x >= 0 && x < a.W && y >= 0 && y < a.H {
		a.f.set(a.x+x, a.y+y, a.x+a.W, s, r)
	}
}

// Fill writes one rune into every cell.
func (a Area) Fill(s Style, r rune) {
	for y := range a.H {
		for x := range a.W {
			a.f.set(a.x+x, a.y+y, a.x+a.W, s, r)
		}
	}
}

// Mark adds a modifier to every cell of a row: Reverse for the one that is selected. What
// is dim is not, in a bar that is reversed: it would have holes.
func (a Area) Mark(y int, s Style) {
	if y < 0 || y >= a.H {
		return
	}
	row := a.f.cells[(a.y+y)*a.f.w+a.x:]
	for x := range a.W {
		if s&Reverse != 0 && row[x].s.Role() == Dim {
			row[x].s &^= roles - 1 // Text
		}
		row[x].s |= s
	}
}

// Width is how many columns text takes as it is written.
func Width(text string) int {
	n := 0
	for _, r := range text {
		if r < utf8.RuneSelf {
			n++
			continue
		}
		if _, wide := printable(r); wide {
			n++
		}
		n++
	}
	return n
}
