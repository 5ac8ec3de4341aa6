package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
)

// produceLines produces lines to the topic in of a running project.
func produceLines(t *testing.T, dir string, lines ...string) {
	t.Helper()
	cmd := exec.Command("coldbrook", "produce", "in")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(strings.Join(lines, "\n")+"\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("produce: %v\n%s", err, out)
	}
}

// recordedFile is a file that was recorded, by its pattern.
func recordedFile(t *testing.T, dir, pattern string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %q, %v", pattern, all, err)
	}
	return all[0]
}

// valuesIn are the values of the records in a fixture.
func valuesIn(t *testing.T, path string) string {
	t.Helper()
	_, records := readFixture(t, path)
	var all []string
	for _, r := range records {
		all = append(all, string(r.Value))
	}
	return strings.Join(all, " ")
}

// Ctrl-R records what comes between its two presses, also while the world stands; the file is
// replayed into the same run, and no code is reloaded because of it.
func TestUIRecords(t *testing.T) {
	p, dir := dev(t, nil)
	produceLines(t, dir, "before")
	p.shows("out 1/s")
	p.typed("\x12")
	p.shows("record in -o fixtures/in-")
	p.typed("\r")
	p.shows("● REC 0")
	produceLines(t, dir, "one", "two")
	p.shows("● REC 2")
	p.typed("P")
	p.shows("■ PAUSED")
	produceLines(t, dir, "three")
	p.shows("● REC 3")
	p.typed("2")
	p.shows("[2 Events")
	p.shows("● REC 3")
	p.typed("P\x12")
	p.shows("3 records: coldbrook replay fixtures/in-")
	produceLines(t, dir, "after")
	path := recordedFile(t, dir, "fixtures/in-??????.jsonl")
	if got := valuesIn(t, path); got != "one two three" {
		t.Errorf("recorded %q", got)
	}
	replay := exec.Command("coldbrook", "replay", path, "--speed", "max")
	replay.Dir = dir
	if out, err := replay.CombinedOutput(); err != nil || !strings.Contains(string(out), "replayed 3 records") {
		t.Errorf("replay: %v\n%s", err, out)
	}
	p.typed("1")
	p.shows(" r1 ")
	p.typed("q")
	if status := p.end(); status != 0 {
		t.Errorf("ended with status %d:\n%s", status, p.text())
	}
	p.shows("3 records (11 B) of ")
	p.shows("3 of in")
	p.shows("8 handled: 8 succeeded")
}

// Whatever ends the run or the UI ends a recording in order, and says what it came to.
func TestUIEndsARecording(t *testing.T) {
	for name, end := range map[string]func(p *ptyProgram, dir string){
		"q":    func(p *ptyProgram, _ string) { p.typed("q") },
		"stop": func(_ *ptyProgram, dir string) { runIn(t, dir, "stop") },
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("it starts processes")
			}
			dir := project(t)
			secured := strings.Replace(smallProject, "kafka: {", "kafka: {tls: required, sasl: required, ", 1) // which binds clients, not us
			if err := os.WriteFile(filepath.Join(dir, "coldbrook.yaml"), []byte(secured), 0o666); err != nil || secured == smallProject {
				t.Fatalf("the project is not changed: %v", err)
			}
			p := devIn(t, dir, nil)
			p.typed("\x12")
			p.shows("record in -o")
			p.typed("\x15in -o my recording.jsonl.gz --filter hello\r")
			p.shows("● REC 0")
			produceLines(t, dir, "no", "hello")
			p.shows("● REC 1")
			end(p, dir)
			if status := p.end(); status != 0 {
				t.Errorf("ended with status %d:\n%s", status, p.text())
			}
			p.checkGivenBack()
			p.shows("my recording.jsonl.gz: 1 record (5 B)")
			p.shows("1 hidden by the filter")
			if got := valuesIn(t, filepath.Join(dir, "my recording.jsonl.gz")); got != "hello" {
				t.Errorf("recorded %q", got)
			}
		})
	}
}

// runIn runs a command of ours in a folder.
func runIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("coldbrook", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%q: %v\n%s", args, err, out)
	}
}

// What cannot be recorded is told with what to do, and nothing is replaced.
func TestUISaysWhatItCannotRecord(t *testing.T) {
	p, dir := dev(t, nil)
	mine := filepath.Join(dir, "mine.jsonl")
	if err := os.WriteFile(mine, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"in -o mine.jsonl":     "file already exists (name another file: none is replaced)",
		"inn -o new.jsonl":     `there is no topic "inn" (did you mean "in"?)`,
		"in -o mine.jsonl/new": "not a directory",
	} {
		p.typed("\x12")
		p.shows("record in -o")
		p.typed("\x15" + line + "\r")
		p.shows(want)
	}
	p.typed("q")
	p.end()
	if got, err := os.ReadFile(mine); err != nil || string(got) != "mine" {
		t.Errorf("the file has %q, %v", got, err)
	}
}

// In a finished run the same key writes what is shown.
func TestUIRecordsAJournal(t *testing.T) {
	file, err := filepath.Abs("../../tui/testdata/shop.journal")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := newTerminal(t, 160, 36).start(dir, nil, "coldbrook", "journal", file, "--tui")
	p.shows("FINISHED")
	p.typed("@9\r")
	p.shows("00:09.000")
	p.typed("/topic=orders\r2")
	p.shows("filter: topic=orders")
	p.typed("\x12")
	p.shows("record orders -o fixtures/orders-")
	p.shows(".jsonl --to 00:09.000 --filter topic=orders")
	p.typed("\r")
	p.shows("records: coldbrook replay fixtures/orders-")
	p.typed("q")
	if status := p.end(); status != 0 {
		t.Errorf("ended with status %d:\n%s", status, p.text())
	}
	p.shows(" of orders")
	_, records := readFixture(t, recordedFile(t, dir, "fixtures/orders-??????.jsonl"))
	if want := ordersUntil(t, file, 9e9); len(records) != want || want == 0 {
		t.Errorf("%d records are in the file, want %d", len(records), want)
	}
}

// ordersUntil is how many records were produced to orders up to a world time.
func ordersUntil(t *testing.T, path string, at int64) (n int) {
	t.Helper()
	f, err := journalfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Scan(journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced)}, func(e *journal.Entry) bool {
		if e.Topic == "orders" && e.At <= at {
			n += int(e.Records)
		}
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
