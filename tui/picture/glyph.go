package main

import (
	"fmt"
	"strings"
)

// box is a rectangle within a cell, in parts of its width and height.
type box struct{ x, y, w, h, opacity float64 }

// lane is the gap above a full block: else lanes below each other were one area.
const lane = 1. / cellHeight

// blocks are the glyphs that are rectangles; those as wide as a cell make one rectangle
// with their neighbours.
var blocks = map[rune]box{
	'█': {0, lane, 1, 1 - lane, 1}, '▓': {0, lane, 1, 1 - lane, .72}, '▒': {0, lane, 1, 1 - lane, .46}, '░': {0, lane, 1, 1 - lane, .24},
	'▁': {0, 7. / 8, 1, 1. / 8, 1}, '▂': {0, 6. / 8, 1, 2. / 8, 1}, '▃': {0, 5. / 8, 1, 3. / 8, 1}, '▄': {0, 4. / 8, 1, 4. / 8, 1},
	'▅': {0, 3. / 8, 1, 5. / 8, 1}, '▆': {0, 2. / 8, 1, 6. / 8, 1}, '▇': {0, 1. / 8, 1, 7. / 8, 1},
	'▏': {0, 0, 1. / 8, 1, 1}, '▕': {7. / 8, 0, 1. / 8, 1, 1}, '▮': {.16, .18, .68, .64, 1}, '■': {.06, .27, .88, .42, 1}, '·': {.4, .5, .22, .11, 1},
}

// arms are the glyphs that are lines from the middle of a cell: to the left, right, up and
// down; 2 is a heavy line.
var arms = map[rune][4]int{
	'─': {1, 1, 0, 0}, '│': {0, 0, 1, 1}, '┌': {0, 1, 0, 1}, '┐': {1, 0, 0, 1}, '└': {0, 1, 1, 0}, '┘': {1, 0, 1, 0},
	'├': {0, 1, 1, 1}, '┤': {1, 0, 1, 1}, '┬': {1, 1, 0, 1}, '┴': {1, 1, 1, 0}, '┼': {1, 1, 1, 1},
	'━': {2, 2, 0, 0}, '┃': {0, 0, 2, 2}, '┏': {0, 2, 0, 2}, '┓': {2, 0, 0, 2}, '┗': {0, 2, 2, 0}, '┛': {2, 0, 2, 0},
}

// outlines are the glyphs that are polygons, in parts of a cell.
var outlines = map[rune]string{
	'►': ".08,.2 .98,.5 .08,.8", '▶': ".08,.2 .98,.5 .08,.8", '◄': ".92,.2 .02,.5 .92,.8",
	'▲': ".02,.75 .5,.25 .98,.75", '▼': ".02,.25 .5,.75 .98,.25", '◆': ".5,.2 .98,.5 .5,.8 .02,.5",
}

// glyphs draws n times the same glyph from x on.
func (c *canvas) glyphs(x, y int, s style, ink string, r rune, n int) {
	if b, ok := blocks[r]; ok {
		c.blocks(x, y, ink, b, n)
		return
	}
	if a, ok := arms[r]; ok {
		c.lines(x, y, ink, a, n, s.faint)
		return
	}
	for i := range n {
		left := x + i*cellWidth
		switch {
		case outlines[r] != "":
			fmt.Fprintf(c, "<polygon points=\"%s\" fill=\"%s\"/>\n", points(outlines[r], left, y), ink)
		case r == '▯':
			fmt.Fprintf(c, "<rect x=\"%v\" y=\"%v\" width=\"5\" height=\"10\" fill=\"none\" stroke=\"%s\"/>\n", float64(left)+1.5, float64(y)+3.5, ink)
		default:
			fmt.Fprintf(c, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>%s</text>\n", left+cellWidth/2, y+baseline, attributes(s, ink), escaped(string(r)))
		}
	}
}

// blocks draws n times the same rectangle.
func (c *canvas) blocks(x, y int, ink string, b box, n int) {
	opacity := ""
	if b.opacity < 1 {
		opacity = fmt.Sprintf(" opacity=\"%v\"", b.opacity)
	}
	each, times := 1, n
	if b.w == 1 {
		each, times = n, 1
	}
	for i := range times {
		fmt.Fprintf(c, "<rect x=\"%.4g\" y=\"%.5g\" width=\"%.4g\" height=\"%.4g\" fill=\"%s\"%s/>\n",
			float64(x+i*cellWidth)+b.x*cellWidth, float64(y)+b.y*cellHeight, b.w*cellWidth*float64(each), b.h*cellHeight, ink, opacity)
	}
}

// lines draws n times the same lines.
func (c *canvas) lines(x, y int, ink string, a [4]int, n int, faint bool) {
	opacity := ""
	if faint {
		opacity = " opacity=\".7\""
	}
	stroke := func(weight int, path string) {
		fmt.Fprintf(c, "<path d=\"%s\" stroke=\"%s\" stroke-width=\"%d\"%s/>\n", path, ink, weight, opacity)
	}
	middle := float64(y) + cellHeight/2.
	if a[0] > 0 && a[0] == a[1] && a[2]+a[3] == 0 { // neighbours are one line
		stroke(a[0], fmt.Sprintf("M%d %vH%d", x, middle, x+n*cellWidth))
		return
	}
	for i := range n {
		center := x + i*cellWidth + cellWidth/2
		ends := [4]string{fmt.Sprintf("H%d", center-cellWidth/2), fmt.Sprintf("H%d", center+cellWidth/2), fmt.Sprintf("V%d", y), fmt.Sprintf("V%d", y+cellHeight)}
		for j, end := range ends {
			if a[j] > 0 {
				stroke(a[j], fmt.Sprintf("M%d %v%s", center, middle, end))
			}
		}
	}
}

// points is an outline in a cell whose upper left corner is at x, y.
func points(outline string, x, y int) string {
	var all []string
	for point := range strings.FieldsSeq(outline) {
		var px, py float64
		fmt.Sscanf(point, "%g,%g", &px, &py) // the table above is well formed
		all = append(all, fmt.Sprintf("%.5g,%.5g", float64(x)+px*cellWidth, float64(y)+py*cellHeight))
	}
	return strings.Join(all, " ")
}
