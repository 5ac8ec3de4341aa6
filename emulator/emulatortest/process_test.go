package emulatortest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// journalOf returns the entries of the run so far that count.
func journalOf(w *emulatortest.World, counts func(*journal.Entry) bool) []journal.Entry {
	w.Hash() // everything of this moment has happened
	var all []journal.Entry
	r := w.Emulator().Journal().Draw()
	buf := make([]journal.Entry, 1<<10)
	for {
		n, _ := r.Poll(buf)
		if n == 0 {
			return all
		}
		for i := range n {
			if counts(&buf[i]) {
				all = append(all, buf[i])
			}
		}
	}
}

// printed are the lines that a function printed, with their streams.
func printed(w *emulatortest.World, function string) []string {
	var lines []string
	for _, e := range journalOf(w, func(e *journal.Entry) bool { return e.Kind == journal.Output && e.Function == function }) {
		lines = append(lines, e.Reason+": "+e.Text)
	}
	return lines
}

// needPrograms skips the test where a program is not installed.
func needPrograms(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
}

// keysAndValues are those of the records of a topic, in the order of keys.
func keysAndValues(w *emulatortest.World, topic string) []string {
	all := w.Records(topic)
	slices.SortStableFunc(all, func(a, b *kgo.Record) int { return strings.Compare(string(a.Key), string(b.Key)) })
	var texts []string
	for _, r := range all {
		texts = append(texts, string(r.Key)+"="+string(r.Value))
	}
	return texts
}

// functionOf returns the function of a configuration.
func functionOf(t *testing.T, cfg *emulator.Config, name string) *emulator.Function {
	t.Helper()
	for i := range cfg.Functions {
		if cfg.Functions[i].Name == name {
			return &cfg.Functions[i]
		}
	}
	t.Fatalf("there is no function %q", name)
	return nil
}

var languages = []string{"node", "python", "go", "shell"}

// TestChildrenOfEveryLanguage gives the same words to four children.
func TestChildrenOfEveryLanguage(t *testing.T) {
	needPrograms(t, "node", "python3", "go", "sh", "curl")
	words := []string{"a", "Coldbrook", "batch", "offset", "partition", "x"}
	var want []string
	for i, word := range words {
		want = append(want, fmt.Sprintf("k%d=%s: %d", i, word, len(word)))
	}
	run := func(t *testing.T) (hash string) {
		emulatortest.Run(t, emulatortest.Load(t, "testdata/children/coldbrook.yaml"), func(t *testing.T, w *emulatortest.World) {
			for i, word := range words {
				w.Produce("words", emulatortest.Record(fmt.Sprintf("k%d", i), word))
				w.Advance(700 * time.Millisecond)
			}
			w.Idle()
			for _, language := range languages {
				if got := keysAndValues(w, "words."+language); !slices.Equal(got, want) {
					t.Errorf("%s: got %q, want %q", language, got, want)
				}
				checkLines(t, w, language)
				w.Expect(t).Duration(language, 100).Between(20*time.Millisecond, 150*time.Millisecond).
					ColdStarts(language).Exactly(1)
				checkColdStart(t, w, language)
			}
			w.Expect(t).NoLoss()
			hash = w.Hash()
		})
		return hash
	}
	first := run(t)
	for range 2 {
		if again := run(t); again != first {
			t.Fatalf("hash %s after %s", again, first)
		}
	}
}

// checkLines checks that each invocation printed its two lines.
func checkLines(t *testing.T, w *emulatortest.World, language string) {
	t.Helper()
	invocations := len(journalOf(w, func(e *journal.Entry) bool {
		return e.Kind == journal.InvocationEnded && e.Function == language
	}))
	lines := journalOf(w, func(e *journal.Entry) bool {
		return e.Kind == journal.Output && e.Function == language && e.Invocation != 0
	})
	if len(lines) != 2*invocations {
		t.Errorf("%s: got %d lines of %d invocations, want two of each: %q", language, len(lines), invocations, printed(w, language))
	}
	for i := 0; i+1 < len(lines); i += 2 {
		if out, err := lines[i], lines[i+1]; out.Invocation != err.Invocation || !strings.HasPrefix(out.Text, language+": ") || err.Text != language+": done" {
			t.Errorf("%s: got %v, %v, want the lines of one invocation", language, out, err)
		}
	}
}

// checkColdStart checks that the environment took as long as the profile drew, not
// as long as the process did.
func checkColdStart(t *testing.T, w *emulatortest.World, language string) {
	t.Helper()
	of := journalOf(w, func(e *journal.Entry) bool {
		return e.Function == language && (e.Kind == journal.EnvironmentStarting || e.Kind == journal.EnvironmentReady)
	})
	if len(of) != 2 || of[1].At-of[0].At != of[0].Delay || of[0].Delay == 0 || of[1].Measured.Took == 0 {
		t.Errorf("%s: got %v, want an environment that is ready when the model says, and what it really took", language, of)
	}
}

// failing runs the functions of testdata/failing, in which mark is the file that
// flaky waits for.
func failing(t *testing.T, seed uint64, f func(t *testing.T, w *emulatortest.World, mark string)) {
	t.Helper()
	needPrograms(t, "node")
	cfg := emulatortest.Load(t, "testdata/failing/coldbrook.yaml")
	cfg.Seed = &seed
	mark := filepath.Join(t.TempDir(), "mark")
	functionOf(t, &cfg, "flaky").Env = map[string]string{"MARK": mark}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) { f(t, w, mark) })
}

// TestChildFailsForSixHours is six hours of virtual time, in which a process fails
// until a file is there.
func TestChildFailsForSixHours(t *testing.T) {
	hashes := map[string]int{}
	for range 3 {
		failing(t, 7, func(t *testing.T, w *emulatortest.World, mark string) {
			w.Produce("flaky", emulatortest.Record("k", "one"), emulatortest.Record("k", "two"))
			w.Advance(6 * time.Hour)
			w.Expect(t).Delivered("answers", 0).Retries("flaky").AtLeast(300)
			if err := os.WriteFile(mark, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			w.Idle()
			w.Expect(t).Delivered("answers", 2).NoLoss().OrderedByKey().ColdStarts("flaky").Exactly(1)
			if got, want := len(printed(w, "flaky")), len(journalOf(w, isRetryOf("flaky"))); got < want {
				t.Errorf("got %d lines for %d retries, want one each", got, want)
			}
			hashes[w.Hash()]++
		})
	}
	if len(hashes) != 1 {
		t.Errorf("got hashes %v, want one", hashes)
	}
}

func isRetryOf(function string) func(*journal.Entry) bool {
	return func(e *journal.Entry) bool { return e.Kind == journal.RetryScheduled && e.Function == function }
}

func isEndOf(function string) func(*journal.Entry) bool {
	return func(e *journal.Entry) bool { return e.Kind == journal.InvocationEnded && e.Function == function }
}

// TestChildThatHangsIsKilled lets a process hang: it is killed after its timeout
// in real time, and to the test it took its timeout.
func TestChildThatHangsIsKilled(t *testing.T) {
	failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
		for _, value := range []string{"one", "hang", "two"} {
			w.Produce("hanging", emulatortest.Record("k", value))
		}
		w.Idle()
		w.Expect(t).Delivered("answers", 2).OnFailure("failed", 1).Invocations("hanging").Exactly(4)
		var timeouts []journal.Entry
		for _, e := range journalOf(w, isEndOf("hanging")) {
			if e.Outcome == journal.TimedOut {
				timeouts = append(timeouts, e)
			}
		}
		if len(timeouts) != 2 || !strings.Contains(timeouts[0].Reason, "Task timed out after 1.00 seconds") {
			t.Fatalf("got %v, want two timeouts", timeouts)
		}
		w.Expect(t).Duration("hanging", 100).Between(time.Second, time.Second)
	})
}

// TestChildHasNoKafkaInVirtualTime lets a process connect to what it is told is
// Kafka.
func TestChildHasNoKafkaInVirtualTime(t *testing.T) {
	failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
		w.Produce("asking", emulatortest.Record("k", "v"))
		w.Produce("hanging", emulatortest.Record("k", "v"))
		w.Idle()
		ends := journalOf(w, isEndOf("asking"))
		if len(ends) != 1 || !strings.Contains(ends[0].Reason, "Coldbrook.NoKafka") || !strings.Contains(ends[0].Reason, "emulatortest.Start") {
			t.Errorf("got %v, want an error that says what to do instead", ends)
		}
		w.Expect(t).OnFailure("failed", 1).Delivered("answers", 1) // the others go on
	})
}

// TestMissingLanguageIsSkipped takes Python away.
func TestMissingLanguageIsSkipped(t *testing.T) {
	needPrograms(t, "node", "curl")
	bin := t.TempDir()
	for _, program := range []string{"node", "sh", "curl", "tr", "sed", "grep", "cut", "base64", "ps"} {
		path, err := exec.LookPath(program)
		if err != nil {
			continue
		}
		if err := os.Symlink(path, filepath.Join(bin, program)); err != nil {
			t.Skip(err)
		}
	}
	t.Setenv("PATH", bin)
	emulatortest.Run(t, emulatortest.Load(t, "testdata/children/coldbrook.yaml"), func(t *testing.T, w *emulatortest.World) {
		w.Produce("words", emulatortest.Record("k", "Coldbrook"))
		w.Idle()
		w.Expect(t).Delivered("words.node", 1).Delivered("words.shell", 1).Delivered("words.python", 0).Delivered("words.go", 0).NoLoss()
		for _, language := range []string{"python", "go"} {
			warnings := journalOf(w, func(e *journal.Entry) bool {
				return e.Kind == journal.Warning && e.Function == language && strings.HasPrefix(e.Text, "skipped: ")
			})
			if len(warnings) != 1 {
				t.Errorf("%s: got %v, want a warning that says that it is skipped", language, warnings)
			}
		}
	})
}

// TestProcessesAreRefusedInVirtualTime loads a configuration with a process.
func TestProcessesAreRefusedInVirtualTime(t *testing.T) {
	out := fails(t, "processes")
	if !strings.Contains(out, `process "feed"`) || !strings.Contains(out, "run this in real time") {
		t.Errorf("got %s, want an error that names the process and says what to do", out)
	}
}

// TestRunLeavesNothing looks for processes, folders and goroutines after tests with
// children: one that ends well, one whose child hangs at its end, and some that
// fail half-way.
func TestRunLeavesNothing(t *testing.T) {
	needPrograms(t, "node")
	l := watchLeftovers(t)
	failing(t, 7, func(t *testing.T, w *emulatortest.World, _ string) {
		w.Produce("flaky", emulatortest.Record("k", "v"))
		w.Produce("hanging", emulatortest.Record("k", "v"))
		w.Advance(time.Hour)
	})
	l.check(t)
	for _, how := range []string{"fatal", "panic", "fatal in the middle of an invocation"} {
		if out := fails(t, how); !strings.Contains(out, "as planned") {
			t.Errorf("%s: got %s", how, out)
		}
		l.check(t)
	}
}
