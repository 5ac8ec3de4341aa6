package main

import (
	"time"

	"errors"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// screenNames are the screens that have a tab, in their order.
func screenNames() []string {
	var names []string
	for _, t := range tui.KeyTables()[1 : 1+ui.Tabs] { // the first table holds everywhere
		names = append(names, strings.ToLower(t.Of))
	}
	return names
}

// project is the name of the run.
func (s scene) project() string {
	return strings.TrimSuffix(filepath.Base(s.journal), filepath.Ext(s.journal))
}

// title is what stands in the frame of the window.
func (s scene) title() string { return "coldbrook dev " + s.project() }

// draw returns the frame as the renderer would get it, with the colours of the dark theme.
func (s scene) draw() (string, error) {
	f, err := journalfile.Open(s.journal)
	if err != nil {
		return "", err
	}
	defer f.Close()
	live, last, err := until(f, s.at)
	if err != nil {
		return "", err
	}
	m := tui.New(tui.Options{Store: live, Driver: driver{now: int64(s.at), src: &part{f, last}, name: s.project()}})
	u := user{m: m}
	u.send(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
	u.send(tea.WindowSizeMsg{Width: s.width, Height: s.height})
	u.send(key(strconv.Itoa(s.screen)))
	for _, name := range s.keys {
		u.settle()
		u.send(key(name))
	}
	return u.settle()
}

// key is the press of a key, by the name that the key tables have for it.
func key(name string) tea.KeyPressMsg {
	special := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	r := []rune(name + " ")[0]
	return tea.KeyPressMsg{Code: r, Text: string(r)}
}

// user uses a Model without a program: what it asks to be done is done at once.
type user struct{ m *tui.Model }

func (u user) send(msg tea.Msg) {
	_, cmd := u.m.Update(msg)
	u.do(cmd)
}

func (u user) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			u.do(c)
		}
	default:
		u.send(msg)
	}
}

// errRestless is returned if a screen asks for more with every frame.
var errRestless = errors.New("the screen never comes to rest")

// settle draws until all that a screen asks for is there: a frame begins it, the next
// message starts it, and a frame draws it.
func (u user) settle() (string, error) {
	text, still := "", 0
	for range 100 {
		u.send(tea.FocusMsg{})
		now := u.m.View().Content
		if still++; now != text {
			text, still = now, 0
		}
		if still == restRounds {
			return text, nil
		}
		if still > 0 {
			time.Sleep(restRound) // why: what is shown where the cursor rests waits for that by the clock
		}
	}
	return text, errRestless
}

// A screen has come to rest when nothing has changed for so long: longer than it waits
// where the cursor rests.
const (
	restRounds = 4
	restRound  = 150 * time.Millisecond
)
