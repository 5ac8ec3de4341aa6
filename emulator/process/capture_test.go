package process

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// captured returns the lines made of what is written in pieces.
func captured(t *testing.T, pieces ...string) []string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	p := newPipe("stdout", r, func(_, line string) { lines = append(lines, line) })
	go p.read()
	for _, piece := range pieces {
		io.WriteString(w, piece)
	}
	w.Close()
	p.finish()
	return lines
}

func TestOutputIsCutIntoLines(t *testing.T) {
	for _, test := range []struct {
		name   string
		pieces []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"one line", []string{"a\n"}, []string{"a"}},
		{"no end", []string{"a\nb"}, []string{"a", "b"}},
		{"empty lines", []string{"\n\na\n\n"}, []string{"", "", "a", ""}},
		{"carriage returns", []string{"a\r\nb\r\r\n\r"}, []string{"a", "b\r", ""}},
		{"in pieces", []string{"a", "b\nc", "\n", "d"}, []string{"ab", "c", "d"}},
		{"NUL and invalid UTF-8", []string{"a\x00b\xff\n"}, []string{"a\x00b\xff"}},
		{"as long as it may be", []string{strings.Repeat("a", MaxLine-1) + "\nb\n"}, []string{strings.Repeat("a", MaxLine-1), "b"}},
		{"too long", []string{strings.Repeat("a", 2*MaxLine) + "b\nc\n"},
			[]string{strings.Repeat("a", MaxLine), strings.Repeat("a", MaxLine), "b", "c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := captured(t, test.pieces...); !slices.Equal(got, test.want) {
				t.Errorf("got %.200q, want %.200q", got, test.want)
			}
		})
	}
}

func TestLongLineIsNotCutInsideACharacter(t *testing.T) {
	text := "x" + strings.Repeat("€", MaxLine/2)
	lines := captured(t, text)
	for _, line := range lines {
		if !utf8.ValidString(line) {
			t.Errorf("a piece of %d bytes is cut inside a character", len(line))
		}
	}
	if got := strings.Join(lines, ""); got != text {
		t.Errorf("got %d bytes, want %d, or other ones", len(got), len(text))
	}
}

func FuzzOutputIsCutIntoLines(f *testing.F) {
	f.Add([]byte("a\nb"), 1)
	f.Add([]byte(strings.Repeat("a", MaxLine+1)), 3)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		p := newPipe("stdout", r, func(_, line string) { got = append(append(got, line...), '\n') })
		go p.read()
		for piece := range slices.Chunk(text, max(1, size)) {
			w.Write(piece)
		}
		w.Close()
		p.finish()
		clean := strings.NewReplacer("\n", "", "\r", "")
		if clean.Replace(string(got)) != clean.Replace(string(text)) {
			t.Errorf("got %.200q, want %.200q", got, text)
		}
	})
}
