package runtimeapi

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// language is a handler that tells where it runs, and prints when it is loaded.
type language struct {
	config func(testing.TB, string) Config
	file   string
	good   string
	broken string // does not parse
	throws string
	exits  string
	hangs  string
	bare   []string // what starts the interpreter alone
}

var languages = map[string]language{
	"node": {nodeConfig, "index.js",
		"console.log('loaded WORD');\n" +
			"exports.handler = async () => ({ word: 'WORD', dir: process.cwd(), args: process.argv.length, file: __filename, trace: new Error('x').stack });\n",
		"exports.handler = async () => {", "throw new Error('no stock');", "process.exit(1);", "while (true) {}",
		[]string{"node", "-e", "0"}},
	"python": {pythonConfig, "index.py",
		"import os, sys\nprint('loaded WORD')\n" +
			"def handler(event, context):\n    return {'word': 'WORD', 'dir': os.getcwd(), 'args': 1 + len(sys.argv), 'file': __file__}\n",
		"def handler(event, context:", "raise ValueError('no stock')", "import os\nos._exit(1)", "while True: pass",
		[]string{"python3", "-c", "0"}},
}

// folderOf is a folder of code in the language, and its configuration.
func (l language) folderOf(t testing.TB, text string) Config {
	t.Helper()
	c := l.config(t, "index.handler")
	c.Code = t.TempDir()
	l.save(t, c.Code, text)
	return c
}

func (l language) save(t testing.TB, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, l.file), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (l language) saying(word string) string { return strings.ReplaceAll(l.good, "WORD", word) }

func ahead(t testing.TB, l *Launcher, out *transcript) *waiting {
	t.Helper()
	w, err := l.Ahead(t.Context(), function.Spec{Function: "ship", Kafka: "127.0.0.1:9191", Output: out.add, Tracker: out})
	if err != nil {
		t.Fatal(err)
	}
	return w.(*waiting)
}

func TestAnInterpreterAheadLoadsWhatWasSavedMeanwhile(t *testing.T) {
	for name, language := range languages {
		t.Run(name, func(t *testing.T) {
			c := language.folderOf(t, language.broken)
			l := launcher(t, c)
			out := &transcript{added: make(chan struct{}, 1)}
			w := ahead(t, l, out)
			if !w.Fits(l) {
				t.Error("it does not fit its own launcher")
			}
			// The folder may even be another one by then.
			if err := os.Rename(c.Code, c.Code+".old"); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(c.Code, 0o700); err != nil {
				t.Fatal(err)
			}
			language.save(t, c.Code, language.saying("second"))
			if got := out.String(); got != "" {
				t.Errorf("got %q before it may load anything, want nothing", got)
			}
			i, err := w.Launch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			e := &launched{environment: i.(*environment), transcript: out, t: t}
			defer e.Stop()
			got := object(t, e.succeeds(`{}`))
			real, _ := filepath.EvalSymlinks(c.Code)
			if got["word"] != "second" || got["dir"] != real || got["args"] != 2.0 {
				t.Errorf("got %v, want the second code, in %s, with arguments as ever", got, real)
			}
			e.sees(t, "stdout: loaded second")
		})
	}
}

func TestAheadIsFrozenAndStops(t *testing.T) {
	for name, language := range languages {
		t.Run(name, func(t *testing.T) {
			c := language.folderOf(t, language.saying("x"))
			w := ahead(t, launcher(t, c), &transcript{})
			if !w.isFrozen() {
				t.Error("it is not frozen while it waits")
			}
			w.Stop()
			if _, err := os.Stat(string(w.dir)); !os.IsNotExist(err) {
				t.Errorf("got %v, want that its folder is gone", err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if w, err := launcher(t, c).Ahead(ctx, function.Spec{}); w != nil || err != nil {
				t.Errorf("got %v, %v, want nothing", w, err)
			}
		})
	}
}

func (e *environment) isFrozen() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.frozen
}

func TestAheadFitsTheSameConfigurationOnly(t *testing.T) {
	language := languages["node"]
	c := language.folderOf(t, language.saying("x"))
	l := launcher(t, c)
	w := ahead(t, l, &transcript{})
	defer w.Stop()
	for name, change := range map[string]func(*Config){
		"env": func(c *Config) { c.Env = []string{"A=b"} }, "memory": func(c *Config) { c.Memory = 1 << 30 },
		"handler": func(c *Config) { c.Handler = "index.other" }, "timeout": func(c *Config) { c.Timeout = time.Hour },
		"": func(*Config) {},
	} {
		other := c
		change(&other)
		next, err := l.Next(other)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := w.Fits(next), name == ""; got != want {
			t.Errorf("with another %q: got %v, want %v", name, got, want)
		}
	}
	l.From(t.TempDir())
	if w.Fits(l) {
		t.Error("it fits a launcher that starts a copy")
	}
}

func TestNothingIsAheadOfPrograms(t *testing.T) {
	for name, c := range map[string]Config{
		"go":      goConfig(t),
		"options": {Env: []string{"NODE_OPTIONS=--require ./index.js"}},
	} {
		if name == "options" {
			options := c.Env
			c = nodeConfig(t, "index.handler")
			c.Env = options
		}
		if w, err := launcher(t, c).Ahead(t.Context(), function.Spec{}); w != nil || err != nil {
			t.Errorf("%s: got %v, %v, want nothing", name, w, err)
		}
	}
}

func TestInitFailuresOfTrialsAhead(t *testing.T) {
	for name, language := range languages {
		for kind, text := range map[string]string{"broken": language.broken, "throws": language.throws, "exits": language.exits, "hangs": language.hangs} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				c := language.folderOf(t, text)
				out := &transcript{}
				w := ahead(t, launcher(t, c), out)
				limit := patience
				if kind == "hangs" {
					limit = 100 * time.Millisecond
				}
				ctx, cancel := context.WithTimeoutCause(t.Context(), limit, function.ErrTimeout)
				defer cancel()
				_, err := w.Launch(ctx)
				want := map[string]string{"broken": typeSyntax, "exits": typeExited, "hangs": typeTimedOut, "throws": "Error"}[kind]
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
				if kind == "throws" && !strings.Contains(out.String(), "no stock") {
					t.Errorf("got output %q, want the error", out)
				}
				if _, err := os.Stat(string(w.dir)); !os.IsNotExist(err) {
					t.Errorf("got %v, want that its folder is gone", err)
				}
			})
		}
	}
}

const typeSyntax = "Runtime.UserCodeSyntaxError"

// TestPythonRunsWhatWasSavedTwiceInASecond: a .pyc is told from its source by size and
// second.
func TestPythonRunsWhatWasSavedTwiceInASecond(t *testing.T) {
	t.Setenv("PYTHONDONTWRITEBYTECODE", "") // who sets it does not see this
	language := languages["python"]
	c := language.folderOf(t, language.saying("first"))
	l := launcher(t, c)
	saved := time.Now()
	for _, word := range []string{"first", "other", "third"} {
		language.save(t, c.Code, language.saying(word))
		if err := os.Chtimes(filepath.Join(c.Code, language.file), saved, saved); err != nil {
			t.Fatal(err)
		}
		out := &transcript{added: make(chan struct{}, 1)}
		i, err := l.Launch(t.Context(), function.Spec{Function: "ship", Environment: 1, Output: out.add})
		if err != nil {
			t.Fatal(err)
		}
		e := &launched{environment: i.(*environment), transcript: out, t: t}
		if got := object(t, e.succeeds(`{}`))["word"]; got != word {
			t.Errorf("got %v, want %s", got, word)
		}
		e.Stop()
	}
}

func TestFromRunsACopyAndShowsTheCode(t *testing.T) {
	for name, language := range languages {
		t.Run(name, func(t *testing.T) {
			c := language.folderOf(t, language.broken)
			copied := t.TempDir()
			language.save(t, copied, language.saying("good"))
			l := launcher(t, c)
			l.From(copied)
			out := &transcript{added: make(chan struct{}, 1)}
			i, err := l.Launch(t.Context(), function.Spec{Function: "ship", Environment: 1, Output: out.add})
			if err != nil {
				t.Fatal(err)
			}
			e := &launched{environment: i.(*environment), transcript: out, t: t}
			defer e.Stop()
			if got := object(t, e.succeeds(`{}`)); got["word"] != "good" || !strings.HasPrefix(got["file"].(string), copied) {
				t.Errorf("got %v, want the copy", got)
			}
			if got, want := e.told("at "+copied+"/x:3"), "at "+l.config.Code+"/x:3"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			l.From("")
			if _, err := l.Launch(t.Context(), function.Spec{Function: "ship", Output: out.add}); err == nil {
				t.Error("the code that does not parse was launched")
			}
		})
	}
}

// TestFromStartsAgainWhatIsNotReady: what is in its init when the code is changed may have
// read the new one.
func TestFromStartsAgainWhatIsNotReady(t *testing.T) {
	for name, language := range languages {
		t.Run(name, func(t *testing.T) {
			c, copied := language.folderOf(t, language.hangs), t.TempDir()
			language.save(t, copied, language.saying("good"))
			l := launcher(t, c)
			out := &transcript{added: make(chan struct{}, 1)}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			go func() {
				time.Sleep(200 * time.Millisecond) // why: what hangs tells nobody
				l.From("")
				l.From(copied)
			}()
			i, err := l.Launch(ctx, function.Spec{Function: "ship", Environment: 1, Output: out.add})
			if err != nil {
				t.Fatal(err)
			}
			e := &launched{environment: i.(*environment), transcript: out, t: t}
			defer e.Stop()
			if got := object(t, e.succeeds(`{}`)); got["word"] != "good" {
				t.Errorf("got %v, want the copy", got)
			}
		})
	}
}

// BenchmarkReload is what a new revision waits for: from leave to load the code to
// ready in an interpreter ahead, beside a launch without one, and the interpreter alone.
func BenchmarkReload(b *testing.B) {
	for name, language := range languages {
		b.Run(name, func(b *testing.B) {
			c := language.folderOf(b, language.saying("x"))
			l := launcher(b, c)
			var ready, cold, bare, look time.Duration
			since := func(total *time.Duration, begun time.Time) { *total += time.Since(begun) }
			for b.Loop() {
				w := ahead(b, l, &transcript{})
				begun := time.Now()
				i, err := w.Launch(b.Context())
				since(&ready, begun)
				if err != nil {
					b.Fatal(err)
				}
				i.Stop()
				begun = time.Now()
				if i, err = l.Launch(b.Context(), function.Spec{Function: "ship"}); err != nil {
					b.Fatal(err)
				}
				since(&cold, begun)
				i.Stop()
				begun = time.Now()
				if err := exec.Command(l.program.path, language.bare[1:]...).Run(); err != nil {
					b.Fatal(err)
				}
				since(&bare, begun)
				begun = time.Now()
				if l, err = l.Next(c); err != nil {
					b.Fatal(err)
				}
				since(&look, begun)
			}
			ms := func(d time.Duration) float64 { return float64(d) / float64(b.N) / 1e6 }
			b.ReportMetric(ms(ready), "ahead-ms")
			b.ReportMetric(ms(cold), "cold-ms")
			b.ReportMetric(ms(bare), "bare-ms")
			b.ReportMetric(ms(look), "next-ms")
		})
	}
}
