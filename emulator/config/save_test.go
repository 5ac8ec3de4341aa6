package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// savedFile is a file with what people write into theirs.
const savedFile = `# the shop

profile: aws-provisioned   # whose rules
kafka: {port: 0}
topics: {in: {partitions: 1}, out: {}}

functions:
  # ships what was ordered
  ship:
    runtime: provided.al2023
    code: "."
    command: [sleep, "60"]
    timeout: '3s'   # for slow days
    coldStart:
      p50: 300ms    # measured
    env: {MODE: fast}
    events:
      - kafka:
          topic: in
          batchSize: 10 # few

          retries: 3
  bill: {runtime: provided.al2023, code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 5}}]}
  plain:
    # nothing but events
    command: sleep 60
    events:
    - kafka:
        # the topic
        topic: in
`

func saveText(t *testing.T, text string, assignments ...string) (string, string) {
	t.Helper()
	d, err := edited("coldbrook.yaml", text, assignments)
	if err != nil {
		t.Fatalf("%q: %v", assignments, err)
	}
	return d.text(), d.diff("coldbrook.yaml")
}

// TestSave: what becomes of a file, as a difference.
func TestSave(t *testing.T) {
	for _, test := range []struct {
		assignments string // separated by |
		changes     []string
	}{
		{"ship.timeout=5s", []string{"-    timeout: '3s'   # for slow days", "+    timeout: '5s'   # for slow days"}},
		{"ship.timeout=3000ms", nil},
		{"ship.batchSize=20|ship.retries=-1", []string{"-          batchSize: 10 # few", "+          batchSize: 20 # few", "-          retries: 3", "+          retries: -1"}},
		{"functions.ship.events[0].kafka.batchWindow=2s", []string{"+          batchWindow: 2s"}},
		{"ship.memory=256MB", []string{"+    memory: 256MB"}},
		{"ship.duration={p50: 1s, p99: 2s}", []string{"+    duration: {p50: 1s, p99: 2s}"}},
		{"ship.retries=", []string{"-          retries: 3"}},
		{"ship.keepAlive=", nil},
		{"ship.command=[sleep, \"61\"]", []string{`-    command: [sleep, "60"]`, `+    command: [sleep, "61"]`}},
		{"ship.code=./code", []string{`-    code: "."`, `+    code: "./code"`}},
		{"bill.batchSize=6|bill.timeout=4s", []string{
			"-  bill: {runtime: provided.al2023, code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 5}}]}",
			"+  bill: {runtime: provided.al2023, code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 6}}], timeout: 4s}"}},
		{"bill.memory=|bill.batchSize=", []string{
			"-  bill: {runtime: provided.al2023, code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 5}}]}",
			"+  bill: {runtime: provided.al2023, code: ., command: sleep 60, events: [{kafka: {topic: in}}]}"}},
		{"bill.runtime=", []string{
			"-  bill: {runtime: provided.al2023, code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 5}}]}",
			"+  bill: {code: ., command: sleep 60, memory: 256MB, events: [{kafka: {topic: in, batchSize: 5}}]}"}},
		{"plain.retries=2|plain.timeout=9s", []string{"+    timeout: 9s", "+        retries: 2"}},
		{"accountConcurrency=500", []string{"+accountConcurrency: 500"}},
	} {
		text, diff := saveText(t, savedFile, strings.Split(test.assignments, "|")...)
		var got []string
		for line := range strings.SplitSeq(diff, "\n") {
			if line != "" && strings.ContainsRune("+-", rune(line[0])) && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "+++") {
				got = append(got, line)
			}
		}
		if strings.Join(got, "\n") != strings.Join(test.changes, "\n") {
			t.Errorf("%s:\n%s\nwant %q", test.assignments, diff, test.changes)
		}
		if (text == savedFile) != (test.changes == nil) {
			t.Errorf("%s: the text changed without a difference", test.assignments)
		}
	}
}

// TestSaveKeepsTheKindOfFile: ends of lines, a byte order mark, JSON, a last line without
// an end.
func TestSaveKeepsTheKindOfFile(t *testing.T) {
	windows := "\uFEFF" + strings.ReplaceAll(savedFile, "\n", "\r\n")
	text, _ := saveText(t, windows, "ship.memory=256MB", "ship.batchSize=11")
	want := strings.Replace(windows, "batchSize: 10", "batchSize: 11", 1)
	want = strings.Replace(want, "# for slow days\r\n", "# for slow days\r\n    memory: 256MB\r\n", 1)
	want = strings.Replace(want, "env: {MODE: fast}\r\n", "env: {MODE: fast}\r\n", 1)
	if lines := strings.Count(text, "\n"); strings.Count(text, "\r\n") != lines || lines != strings.Count(want, "\n") || !strings.HasPrefix(text, "\uFEFF# ") {
		t.Errorf("got %q", text)
	}
	json := "{\n  \"topics\": {\"in\": {}},\n  \"functions\": {\n    \"ship\": {\n      \"command\": [\"x\"],\n      \"timeout\": \"3s\",\n      \"events\": [{\"kafka\": {\"topic\": \"in\"}}]\n    }\n  }\n}"
	text, _ = saveText(t, json, "ship.memory=256MB", "ship.timeout=5s", "ship.batchSize=7", "freeze=false")
	for _, line := range []string{"      \"timeout\": \"5s\",\n", "{\"topic\": \"in\", \"batchSize\": 7}}],\n      \"memory\": \"256MB\"\n    }\n", "  },\n  \"freeze\": false\n}"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is not in\n%s", line, text)
		}
	}
	text, _ = saveText(t, json, "ship.timeout=")
	if strings.Contains(text, "timeout") || strings.Count(text, "\n") != strings.Count(json, "\n")-1 {
		t.Errorf("got %s", text)
	}
	text, _ = saveText(t, "functions: {a: {command: x}}\nfreeze: true", "freeze=false", "logs=platform")
	if want := "functions: {a: {command: x}}\nfreeze: false\nlogs: platform"; text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// TestSaveInOddFiles: characters of several bytes, brackets over several lines, keys in
// quotes, a document that is marked.
func TestSaveInOddFiles(t *testing.T) {
	for _, test := range []struct{ text, assignment, from, to string }{
		{"functions:\n  ship: {command: x, env: {AB: é日本🎉},   timeout  : 3s , memory: 256MB}\n", "ship.timeout=5s", "timeout  : 3s", "timeout  : 5s"},
		{"functions:\n  ship: {\n    command: x, # a { comment\n    timeout: 3s\n  }\n", "ship.keepAlive=2m", "3s\n", "3s,\n    keepAlive: 2m\n"},
		{"functions:\n  ship: {\n    command: x, # a { comment\n    timeout: 3s\n  }\n", "ship.timeout=", "x, # a { comment\n    timeout: 3s", "x # a { comment"},
		{"functions:\n  ship: {\n    command: x, env: {AB: \"}\"},\n    timeout: 3s, # b\n  }\n", "ship.keepAlive=2m", "# b\n", "# b\n    keepAlive: 2m,\n"},
		{"\"functions\":\n  'ship':\n    'command': x\n    'timeout' : 3s", "ship.timeout=5s", "3s", "5s"},
		{"---\nfunctions:\n  ship:\n    command: x\n    timeout:   3s\t# a\n...\n", "ship.timeout=", "    timeout:   3s\t# a\n", ""},
	} {
		if got, _ := saveText(t, test.text, test.assignment); got != strings.Replace(test.text, test.from, test.to, 1) {
			t.Errorf("%s:\n%s\nbecame\n%s", test.assignment, test.text, got)
		}
	}
	_, diff := saveText(t, "functions: {a: {command: x}}\nfreeze: true", "logs=platform")
	if want := "-freeze: true\n\\ No newline at end of file\n+freeze: true\n+logs: platform\n\\ No newline at end of file\n"; !strings.HasSuffix(diff, want) {
		t.Errorf("got %s", diff)
	}
}

func TestSaveRefuses(t *testing.T) {
	for _, test := range []struct{ text, assignment, want, hint string }{
		{savedFile, "ship.coldStart={p50: 100ms}", "functions.ship.coldStart cannot be saved in line 14: it is written over several lines", "write it yourself: coldStart: {p50: 100ms}"},
		{savedFile, "ship.coldStart=", "functions.ship.coldStart cannot be saved in line 14: it is written over several lines", "take the line coldStart: out yourself"},
		{savedFile, "ship.timeot=5s", `functions.ship.timeot: unknown key "timeot"; did you mean "timeout"?`, ""},
		{savedFile, "shop.timeout=5s", `there is no function "shop"`, ""},
		{savedFile, "ship.batchSize=20000", "20000 is over the limit of 10000", ""},
		{savedFile, "ship.timeout", "is not KEY=VALUE", ""},
		{savedFile, "profile=aws", "is not a key of a function", ""},
		{savedFile, "ship.timeout=soon", "is not a duration", ""},
		{"functions:\n  ship:\n    command: &a x\n", "ship.timeout=5s", "anchors are not supported", ""},
		{"functions:\n  ship:\n    command: x\r    timeout: 5s\n", "ship.timeout=6s", "has lines that end with CR alone", ""},
		{"functions:\n  ship:\n    command: |-\n      x\n", "ship.command=y", "it is written over several lines", "write it yourself: command: y"},
		{"functions:\n  ship:\n    command: x\n      y\n", "ship.command=y", "it is written over several lines", "write it yourself: command: y"},
		{"functions:\n  ship: {command: x, handler: 'a.\n\n    b'}\n", "ship.handler=c", "has blanks", ""},
	} {
		d, err := edited("coldbrook.yaml", test.text, []string{test.assignment})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.assignment, err, test.want)
			if d != nil {
				t.Log(d.text())
			}
			continue
		}
		if e, ok := errors.AsType[*EditError](err); test.hint != "" && (!ok || e.Hint() != test.hint) {
			t.Errorf("%s: got the hint %q, want %q", test.assignment, e.Hint(), test.hint)
		}
	}
}

// TestSaveAppliesAtOnce: the file is another one with the same rights, unless it was
// changed meanwhile.
func TestSaveAppliesAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	link := filepath.Join(t.TempDir(), FileName)
	if err := errors.Join(os.WriteFile(path, []byte(savedFile), 0o640), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	from := dir
	if runtime.GOOS != "windows" {
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		from = link
	}
	diff, apply, err := Save(from, []string{"ship.timeout=5s"})
	if err != nil || !strings.HasPrefix(diff, "--- coldbrook.yaml\n+++ coldbrook.yaml\n@@ -11,5 +11,5 @@\n     code: \".\"\n") {
		t.Fatalf("got %q, %v", diff, err)
	}
	if text, _ := os.ReadFile(path); string(text) != savedFile {
		t.Fatal("it was written before it was applied")
	}
	if err := apply(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if want := strings.Replace(savedFile, "'3s'", "'5s'", 1); string(text) != want {
		t.Errorf("got %s", text)
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if _, again, err := Save(dir, []string{"ship.timeout=5s"}); err != nil || again() != nil {
		t.Errorf("nothing to save: %v", err)
	}
	_, apply, err = Save(dir, []string{"ship.timeout=6s"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(savedFile), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*ChangedError](apply()); !ok {
		t.Error("a file that was changed meanwhile was written")
	}
	left, _ := os.ReadDir(dir)
	if text, _ := os.ReadFile(path); string(text) != savedFile || len(left) != 1 {
		t.Errorf("got %s and %v", text, left)
	}
}
