package tui_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// past is the finished run of the shop in testdata.
func past(t testing.TB) *tui.Past {
	t.Helper()
	f, err := journalfile.Open("testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	p, err := tui.NewPast(f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryScreenAtEverySize(t *testing.T) {
	p := past(t)
	synctest.Test(t, func(t *testing.T) {
		s := tuitest.New(tui.New(tui.Options{Past: p, Driver: tuitest.Driver{}}), 120, 36, colorprofile.TrueColor)
		for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 15}, {39, 7}, {1, 1}} {
			s.Resize(size[0], size[1])
			for screen := range ui.Tabs {
				s.Press(string(rune('1' + screen)))
				if text := s.Text(); size[0] >= 60 && !strings.Contains(text, "FINISHED") {
					t.Errorf("screen %d at %v: got\n%s", screen+1, size, text)
				}
			}
		}
		s.Quit()
		if s.Err != nil {
			t.Error(s.Err)
		}
	})
}
