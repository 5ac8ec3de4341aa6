package faults

import (
	"math"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// valueShown is the value of a setting as it is drawn.
type valueShown struct {
	of     *ui.Setting
	value  string
	amount int64
	slides bool
	waits  bool // it is on its way
	star   bool // it was changed by hand, and no column says so
	style  frame.Style
	width  int
	slider int // width of one, 0 for none
}

func (v *valueShown) draw(a frame.Area) {
	mark := ""
	switch {
	case v.waits:
		mark = "…"
	case v.star:
		mark = "*"
	}
	if choices := choicesOf(v.of); choices != nil {
		v.drawChoices(a, choices, mark)
		return
	}
	x := 0
	if v.slider > 0 && v.slides {
		v.drawSlider(a)
		x = v.slider + 2
		if a.W-x < 10 {
			x--
		}
	}
	room := a.W - x - frame.Width(mark)
	x = a.Cut(x, 0, room, v.style, v.value)
	a.Text(x, 0, v.style, mark)
}

// drawSlider draws where the value lies between the least and the highest.
func (v *valueShown) drawSlider(a frame.Area) {
	a.Rune(0, 0, frame.Dim, '├')
	a.Rune(v.slider-1, 0, frame.Dim, '┤')
	for x := 1; x < v.slider-1; x++ {
		a.Rune(x, 0, frame.Dim, '─')
	}
	lo, hi := boundsOf(v.of)
	by := steps{kind: v.of.Kind, lo: lo, hi: hi}
	at := int(math.Round(by.place(v.amount) * float64(v.slider-3)))
	a.Rune(1+at, 0, v.style|frame.Bold, '●')
}

// drawChoices draws all values with brackets around the one that counts, or that one alone
// if there is no room for all.
func (v *valueShown) drawChoices(a frame.Area, choices []string, mark string) {
	w, at := frame.Width(mark), 0
	for i, c := range choices {
		w += frame.Width(choiceName(v.of, c)) + 3
		if c == v.value {
			at = i
		}
	}
	if w > a.W+1 {
		text := "[" + choiceName(v.of, v.value) + "]"
		x := a.Cut(0, 0, a.W, v.style|frame.Bold, text)
		x = a.Text(x, 0, v.style, mark)
		a.Cut(x+1, 0, a.W-x-1, frame.Dim, strconv.Itoa(at+1)+" of "+strconv.Itoa(len(choices)))
		return
	}
	x := 0
	for _, c := range choices {
		if c != v.value {
			x = a.Text(x+1, 0, frame.Dim, choiceName(v.of, c)) + 2
			continue
		}
		x = a.Text(x, 0, v.style|frame.Bold, "["+choiceName(v.of, c)+"]")
		x = a.Text(x, 0, v.style, mark) + 1
	}
}
