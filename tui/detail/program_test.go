package detail_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/tuitest"
)

// In the whole program: from a filter to an event, its lineage, the record that was made
// from it, and back.
func TestInTheProgram(t *testing.T) {
	f, err := journalfile.Open("../testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	past, err := tui.NewPast(f)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		s := tuitest.New(tui.New(tui.Options{Past: past, Driver: tuitest.Driver{Of: f}}), 120, 36, colorprofile.TrueColor)
		shows := func(what string) {
			t.Helper()
			for range 20 {
				if strings.Contains(s.Text(), what) {
					return
				}
				s.Step(300 * time.Millisecond)
			}
			t.Errorf("%q is not on the screen:\n%s", what, s.Text())
		}
		s.Press("2", "/")
		s.Type("keylate cold v.sku=A-1")
		s.Press("enter")
		shows("match, ")
		shows("lineage of orders/")
		shows("SAME KEY")
		s.Press("enter")
		shows("[Payload]")
		shows(`"sku": "A-1"`)
		shows("order by key is broken")
		s.Press("l", "j", "j", "enter")
		shows("produced by enrich")
		s.Press("b", "tab", "tab", "tab")
		shows("000000  7b 22 69 64 22")
		s.Press("esc")
		shows("TOPIC/P@OFFSET")
		s.Quit()
		if s.Err != nil {
			t.Error(s.Err)
		}
	})
}
