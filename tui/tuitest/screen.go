package tuitest

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
)

// Screen is a terminal with a program on it. It is for one goroutine, within a bubble of
// synctest.
type Screen struct {
	mu   sync.Mutex // guards em
	em   *vt.Emulator
	p    *tea.Program
	done chan struct{}
	// Err is what the program ended with; read it after Quit.
	Err error
}

// Write implements io.Writer, for the program.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.em.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// New starts a program on a screen.
func New(m tea.Model, w, h int, profile colorprofile.Profile) *Screen {
	s := &Screen{em: vt.NewEmulator(w, h), done: make(chan struct{})}
	s.p = tea.NewProgram(m, tea.WithInput(nil), tea.WithOutput(s), tea.WithWindowSize(w, h), tea.WithColorProfile(profile),
		tea.WithoutSignalHandler(), tea.WithEnvironment([]string{"TERM=xterm-256color", "TERM_PROGRAM=x", "SSH_TTY=x"}))
	go io.Copy(io.Discard, s.em) // what it answers: its Write would wait for a reader
	go func() {
		_, s.Err = s.p.Run()
		close(s.done)
	}()
	s.Step(50 * time.Millisecond)
	return s
}

// Step lets virtual time pass until everything has been drawn.
func (s *Screen) Step(d time.Duration) {
	time.Sleep(d) // why: the time of the bubble passes, none else
	synctest.Wait()
}

// Press presses keys, named as Bubble Tea names them: "j", "enter", "shift+left".
func (s *Screen) Press(keys ...string) {
	for _, key := range keys {
		s.p.Send(Key(key))
	}
	s.Step(100 * time.Millisecond)
}

// Type types text.
func (s *Screen) Type(text string) {
	for _, r := range text {
		s.p.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	s.Step(100 * time.Millisecond)
}

// Send sends a message, and lets it be drawn.
func (s *Screen) Send(msg tea.Msg) {
	s.p.Send(msg)
	s.Step(100 * time.Millisecond)
}

// Resize changes the size of the terminal.
func (s *Screen) Resize(w, h int) {
	s.mu.Lock()
	s.em.Resize(w, h)
	s.mu.Unlock()
	s.Send(tea.WindowSizeMsg{Width: w, Height: h})
}

// Text is what stands on the screen, without blanks at the ends of lines.
func (s *Screen) Text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []string
	for y := range s.em.Height() {
		var row strings.Builder
		for x := range s.em.Width() {
			c := s.em.CellAt(x, y)
			if c == nil || c.Content == "" {
				if c == nil || c.Width != 0 {
					row.WriteByte(' ')
				}
				continue
			}
			row.WriteString(c.Content)
		}
		rows = append(rows, strings.TrimRight(row.String(), " "))
	}
	return strings.Join(rows, "\n") + "\n"
}

// Quit ends the program, and waits for it.
func (s *Screen) Quit() {
	s.p.Quit()
	<-s.done
	s.em.Close()
	s.Step(time.Second) // commands that wait end in the bubble
}

// Key is the press of a key, by its name.
func Key(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"shift+", tea.ModShift}, {"alt+", tea.ModAlt}} {
		if rest, ok := strings.CutPrefix(name, m.prefix); ok && rest != "" {
			name, mod = rest, mod|m.mod
		}
	}
	if code, ok := special[name]; ok {
		text := ""
		if name == "space" {
			text = " "
		}
		return tea.KeyPressMsg{Code: code, Mod: mod, Text: text}
	}
	r := []rune(name)[0]
	if mod != 0 {
		return tea.KeyPressMsg{Code: r, Mod: mod}
	}
	return tea.KeyPressMsg{Code: r, Text: name}
}

var special = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f2": tea.KeyF2}
