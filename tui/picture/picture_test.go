package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

const root = "../.."

// The committed pictures are what the command draws.
func TestPicturesAreUpToDate(t *testing.T) {
	for _, s := range documented {
		t.Run(s.name, func(t *testing.T) {
			s.journal = filepath.Join(root, shopJournal)
			text, err := s.draw()
			if err != nil {
				t.Fatal(err)
			}
			if empty(text) {
				t.Skipf("the screen %s draws nothing yet: there is nothing to picture", s.name)
			}
			want, err := os.ReadFile(filepath.Join(root, pictureFile(s)))
			if err != nil {
				t.Fatalf("%v; make it with: go run ./tui/picture -all", err)
			}
			if got := svg(cellsOf(text, s.width, s.height), s.title()); !bytes.Equal(got, want) {
				t.Errorf("%s is not what the screen looks like now; make it anew with: go run ./tui/picture -all", pictureFile(s))
			}
		})
	}
}

// A picture is the same each time, well formed, and holds what the frame holds.
func TestAPictureHoldsTheFrame(t *testing.T) {
	s, err := parseScene("logs", "80x24", "")
	if err != nil {
		t.Fatal(err)
	}
	s.journal, s.at = filepath.Join(root, shopJournal), 4*time.Second
	text, err := s.draw()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.draw(); err != nil || again != text {
		t.Errorf("drawn twice it is\n%s\nand\n%s (error %v)", text, again, err)
	}
	rows := cellsOf(text, s.width, s.height)
	if got, want := plain(rows), ansi.Strip(text); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	got := strings.Join(strings.Fields(texts(t, svg(rows, s.title()))), "")
	for word := range strings.FieldsSeq("LIVE 00:04.000 [5Log INFO LEVEL FN#ENV MESSAGE") {
		if !strings.Contains(got, word) {
			t.Errorf("the picture lacks %q: %s", word, got)
		}
	}
}

func plain(rows [][]cell) string {
	var lines []string
	for _, row := range rows {
		var line strings.Builder
		for _, c := range row {
			if c.r != 0 {
				line.WriteRune(c.r)
			}
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// texts is all text of an SVG.
func texts(t *testing.T, picture []byte) string {
	d, all := xml.NewDecoder(bytes.NewReader(picture)), ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
		if c, ok := token.(xml.CharData); ok {
			all += string(c) + " "
		}
	}
}

// Each style and kind of glyph is drawn where its cell is.
func TestCellsAreDrawnInTheirPlace(t *testing.T) {
	for _, c := range []struct{ frame, want string }{
		{"ab c", `<text x="0" y="13" textLength="32" lengthAdjust="spacingAndGlyphs" fill="#e6e6e6">ab c</text>`},
		{"a  b", `<text x="24" y="13" fill="#e6e6e6">b</text>`},
		{" <&", `<text x="8" y="13" textLength="16" lengthAdjust="spacingAndGlyphs" fill="#e6e6e6">&lt;&amp;</text>`},
		{"\n x", `<text x="8" y="30" fill="#e6e6e6">x</text>`},
		{"\x1b[0;1;38;2;255;107;61mx\x1b[0m", `<text x="0" y="13" fill="#ff6b3d" font-weight="bold">x</text>`},
		{"\x1b[0;7;38;2;230;230;230mx", `<rect x="0" y="0" width="8" height="17" fill="#e6e6e6"/>` + "\n" + `<text x="0" y="13" fill="#101010">x</text>`},
		{"\x1b[0;4;38;2;1;2;3m x ", `<rect x="8" y="15" width="8" height="1" fill="#010203"/>`},
		{"██", `<rect x="0" y="1" width="16" height="16" fill="#e6e6e6"/>`},
		{"▄", `<rect x="0" y="8.5" width="8" height="8.5" fill="#e6e6e6"/>`},
		{"──", `<path d="M0 8.5H16" stroke="#e6e6e6" stroke-width="1"/>`},
		{"宽x", `<text x="16" y="13" fill="#e6e6e6">x</text>`},
		{"►", `<polygon points="0.64,3.4 7.84,8.5 0.64,13.6" fill="#e6e6e6"/>`},
	} {
		if got := string(svg(cellsOf(c.frame, 10, 2), "t")); !strings.Contains(got, c.want) {
			t.Errorf("%q: got\n%s\nwant\n%s", c.frame, got, c.want)
		}
	}
}

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"-screen none", 2, `-screen "none" is none of flow, events, functions, ordering, logs, faults`},
		{"-size 120", 2, `-size "120" is no size: write columns x rows`},
		{"-size 0x5", 2, "1x1 to 500x500"},
		{"-journal none.journal", 1, "none.journal"},
		{"flow", 2, `"flow" is no flag`},
	} {
		var stdout, stderr strings.Builder
		status := run(strings.Fields(c.args), &stdout, &stderr)
		if status != c.status || !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 {
			t.Errorf("picture %s: status %d, says %q; want %d and %q", c.args, status, stderr.String(), c.status, c.says)
		}
	}
}
