package tui_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// colourProfiles are what terminals have, the poorest first.
var colourProfiles = []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor}

// settled lets what a screen has loaded arrive: a frame begins it, the next message starts
// it, and a frame draws it. A screen may wait for a second frame that shows the same before
// it asks.
func (d *hand) settled() string {
	text, same := "", 0
	for range 200 {
		d.send(tea.FocusMsg{})
		now := d.m.View().Content
		if same++; now != text {
			text, same = now, 0
		}
		if same == 4 {
			return text
		}
	}
	d.t.Fatalf("the screen never comes to rest:\n%s", ansi.Strip(text))
	return ""
}

// Words come before colour: each screen is the same text in every colour profile, on dark
// and on light, and with ASCII it has the same columns.
func TestTheTextIsTheSameInEveryProfile(t *testing.T) {
	s, d := atNine(t)
	for _, ascii := range []bool{false, true} {
		m := tui.New(tui.Options{Store: s, Driver: still{d, 9e9}, ASCII: ascii})
		h := &hand{t: t, m: m, wait: time.Minute}
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
			h.w, h.h = size[0], size[1]
			h.send(tea.WindowSizeMsg{Width: h.w, Height: h.h})
			for id := range ui.ID(ui.Tabs) {
				h.send(tuitest.Key(fmt.Sprint(int(id) + 1)))
				name := fmt.Sprintf("screen %d at %dx%d, ASCII %v", id+1, h.w, h.h, ascii)
				sameInAll(t, name, h)
			}
		}
	}
}

// sameInAll compares what is drawn in each profile with the text without one.
func sameInAll(t *testing.T, name string, h *hand) {
	h.send(tea.ColorProfileMsg{Profile: colorprofile.NoTTY})
	want := h.settled()
	if strings.Contains(want, "\x1b") {
		t.Errorf("%s: without a terminal there is a control sequence in\n%q", name, want)
	}
	for _, light := range []bool{false, true} {
		background := color.Color(color.Black)
		if light {
			background = color.White
		}
		h.send(tea.BackgroundColorMsg{Color: background})
		for _, p := range colourProfiles {
			h.send(tea.ColorProfileMsg{Profile: p})
			got := h.m.View().Content
			if text := ansi.Strip(got); text != want {
				t.Errorf("%s, profile %v, light %v: the text is\n%s\nwithout a terminal it is\n%s", name, p, light, text, want)
			}
			if p <= colorprofile.ASCII && coloured(got) {
				t.Errorf("%s, profile %v: there is a colour in\n%q", name, p, got)
			}
		}
	}
}

// coloured reports whether text has a sequence that sets a colour.
func coloured(text string) bool {
	for _, part := range strings.Split(text, "\x1b[")[1:] {
		end := strings.IndexByte(part, 'm')
		for code := range strings.SplitSeq(part[:max(end, 0)], ";") {
			if len(code) == 2 && (code[0] == '3' || code[0] == '4' || code[0] == '9') {
				return true
			}
		}
	}
	return false
}

// With ASCII every line is as wide as without it, and what was a glyph is one character.
func TestASCIIHasTheSameLayout(t *testing.T) {
	s, d := atNine(t)
	var hands [2]*hand
	for i := range hands {
		hands[i] = &hand{t: t, wait: time.Minute, m: tui.New(tui.Options{Store: s, Driver: still{d, 9e9}, ASCII: i == 1})}
	}
	for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}} {
		for id := range ui.ID(ui.Tabs) {
			var lines [2][]string
			for i, h := range hands {
				h.w, h.h = size[0], size[1]
				h.send(tea.WindowSizeMsg{Width: h.w, Height: h.h})
				h.send(tuitest.Key(fmt.Sprint(int(id) + 1)))
				lines[i] = strings.Split(ansi.Strip(h.settled()), "\n")
			}
			checkASCII(t, fmt.Sprintf("screen %d at %v", id+1, size), lines[0], lines[1])
		}
	}
}

func checkASCII(t *testing.T, name string, glyphs, plain []string) {
	if len(glyphs) != len(plain) {
		t.Fatalf("%s: %d lines, %d with ASCII", name, len(glyphs), len(plain))
	}
	for y := range plain {
		for i := range len(plain[y]) {
			if plain[y][i] < 0x20 || plain[y][i] > 0x7e {
				t.Errorf("%s: line %d holds the byte %#x: %q", name, y, plain[y][i], plain[y])
				break
			}
		}
		if got, want := len(plain[y]), ansi.StringWidth(glyphs[y]); got != want {
			t.Errorf("%s: line %d has %d columns with ASCII, else %d:\n%s\n%s", name, y, got, want, plain[y], glyphs[y])
			continue
		}
		for x, r := range []rune(glyphs[y]) {
			if ansi.StringWidth(glyphs[y]) == len([]rune(glyphs[y])) && r < 0x80 && plain[y][x] != byte(r) {
				t.Errorf("%s: line %d column %d is %q with ASCII, else %q", name, y, x, plain[y][x], r)
			}
			if r >= 0x80 && plain[y][min(x, len(plain[y])-1)] == '?' && inUI(r) {
				t.Errorf("%s: line %d: %q has no twin in ASCII (frame/glyph.go):\n%s", name, y, r, glyphs[y])
			}
		}
	}
}

// inUI reports whether a rune is of the kind that screens draw: arrows, lines, blocks,
// shapes. What else there is comes out of payloads.
func inUI(r rune) bool { return r >= 0x2190 && r < 0x2800 }

// Each role looks different from every other with 16 colours, and each is what tui.md 4.13
// says: 8 is never used, for it vanishes on some themes.
func TestRolesDifferIn16Colours(t *testing.T) {
	all := []frame.Style{frame.Text, frame.Dim, frame.Busy, frame.Cold, frame.Bad, frame.Moved}
	for _, light := range []bool{false, true} {
		theme := frame.NewTheme(colorprofile.ANSI, light, false)
		seen := map[string]frame.Style{}
		for _, role := range all {
			var f frame.Frame
			f.Resize(1, 1)
			f.Area().Text(0, 0, role|frame.Reverse, "x")
			reversed := f.Write(theme)
			f.Area().Text(0, 0, role, "x")
			for _, drawn := range []string{f.Write(theme), reversed} {
				if other, taken := seen[drawn]; taken {
					t.Errorf("light %v: roles %d and %d are both written as %q", light, role, other, drawn)
				}
				seen[drawn] = role
				if strings.Contains(drawn, ";90") {
					t.Errorf("light %v: role %d is colour 8: %q", light, role, drawn)
				}
			}
		}
	}
}
