package frame

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Theme is how styles and glyphs are written. It is made once for a terminal, and for
// each change of its profile or background.
type Theme struct {
	// ASCII writes glyphs as ASCII.
	ASCII bool

	sgr [256]string
}

// colour is a role's colour: true colour, of 256, of 16.
type colour struct {
	rgb      [3]uint8
	of256    uint8
	of16     uint8 // 0 to 15
	implicit bool  // the terminal's own foreground in 16 colours
}

// The colours were chosen for the worst pair under four kinds of sight (tui.md 4.13). Of
// 16 colours dim is the terminal's own, faint: number 8 vanishes on some themes.
var dark = [roles]colour{
	Text:  {rgb: [3]uint8{0xE6, 0xE6, 0xE6}, of256: 254, implicit: true},
	Dim:   {rgb: [3]uint8{0x8A, 0x8A, 0x8A}, of256: 245, implicit: true},
	Busy:  {rgb: [3]uint8{0x2F, 0x8F, 0xE8}, of256: 32, of16: 12},
	Cold:  {rgb: [3]uint8{0xF0, 0xE4, 0x42}, of256: 221, of16: 11},
	Bad:   {rgb: [3]uint8{0xFF, 0x6B, 0x3D}, of256: 203, of16: 9},
	Moved: {rgb: [3]uint8{0xF2, 0x9B, 0xD4}, of256: 218, of16: 13},
}

var light = [roles]colour{
	Text:  {rgb: [3]uint8{0x1A, 0x1A, 0x1A}, of256: 234, implicit: true},
	Dim:   {rgb: [3]uint8{0x6A, 0x6A, 0x6A}, of256: 242, implicit: true},
	Busy:  {rgb: [3]uint8{0x0B, 0x63, 0xCE}, of256: 26, of16: 4},
	Cold:  {rgb: [3]uint8{0x94, 0x6C, 0x00}, of256: 94, of16: 3},
	Bad:   {rgb: [3]uint8{0x99, 0x00, 0x00}, of256: 88, of16: 1},
	Moved: {rgb: [3]uint8{0xA0, 0x30, 0x8A}, of256: 132, of16: 5},
}

// NewTheme returns the theme of a terminal. A profile without colours keeps bold,
// underline and reverse; NoTTY has nothing.
func NewTheme(profile colorprofile.Profile, isLight, ascii bool) *Theme {
	t := &Theme{ASCII: ascii}
	colours := &dark
	if isLight {
		colours = &light
	}
	for i := range t.sgr {
		t.sgr[i] = sgrOf(Style(i), profile, colours)
	}
	return t
}

// sgrOf is the sequence that begins a style.
func sgrOf(s Style, profile colorprofile.Profile, colours *[roles]colour) string {
	if profile <= colorprofile.NoTTY {
		return ""
	}
	parts := []string{"0"}
	role := s.Role()
	if s&Bold != 0 || role == Bad {
		parts = append(parts, "1")
	}
	if s&Faint != 0 || role == Dim && profile <= colorprofile.ANSI {
		parts = append(parts, "2")
	}
	if s&Underline != 0 || role == Moved && s&Reverse == 0 {
		parts = append(parts, "4")
	}
	if s&Reverse != 0 {
		parts = append(parts, "7")
	}
	c := colours[role]
	switch {
	case profile >= colorprofile.TrueColor:
		parts = append(parts, fmt.Sprintf("38;2;%d;%d;%d", c.rgb[0], c.rgb[1], c.rgb[2]))
	case profile == colorprofile.ANSI256:
		parts = append(parts, fmt.Sprintf("38;5;%d", c.of256))
	case profile == colorprofile.ANSI && !c.implicit && c.of16 >= 8:
		parts = append(parts, fmt.Sprintf("%d", 90+c.of16-8))
	case profile == colorprofile.ANSI && !c.implicit:
		parts = append(parts, fmt.Sprintf("%d", 30+c.of16))
	}
	return "\x1b[" + strings.Join(parts, ";") + "m"
}
