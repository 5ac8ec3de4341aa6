package frame

// Rule writes a horizontal line with a title in it, and another text at its right end;
// both may be empty. Where there is no room for both, it is the title alone.
func (a Area) Rule(y int, title, right string) {
	for x := range a.W {
		a.Rune(x, y, Dim, '─')
	}
	used := 0
	if title != "" {
		used = a.Cut(2, y, a.W-3, Text|Bold, " "+title+" ")
	}
	if right != "" && used+Width(right)+4 <= a.W {
		a.Right(a.W-2, y, Dim, " "+right+" ")
	}
}

// Box draws a border, heavy where the focus is, with a title, and returns what is inside.
func (a Area) Box(title string, focus bool) Area {
	lines := [6]rune{'─', '│', '┌', '┐', '└', '┘'}
	style := Dim
	if focus {
		lines, style = [6]rune{'━', '┃', '┏', '┓', '┗', '┛'}, Text
	}
	for x := range a.W {
		a.Rune(x, 0, style, lines[0])
		a.Rune(x, a.H-1, style, lines[0])
	}
	for y := range a.H {
		a.Rune(0, y, style, lines[1])
		a.Rune(a.W-1, y, style, lines[1])
	}
	a.Rune(0, 0, style, lines[2])
	a.Rune(a.W-1, 0, style, lines[3])
	a.Rune(0, a.H-1, style, lines[4])
	a.Rune(a.W-1, a.H-1, style, lines[5])
	if title != "" {
		a.Cut(2, 0, a.W-4, Text|Bold, " "+title+" ")
	}
	return a.Sub(1, 1, a.W-2, a.H-2)
}

// Spark draws a sparkline that ends before column end: a column for each value, the
// highest being most; where most is 0, it is the highest of the values. A value over 0 is
// never drawn as nothing.
func (a Area) Spark(end, y int, s Style, values []int64, most int64) {
	if most <= 0 {
		for _, v := range values {
			most = max(most, v)
		}
	}
	for i, v := range values {
		level := 0
		if most > 0 && v > 0 {
			level = int(min(max((v*8-1)/most, 0), 7))
		}
		a.Rune(end-len(values)+i, y, s, Sparks[level])
	}
}

// Gauge draws n of most as filled and empty marks in w columns. Where something is, at
// least one mark is filled, and where something is free, at least one is empty.
func (a Area) Gauge(x, y, w int, s Style, n, most int) {
	full := 0
	if most > 0 {
		full = min(n*w/most, w)
		switch {
		case n > 0 && full == 0:
			full = 1
		case n < most && full == w:
			full = w - 1
		}
	}
	for i := range w {
		if i < full {
			a.Rune(x+i, y, s, '▮')
		} else {
			a.Rune(x+i, y, Dim, '▯')
		}
	}
}
