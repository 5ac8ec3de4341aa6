package emulatortest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// golden says what Golden says of a tale.
func (y *tale) golden(path string) string {
	r := &recorder{name: "TestShop/a b"}
	newExpectations(r, y).Golden(path)
	return strings.Join(r.said, "\n---\n")
}

func goldenTale() *tale {
	y := newTale()
	y.add(journal.Entry{Kind: journal.RunStarted, Text: "profile aws, seed 7"})
	y.assign(0, 0)
	y.wait(1250*time.Millisecond + 417)
	y.order(0, "a")
	b := y.batch(0, 0, 0)
	i := y.start(b, journal.Cold)
	y.wait(83 * time.Microsecond)
	y.stop(b, i, journal.FunctionError, "Error: boom\nat line 3")
	y.retry(b, time.Second)
	return y
}

func TestGoldenWritesAndCompares(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "run.txt")
	t.Setenv(updateVariable, "")
	wantSaid(t, goldenTale().golden(path), `
		expected the run that `+path+` describes, but there is no such file
		if the run is as it should be, write the file with COLDBROOK_UPDATE=1 go test -run '^TestShop$/^a b$'
		run it again with seed 7`)
	t.Setenv(updateVariable, "1")
	wantSaid(t, goldenTale().golden(path), "")
	t.Setenv(updateVariable, "0")
	wantSaid(t, goldenTale().golden(path), "")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantSaid(t, strings.TrimSuffix(string(text), "\n"), `
		# a run of Coldbrook: world time, kind, and what was modelled
		# profile aws, seed 7
		00:00:00.000  run started text="profile aws, seed 7"
		00:00:00.000  partition assigned mapping=ship orders/0@0-0
		00:00:01.250000417  records produced orders/0@0-0 records=1 bytes=10
		00:00:01.250000417  batch formed function=ship mapping=ship batch=1 orders/0@0-0 records=1 reason=window
		00:00:01.250000417  invocation started function=ship mapping=ship environment=1 invocation=1 batch=1 attempt=1 orders/0@0-0 records=1 reason=cold
		00:00:01.250083417  invocation ended function=ship mapping=ship environment=1 invocation=1 batch=1 attempt=1 orders/0@0-0 records=1 outcome="function error" reason="Error: boom\nat line 3"
		00:00:01.250083417  retry scheduled function=ship mapping=ship batch=1 attempt=2 delay=00:00:01.000 reason=boom
		# 7 entries, hash `+goldenTale().history.sum())
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("got files %v (%v), want the golden file alone", names, err)
	}
	crlf := strings.ReplaceAll(string(text), "\n", "\r\n") // what git may make of it on Windows
	if err := os.WriteFile(path, []byte(crlf), 0o644); err != nil {
		t.Fatal(err)
	}
	wantSaid(t, goldenTale().golden(path), "")
}

func TestGoldenShowsTheDifference(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.txt")
	t.Setenv(updateVariable, "1")
	goldenTale().golden(path)
	t.Setenv(updateVariable, "0")
	y := goldenTale()
	y.add(journal.Entry{Kind: journal.Note, Text: "hello"})
	wantSaid(t, y.golden(path), `
		expected the run that `+path+` describes (-), got another (+):
		@@ line 7 @@
		  00:00:01.250000417  invocation started function=ship mapping=ship environment=1 invocation=1 batch=1 attempt=1 orders/0@0-0 records=1 reason=cold
		  00:00:01.250083417  invocation ended function=ship mapping=ship environment=1 invocation=1 batch=1 attempt=1 orders/0@0-0 records=1 outcome="function error" reason="Error: boom\nat line 3"
		  00:00:01.250083417  retry scheduled function=ship mapping=ship batch=1 attempt=2 delay=00:00:01.000 reason=boom
		- # 7 entries, hash `+goldenTale().history.sum()+`
		+ 00:00:01.250083417  note text=hello
		+ # 8 entries, hash `+y.history.sum()+`
		if the run is as it should be, write the file with COLDBROOK_UPDATE=1 go test -run '^TestShop$/^a b$'
		run it again with seed 7`)
}

func TestGoldenSaysWhatItCannotReadOrWrite(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ update, path, want string }{
		{"1", filepath.Join(file, "run.txt"), "write the golden file: "},
		{"1", dir, "write the golden file: "},
		{"0", dir, "read the golden file: "},
	} {
		t.Setenv(updateVariable, c.update)
		if got := goldenTale().golden(c.path); !strings.HasPrefix(got, c.want) {
			t.Errorf("got %q, want %q...", got, c.want)
		}
	}
	names, err := filepath.Glob(filepath.Dir(dir) + "/*.*")
	if err != nil || len(names) != 0 {
		t.Errorf("got files %v (%v), want none left", names, err)
	}
}

func TestGoldenCannotJudgeWhatIsGone(t *testing.T) {
	y := newTale()
	y.history.kept = historyChunk
	for range historyChunk + 1 {
		y.assign(0, 0)
	}
	wantSaid(t, y.golden("run.txt"), `
		Golden cannot be judged: of the 1,025 journal entries of the run, the first 1,024 are gone; judge a shorter run
		run it again with seed 7`)
}

// TestGoldenLineKnowsEveryField fails when Entry has got a field that goldenLine
// forgets.
func TestGoldenLineKnowsEveryField(t *testing.T) {
	fields := reflect.TypeFor[journal.Entry]()
	for i := range fields.NumField() {
		e := journal.Entry{Topic: "t"}
		switch f := reflect.ValueOf(&e).Elem().Field(i); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Int32, reflect.Int64:
			f.SetInt(1)
		case reflect.Struct:
			e.Measured.Took = 1
		case reflect.Pointer:
			e.Each = journal.NewRecords(1)
		default:
			f.SetUint(1)
		}
		differs := goldenLine(&e) != goldenLine(&journal.Entry{Topic: "t"})
		name := fields.Field(i).Name
		if want := name != "Seq" && name != "Measured"; differs != want {
			t.Errorf("the line shows %s: got %v, want %v", name, differs, want)
		}
	}
}

func TestLineDiff(t *testing.T) {
	lines := func(from, to int) []string {
		var all []string
		for i := from; i <= to; i++ {
			all = append(all, fmt.Sprint(i))
		}
		return all
	}
	join := func(parts ...[]string) []string {
		var all []string
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for _, c := range []struct {
		name, want string
		a, b       []string
	}{
		{"equal", "", lines(1, 9), lines(1, 9)},
		{"one gone", "@@ line 3 @@|  3|  4|  5|- 6|  7|  8|  9", lines(1, 20), join(lines(1, 5), lines(7, 20))},
		{"one new at the beginning", "@@ line 1 @@|+ x|  1|  2|  3", lines(1, 20), join([]string{"x"}, lines(1, 20))},
		{"one line that is alike by chance", "@@ line 1 @@|+ 3|+ x|  1|  2|  3", lines(1, 5), join([]string{"3", "x"}, lines(1, 5))},
		{"end gone", "@@ line 2 @@|  2|  3|  4|- 5|- 6", lines(1, 6), lines(1, 4)},
		{"two, far apart", "@@ line 1 @@|  1|- 2|+ x|  3|  4|  5|@@ line 17 @@|  17|  18|  19|- 20|+ y",
			lines(1, 20), join(lines(1, 1), []string{"x"}, lines(3, 19), []string{"y"})},
		{"two, near each other", "@@ line 1 @@|  1|- 2|+ x|  3|  4|  5|  6|- 7|+ y|  8|  9|  10",
			lines(1, 20), join(lines(1, 1), []string{"x"}, lines(3, 6), []string{"y"}, lines(8, 20))},
		{"too many", "@@ line 1 @@|- " + strings.Join(lines(1, 20), "|- ") + "|...", lines(1, 21), nil},
	} {
		if got := strings.Join(lineDiff(c.a, c.b), "|"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	got := lineDiff(lines(1, 1000), lines(2001, 3000))
	if len(got) != 1+diffLines+1 || got[1] != "- 1" || got[11] != "+ 2001" || got[21] != "..." {
		t.Errorf("nothing alike: got %q", got)
	}
}
