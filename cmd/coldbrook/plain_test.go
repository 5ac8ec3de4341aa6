package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// plainText is what entries look like in plain lines.
func plainText(entries ...journal.Entry) string {
	var out strings.Builder
	p := newPlain(&out, nil)
	for i := range entries {
		p.entry(&out, &entries[i])
	}
	return withoutColour(out.String())
}

// withoutColour takes out the few sequences that our styles write.
func withoutColour(s string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

func TestPlainShowsWhatIsNotable(t *testing.T) {
	got := plainText(
		journal.Entry{At: 2e6, Kind: journal.RunStarted, Text: "profile aws, seed 7"}, // the banner says it
		journal.Entry{At: 1e9, Kind: journal.EnvironmentStarting, Function: "ship", Environment: 1, Delay: 3e8},
		journal.Entry{At: 2e9, Kind: journal.RecordsProduced, Topic: "in", Records: 3},
		journal.Entry{At: 2e9, Kind: journal.InvocationEnded, Function: "ship", Outcome: journal.Succeeded},
		journal.Entry{At: 61.5e9, Kind: journal.Output, Function: "ship", Text: "a\ttab"},
		journal.Entry{At: 1e12, Kind: journal.BuildEnded, Function: "ship", Outcome: journal.Exited, Reason: "a.go:1: x\na.go:2: y\n"},
	)
	want := `    1.000  ship: environment 1 starting, cold start 300 ms
   61.500  ship | a	tab
 1000.000  ship: build failed after 0 ms: a.go:1: x
           a.go:2: y
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPlainLimitsStormsButNotOutput(t *testing.T) {
	var out strings.Builder
	p := newPlain(&out, nil)
	for range 100 {
		p.entry(&out, &journal.Entry{Kind: journal.Throttled, Function: "ship", Reason: "limit"})
		p.entry(&out, &journal.Entry{Kind: journal.Throttled, Function: "bill", Reason: "limit"})
		p.entry(&out, &journal.Entry{Kind: journal.Output, Function: "ship", Text: "line"})
	}
	p.tick(&out, nil)
	p.entry(&out, &journal.Entry{Kind: journal.Throttled, Function: "ship", Reason: "limit"}) // a new second
	text := withoutColour(out.String())
	for what, want := range map[string]int{
		"ship: throttled": alikeMax + 1, "bill: throttled": alikeMax, "ship | line": 100,
		`ship: 95 more entries "throttled" in this second`: 1,
	} {
		if got := strings.Count(text, what); got != want {
			t.Errorf("%q: got %d lines, want %d", what, got, want)
		}
	}
}

func TestPlainLimitsWhatIsNobodys(t *testing.T) {
	var out strings.Builder
	p := newPlain(&out, nil)
	for range alikeMax + 1 {
		p.entry(&out, &journal.Entry{Kind: journal.WorldStepped, Reason: "timer after 2 s"})
	}
	p.tick(&out, nil)
	if got, want := withoutColour(out.String()), `  1 more entry "world stepped" in this second`+"\n"; !strings.HasSuffix(got, want) || strings.Contains(got, "  : ") {
		t.Errorf("got\n%s\nwant at its end\n%s", got, want)
	}
}

func TestPlainSaysRetentionOncePerPartition(t *testing.T) {
	expired := journal.Entry{Kind: journal.RecordsExpired, Mapping: "ship", Topic: "in", Records: 1, Outcome: journal.Expired}
	other := expired
	other.Partition = 1
	moved := journal.Entry{Kind: journal.RetentionMoved, Topic: "in", First: 9}
	text := plainText(expired, moved, expired, other, moved, expired)
	if got := strings.Count(text, "expired"); got != 2 {
		t.Errorf("expired is said %d times, want once for each of 2 partitions:\n%s", got, text)
	}
	if got := strings.Count(text, "retention removed the records before offset 9"); got != 1 {
		t.Errorf("retention is said %d times, want once:\n%s", got, text)
	}
}

func TestPlainSaysOncePerFunctionThatTheMachineIsTheLimit(t *testing.T) {
	const reason = "limited by this machine, not by the platform: maxProcesses 8"
	ship := journal.Entry{Kind: journal.EnvironmentWaiting, Function: "ship", Reason: reason}
	bill := ship
	bill.Function = "bill"
	text := plainText(ship, bill, ship, ship)
	if got := strings.Count(text, reason); got != 2 {
		t.Errorf("it is said %d times, want once for each of 2 functions:\n%s", got, text)
	}
}

func TestPlainColours(t *testing.T) {
	var out strings.Builder
	p := newPlain(&out, nil)
	p.entry(&out, &journal.Entry{Kind: journal.InvocationEnded, Function: "ship", Outcome: journal.TimedOut})
	if !strings.Contains(out.String(), "\x1b[1;31mship: ") {
		t.Errorf("a failure is not bold and red: %q", out.String())
	}
}

// What a handler prints and throws cannot give orders to the terminal.
func TestPlainIsPrintable(t *testing.T) {
	const evil = "\x1b]0;owned\a\x1b[2J"
	text := plainText(journal.Entry{Kind: journal.Output, Function: "ship", Text: evil},
		journal.Entry{Kind: journal.InvocationEnded, Function: "ship", Outcome: journal.FunctionError, Reason: evil})
	if strings.ContainsAny(text, "\x1b\a") || strings.Count(text, `\x1b]0;owned\a\x1b[2J`) != 2 {
		t.Errorf("printed as it is: %q", text)
	}
}

func TestFlow(t *testing.T) {
	f := newFlow()
	batch := func(took time.Duration, records int32) {
		f.add(&journal.Entry{Kind: journal.BatchFormed, Mapping: "m", Function: "ship", Topic: "in", Records: records})
		f.add(&journal.Entry{Kind: journal.InvocationEnded, Mapping: "m", Function: "ship", Outcome: journal.Succeeded,
			Records: records, Measured: journal.Measured{Took: int64(took)}})
		f.add(&journal.Entry{Kind: journal.RecordsEnded, Mapping: "m", Function: "ship", Topic: "in", Records: records})
	}
	if !f.empty() {
		t.Error("not empty at the start")
	}
	batch(30*time.Millisecond, 1000)
	batch(10*time.Millisecond, 200)
	batch(20*time.Millisecond, 34)
	f.add(&journal.Entry{Kind: journal.BatchFormed, Mapping: "idle", Function: "idle", Topic: "other"})
	got := strings.Join(f.lines(map[string]int64{"m": 1234}), "\n")
	if want := "in -> ship (m)  1,234 events/s  3 invocations/s  p50 20 ms  lag 1,234"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !f.empty() || f.lines(nil) != nil {
		t.Error("not empty in the next second")
	}
	batch(10*time.Millisecond, 1)
	got = strings.Join(f.lines(map[string]int64{}), "\n")
	if want := "in -> ship (m)  1 events/s  1 invocations/s  p50 10 ms  lag 0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	batch(10*time.Millisecond, 1)
	if got = strings.Join(f.lines(nil), "\n"); strings.Contains(got, "lag") {
		t.Errorf("a lag that is not known: %q", got)
	}
}

func TestPlainPrintsEachSecondAndToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := journal.NewLog(0)
		var out lockedBuffer
		done := make(chan error)
		go func() {
			done <- newPlain(&out, nil).print(l.Draw(), func() map[string]int64 { return map[string]int64{"ship": 2} })
		}()
		l.Append(journal.Entry{Kind: journal.Note, Text: "first"},
			journal.Entry{Kind: journal.RecordsEnded, Mapping: "ship", Function: "ship", Topic: "in", Records: 5,
				Outcome: journal.Succeeded})
		synctest.Wait()
		if got := out.String(); got != "    0.000  first\n" {
			t.Errorf("at once: got %q", got)
		}
		time.Sleep(1001 * time.Millisecond) // virtual time
		synctest.Wait()
		if got := out.String(); !strings.HasSuffix(got, "in -> ship  5 events/s  0 invocations/s  lag 2\n") {
			t.Errorf("after a second: got %q", got)
		}
		time.Sleep(5 * time.Second) // virtual time
		l.Append(journal.Entry{At: 6e9, Kind: journal.RunStopped})
		l.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := out.String(); strings.Count(got, "\n") != 3 || !strings.HasSuffix(got, "    6.000  stopped\n") {
			t.Errorf("at the end: got %q", got)
		}
	})
}

func TestPlainSaysWhatItMissed(t *testing.T) {
	l := journal.NewLog(1)
	r := l.Draw()
	for range 20_000 {
		l.Append(journal.Entry{Kind: journal.RecordsProduced})
	}
	l.Close()
	var out lockedBuffer
	if err := newPlain(&out, nil).print(r, nil); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "entries were not shown: the output is slower than the run") {
		t.Errorf("got %q", got)
	}
}

func TestPrintJSONKeepsEveryEntry(t *testing.T) {
	l := journal.NewLog(1)
	r := l.Keep("a test")
	var out lockedBuffer
	done := make(chan error)
	go func() { done <- printJSON(r, &out, nil) }()
	const total = 30_000
	for range total {
		for room, _ := l.Room(); room != nil; room, _ = l.Room() {
			<-room
		}
		l.Append(journal.Entry{Kind: journal.Note, Text: "x"})
	}
	l.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if want := fmt.Sprintf(`{"seq":%d,"at":0,"kind":"note","text":"x"}`, total); len(lines) != total || lines[total-1] != want {
		t.Errorf("got %d lines, the last %s; want %d, %s", len(lines), lines[len(lines)-1], total, want)
	}
}

func TestPrintingEndsWithItsWriter(t *testing.T) {
	full := errors.New("disk full")
	l := journal.NewLog(1)
	l.Append(journal.Entry{Kind: journal.Note, Text: "x"})
	if err := printJSON(l.Keep("a test"), failing{full}, nil); !errors.Is(err, full) {
		t.Errorf("JSON: got %v", err)
	}
	if err := newPlain(failing{full}, nil).print(l.Draw(), nil); !errors.Is(err, full) {
		t.Errorf("plain: got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// lockedBuffer is a buffer for two goroutines, without colours.
type lockedBuffer struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return withoutColour(b.buf.String())
}
