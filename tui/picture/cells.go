package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// style is how a cell is drawn.
type style struct {
	colour                          string // #rrggbb
	bold, faint, underline, reverse bool
}

// cell is one of the terminal's. What lies behind a wide rune has the rune 0.
type cell struct {
	r rune
	style
}

// foreground is the colour of text without a style, background what lies behind it: those
// that the dark theme was chosen for.
const (
	foreground = "#e6e6e6"
	background = "#101010"
)

// cellsOf lays a frame out on w columns and h rows.
func cellsOf(text string, w, h int) [][]cell {
	rows := make([][]cell, h)
	for y := range rows {
		rows[y] = slices.Repeat([]cell{{r: ' ', style: style{colour: foreground}}}, w)
	}
	x, y, now := 0, 0, style{colour: foreground}
	for len(text) > 0 {
		if rest, ok := strings.CutPrefix(text, "\x1b["); ok {
			codes, after, _ := strings.Cut(rest, "m")
			now, text = now.after(codes), after
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if r == '\n' {
			x, y = 0, y+1
			continue
		}
		for i := range ansi.StringWidth(string(r)) {
			if y < h && x < w {
				rows[y][x] = cell{r: []rune{r, 0}[i], style: now}
			}
			x++
		}
	}
	return rows
}

// after is the style after a sequence of the frame's: it begins with 0, and colours are
// true ones.
func (s style) after(codes string) style {
	parts := strings.Split(codes, ";")
	for i := 0; i < len(parts); i++ {
		switch parts[i] {
		case "", "0":
			s = style{colour: foreground}
		case "1":
			s.bold = true
		case "2":
			s.faint = true
		case "4":
			s.underline = true
		case "7":
			s.reverse = true
		case "38":
			if i+4 < len(parts) {
				s.colour = hex(parts[i+2 : i+5])
				i += 4
			}
		}
	}
	return s
}

// hex is a colour of three numbers as SVG writes it.
func hex(rgb []string) string {
	text := "#"
	for _, part := range rgb {
		n, _ := strconv.Atoi(part) // what is no number is dark
		text += strconv.FormatInt(int64(n)>>4&15, 16) + strconv.FormatInt(int64(n)&15, 16)
	}
	return text
}
