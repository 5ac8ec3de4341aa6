package flow

import (
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// plant is a run with what the shop has not: processes, several inputs of a function, code
// that is reloaded, broken or not run.
func plant() *store.View {
	v := store.New(&journal.Description{
		Topics: []journal.DescribedTopic{{Name: "bids", Partitions: 24}, {Name: "auctions", Partitions: 3}, {Name: "persons with a very long name", Partitions: 1}},
		Functions: []journal.DescribedFunction{{Name: "join", Reserved: 20, Output: "joined"}, {Name: "notify-everybody-at-once", Reserved: -1},
			{Name: "rusty", Reserved: -1}, {Name: "query", Reserved: 1000}},
		Mappings: []journal.DescribedMapping{{Group: "j1", Function: "join", Topic: "bids"}, {Group: "j2", Function: "join", Topic: "auctions"},
			{Group: "n", Function: "notify-everybody-at-once", Topic: "persons with a very long name"}},
		Processes: []journal.DescribedProcess{{Name: "load", Source: true}, {Name: "dashboard"}},
	})
	var seq uint64
	add := func(ms int64, e journal.Entry) {
		seq++
		e.At, e.Seq = ms*1e6, seq
		v.Add(&e)
	}
	add(1, journal.Entry{Kind: journal.Warning, Function: "rusty", Text: "skipped: cargo is not installed"})
	add(2, journal.Entry{Kind: journal.ProcessStarted, Process: "load", Measured: journal.Measured{PID: 77}})
	for i := range int64(4000) {
		add(10+i, journal.Entry{Kind: journal.RecordsProduced, Process: "load", Topic: "bids", Partition: int32(i % 24), First: i / 24 * 3, Last: i/24*3 + 2, Records: 3})
	}
	add(4100, journal.Entry{Kind: journal.ProcessStarted, Process: "dashboard"})
	add(4110, journal.Entry{Kind: journal.RecordsFetched, Process: "dashboard", Topic: "joined", Records: 40})
	add(4120, journal.Entry{Kind: journal.ProcessExited, Process: "dashboard", Reason: "exit status 2", Delay: 1e9})
	for i := range uint32(12) {
		add(4200, journal.Entry{Kind: journal.EnvironmentStarting, Function: "join", Environment: i + 1})
		add(4210, journal.Entry{Kind: journal.EnvironmentReady, Function: "join", Environment: i + 1, Delay: 200e6})
	}
	for i := range uint64(7) {
		add(4300, journal.Entry{Kind: journal.InvocationStarted, Function: "join", Mapping: "j1", Environment: uint32(i + 1), Invocation: i + 1, Batch: i + 1, Reason: journal.Cold})
	}
	add(4400, journal.Entry{Kind: journal.Reloaded, Function: "join", Revision: 2, Outcome: journal.Succeeded, Text: "join/app.py", Measured: journal.Measured{Took: 412e6}})
	add(4410, journal.Entry{Kind: journal.BuildEnded, Function: "notify-everybody-at-once", Revision: 3, Outcome: journal.FunctionError, Reason: "notify/main.go:41:7: undefined: qtyy\n\tin line 41"})
	add(4420, journal.Entry{Kind: journal.BuildStarted, Function: "query", Revision: 2})
	v.Advance(5e9)
	return v
}

func TestFramesOfAPlant(t *testing.T) {
	for _, size := range append(sizes, [2]int{200, 60}, [2]int{100, 24}) {
		t.Run(strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1]), func(t *testing.T) {
			c, _ := contextOf(plant(), size[0], size[1])
			golden.RequireEqual(t, draw(New(), c))
		})
	}
}

func TestFrameOfABrokenStart(t *testing.T) {
	v := store.New(&journal.Description{Topics: []journal.DescribedTopic{{Name: "orders", Partitions: 6}},
		Functions: []journal.DescribedFunction{{Name: "enrich"}, {Name: "ship"}, {Name: "rusty"}},
		Mappings:  []journal.DescribedMapping{{Group: "enrich", Function: "enrich", Topic: "orders"}}, Processes: []journal.DescribedProcess{{Name: "load"}}})
	for _, e := range []journal.Entry{{Kind: journal.BuildEnded, Function: "ship", Outcome: journal.FunctionError, Reason: "ship/main.go:41:7: undefined: qtyy"},
		{Kind: journal.Warning, Function: "rusty", Text: "skipped: cargo is not installed"}} {
		v.Add(&e)
	}
	c, told := contextOf(v, 120, 36)
	s := New()
	golden.RequireEqual(t, draw(s, c))
	s.open(c)
	if told.shown != ui.Logs || told.target.Filter != "fn=rusty" {
		t.Errorf("Enter: got screen %v, %+v, want the logs of what does not run", told.shown, told.target)
	}
}

func TestEveryGlyphHasItsASCII(t *testing.T) {
	for _, v := range []*store.View{plant(), shop(t, 9e9), shop(t, whole), shop(t, 0)} {
		for _, size := range sizes {
			c, _ := contextOf(v, size[0], size[1])
			var f frame.Frame
			f.Resize(size[0], size[1])
			New().Draw(c, f.Area())
			if text := f.Write(frame.NewTheme(colorprofile.NoTTY, false, true)); strings.Contains(text, "?") {
				t.Errorf("at %v: a sign is missing in frame/glyph.go\n%s", size, text)
			}
		}
	}
}

// TestAnyKeyAtAnySize presses keys, clicks and resizes in any order: no panic, nothing
// outside of the area, and something is selected.
func TestAnyKeyAtAnySize(t *testing.T) {
	views := []*store.View{plant(), shop(t, 9e9), shop(t, 0), store.New(nil)}
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		keys := s.Keys()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			c, _ := contextOf(rapid.SampledFrom(views).Draw(t, "view"), rapid.IntRange(0, 180).Draw(t, "width"), rapid.IntRange(0, 60).Draw(t, "height"))
			c.Mode = rapid.SampledFrom([]ui.Mode{ui.Live, ui.Held, ui.Finished}).Draw(t, "mode")
			draw(s, c)
			switch k := &keys[rapid.IntRange(0, len(keys)-1).Draw(t, "key")]; rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				s.Click(c, rapid.IntRange(-1, 180).Draw(t, "x"), rapid.IntRange(-1, 60).Draw(t, "y"))
			case 1:
				s.Scroll(c, 0, rapid.IntRange(-1, 60).Draw(t, "y"), rapid.SampledFrom([]int{-3, 3}).Draw(t, "rows"))
			default:
				if k.Enabled == nil || k.Enabled(c) {
					k.Run(c, k.Keys[0])
				}
			}
		}
	})
}

func TestEnterOpensWhatIsSelected(t *testing.T) {
	c, told := contextOf(shop(t, 9e9), 120, 36)
	s := New()
	press := func(key string) {
		draw(s, c)
		for _, k := range s.Keys() {
			for _, name := range k.Keys {
				if name == key && (k.Enabled == nil || k.Enabled(c)) {
					k.Run(c, key)
				}
			}
		}
	}
	press("down")
	press("enter")
	if told.shown != ui.Functions || told.target.Function != "price" {
		t.Errorf("a function: got screen %v, %+v", told.shown, told.target)
	}
	press("tab")
	press("enter")
	if told.shown != ui.Ordering || told.target.Function != "enrich" || told.target.Mapping != "enrich" {
		t.Errorf("order: got screen %v, %+v", told.shown, told.target)
	}
	press("j")
	press("enter")
	if told.shown != ui.Events || told.target.Filter != "fn=enrich err" || !told.target.HasFilter || told.target.Topic != "orders" {
		t.Errorf("failures: got screen %v, %+v", told.shown, told.target)
	}
	press("G")
	press("enter")
	if told.shown != ui.Functions || told.target.Function != "price" || told.target.Environment == 0 {
		t.Errorf("cold starts: got screen %v, %+v", told.shown, told.target)
	}
}

func TestSelectionStaysWithItsLine(t *testing.T) {
	early, late := shop(t, 9e9), shop(t, whole)
	s := New()
	c, _ := contextOf(early, 120, 36)
	draw(s, c)
	s.inAttention = true
	s.move(c, 2) // throttles
	c, _ = contextOf(late, 120, 36)
	text := draw(s, c)
	if s.facts.attention[s.lineAt()].Kind != store.AttentionThrottle || !strings.Contains(text, "┃►! thrtl") {
		t.Errorf("worse lines have come above, and the selection is at %v in\n%s", s.facts.attention[s.lineAt()], text)
	}
}

func BenchmarkDraw(b *testing.B) {
	c, _ := contextOf(shop(b, 9e9), 120, 36)
	s := New()
	var f frame.Frame
	b.ReportAllocs()
	for b.Loop() {
		f.Resize(120, 31)
		s.Draw(c, f.Area())
		s.Says(c)
	}
}

func BenchmarkRefresh(b *testing.B) {
	c, _ := contextOf(shop(b, 9e9), 120, 36)
	s := New()
	b.ReportAllocs()
	for b.Loop() {
		s.facts.functions = nil
		s.refresh(c)
	}
}

func TestOneHotPartitionOfManyIsSeen(t *testing.T) {
	v := store.New(&journal.Description{Topics: []journal.DescribedTopic{{Name: "in", Partitions: 200}}, Functions: []journal.DescribedFunction{{Name: "f", Reserved: -1}},
		Mappings: []journal.DescribedMapping{{Group: "f", Function: "f", Topic: "in"}}})
	v.Add(&journal.Entry{Seq: 1, Kind: journal.RecordsProduced, Topic: "in", Partition: 117, Last: 999, Records: 1000})
	for _, size := range sizes[:2] {
		c, _ := contextOf(v, size[0], size[1])
		text := draw(New(), c)
		if !strings.Contains(text, "█") || size[0] == 120 && !strings.Contains(text, "p117 hot") {
			t.Errorf("at %v: got\n%s\nwant a full column, and the partition named", size, text)
		}
	}
}

func TestAProcessOpensItsLog(t *testing.T) {
	c, told := contextOf(plant(), 120, 36)
	s := New()
	draw(s, c)
	s.move(c, 1<<20)
	s.open(c)
	if told.shown != ui.Logs || told.target.Filter != "process=dashboard" {
		t.Errorf("got screen %v, %+v", told.shown, told.target)
	}
}

func BenchmarkDrawManyFunctions(b *testing.B) {
	of := &journal.Description{}
	for i := range 100 {
		name := "f" + strconv.Itoa(i)
		of.Topics = append(of.Topics, journal.DescribedTopic{Name: "t" + name, Partitions: 6})
		of.Functions = append(of.Functions, journal.DescribedFunction{Name: name, Reserved: 10})
		of.Mappings = append(of.Mappings, journal.DescribedMapping{Group: name, Function: name, Topic: "t" + name})
	}
	v := store.New(of)
	v.Add(&journal.Entry{Seq: 1, Kind: journal.RecordsProduced, Topic: "tf0", Last: 9, Records: 10})
	c, _ := contextOf(v, 120, 36)
	s := New()
	var f frame.Frame
	b.ReportAllocs()
	for b.Loop() {
		f.Resize(120, 31)
		s.Draw(c, f.Area())
	}
}

func TestTheFirstLineIsSelectedAtFirst(t *testing.T) {
	v := store.New(&journal.Description{})
	v.Add(&journal.Entry{Seq: 1, Kind: journal.RecordsEnded, Mapping: "m", Function: "f", Topic: "in", Records: 1, Batch: 1, Outcome: journal.Dropped})
	v.Add(&journal.Entry{Seq: 2, Kind: journal.InvocationStarted, Function: "f", Environment: 1, Invocation: 1, Reason: journal.Cold})
	c, told := contextOf(v, 120, 36)
	s := New()
	draw(s, c)
	s.inAttention = true
	s.open(c)
	if told.shown != ui.Events || told.target.Filter != "fn=f lost" {
		t.Errorf("got screen %v, %+v, want what was lost", told.shown, told.target)
	}
}
