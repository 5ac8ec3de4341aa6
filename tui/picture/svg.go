package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// The measures of a picture, in pixels.
const (
	cellWidth  = 8
	cellHeight = 17
	fontSize   = 13.3 // 0.6 of it is the width of a cell in most fonts
	baseline   = 13   // from the top of a cell
	margin     = 14
	bar        = 34 // height of the window's title
)

// canvas is an SVG that is being written.
type canvas struct{ bytes.Buffer }

// svg draws a terminal in the frame of a window.
func svg(rows [][]cell, title string) []byte {
	columns := 0
	if len(rows) > 0 {
		columns = len(rows[0])
	}
	w, h := columns*cellWidth+2*margin, len(rows)*cellHeight+bar+margin
	var c canvas
	fmt.Fprintf(&c, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n<title>%s</title>\n",
		w, h, w, h, escaped(title))
	fmt.Fprintf(&c, "<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"9\" fill=\"%s\" stroke=\"#3a3a3a\"/>\n", w-1, h-1, background)
	for i, colour := range []string{"#ff6b3d", "#f0e442", "#2f8fe8"} {
		fmt.Fprintf(&c, "<circle cx=\"%d\" cy=\"17\" r=\"5\" fill=\"%s\"/>\n", 20+18*i, colour)
	}
	fmt.Fprintf(&c, "<g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace\" font-size=\"%v\">\n", fontSize)
	fmt.Fprintf(&c, "<text x=\"%d\" y=\"21\" text-anchor=\"middle\" fill=\"#8a8a8a\">%s</text>\n", w/2, escaped(title))
	fmt.Fprintf(&c, "<g transform=\"translate(%d %d)\">\n", margin, bar)
	for y, row := range rows {
		c.row(y*cellHeight, row)
	}
	c.WriteString("</g>\n</g>\n</svg>\n")
	return c.Bytes()
}

// row draws a row of cells whose top is at y.
func (c *canvas) row(y int, row []cell) {
	for x := 0; x < len(row); {
		end := x + 1
		for end < len(row) && row[end].style == row[x].style {
			end++
		}
		c.run(x, y, row[x:end])
		x = end
	}
}

// run draws cells of one style, the first of which is in column x.
func (c *canvas) run(x, y int, cells []cell) {
	s := cells[0].style
	ink := s.colour
	if s.reverse {
		ink = background
		fmt.Fprintf(c, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n", x*cellWidth, y, len(cells)*cellWidth, cellHeight, s.colour)
	}
	for i := 0; i < len(cells); {
		end := i + 1
		switch r := cells[i].r; {
		case r == ' ' || r == 0:
		case r > ' ' && r < 0x7f:
			for end < len(cells) && inWord(cells, end) {
				end++
			}
			c.text((x+i)*cellWidth, y, s, ink, cells[i:end])
		default:
			for end < len(cells) && cells[end].r == r {
				end++
			}
			c.glyphs((x+i)*cellWidth, y, s, ink, r, end-i)
		}
		i = end
	}
	if s.underline {
		c.underline(x, y, ink, cells)
	}
}

// inWord reports whether a cell goes on with the text before it: ASCII, with single blanks
// in between.
func inWord(cells []cell, i int) bool {
	ascii := func(i int) bool { return i < len(cells) && cells[i].r > ' ' && cells[i].r < 0x7f }
	return ascii(i) || cells[i].r == ' ' && ascii(i+1)
}

// text writes ASCII text from x on.
func (c *canvas) text(x, y int, s style, ink string, cells []cell) {
	var text strings.Builder
	for i := range cells {
		text.WriteRune(cells[i].r)
	}
	length := ""
	if len(cells) > 1 {
		length = fmt.Sprintf(" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\"", len(cells)*cellWidth)
	}
	fmt.Fprintf(c, "<text x=\"%d\" y=\"%d\"%s%s>%s</text>\n", x, y+baseline, length, attributes(s, ink), escaped(text.String()))
}

// attributes are those of text in a style.
func attributes(s style, ink string) string {
	text := " fill=\"" + ink + "\""
	if s.bold {
		text += " font-weight=\"bold\""
	}
	if s.faint {
		text += " opacity=\".7\""
	}
	return text
}

// underline draws the lines below what is no blank at an end of the run.
func (c *canvas) underline(x, y int, ink string, cells []cell) {
	first, end := 0, len(cells)
	for first < end && cells[first].r == ' ' {
		first++
	}
	for end > first && cells[end-1].r == ' ' {
		end--
	}
	if first < end {
		fmt.Fprintf(c, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"1\" fill=\"%s\"/>\n", (x+first)*cellWidth, y+baseline+2, (end-first)*cellWidth, ink)
	}
}

func escaped(text string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(text)) // writing to a buffer does not fail
	return b.String()
}
