package reload

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is how long tests wait for what must come, testDebounce how long they debounce:
// long enough for a machine that has other things to do between two system calls.
const (
	patience     = 10 * time.Second
	testDebounce = 60 * time.Millisecond
)

// TestMain has more tests run side by side than there are processors: most of the time
// they wait.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// watched is a Watcher that runs for a test.
type watched struct {
	*Watcher
	t        *testing.T
	dir      string
	changes  chan Change
	warnings chan string
}

// watchRoots runs a Watcher; those of roots without a folder get one with files.
func watchRoots(t *testing.T, dir string, roots ...Root) *watched {
	t.Helper()
	w := newWatched(t, dir)
	w.run(roots)
	return w
}

// newWatched makes a Watcher that does not run yet.
func newWatched(t *testing.T, dir string) *watched {
	w := &watched{t: t, dir: dir, changes: make(chan Change, 100), warnings: make(chan string, 100)}
	w.Watcher = &Watcher{Debounce: testDebounce, Changed: func(c Change) { w.changes <- c }, Warn: func(s string) { w.warnings <- s }}
	return w
}

func (w *watched) run(roots []Root) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Errorf("got %v from Run, want nil", err)
		}
	})
	if err := w.Watch(roots); err != nil {
		w.t.Fatal(err)
	}
}

// watchFolder watches a folder with files, for the owner "ship".
func watchFolder(t *testing.T, files map[string]string) *watched {
	t.Helper()
	dir := folder(t, files)
	return watchRoots(t, dir, Root{Owner: "ship", Dir: dir})
}

// next is the next change.
func (w *watched) next() Change {
	w.t.Helper()
	select {
	case c := <-w.changes:
		return c
	case <-time.After(patience):
		w.t.Fatalf("no change within %v", patience)
		return Change{}
	}
}

// wants wants one change of these files, relative to the folder, and no other.
func (w *watched) wants(files ...string) Change {
	w.t.Helper()
	c := w.next()
	if got := w.of(c, "ship"); !slices.Equal(got, files) {
		w.t.Errorf("got a change of %v, want of %v", got, files)
	}
	w.quiet()
	return c
}

// of is the files of an owner in a change, relative to the folder.
func (w *watched) of(c Change, owner string) []string {
	var files []string
	for _, file := range c.Files[owner] {
		rel, err := filepath.Rel(w.dir, file)
		if err != nil {
			w.t.Error(err)
		}
		files = append(files, filepath.ToSlash(rel))
	}
	return files
}

// quiet wants that what happened so far makes no (further) change: a file that is
// written after it makes the next one, alone.
func (w *watched) quiet() {
	w.t.Helper()
	select {
	case c := <-w.changes:
		w.t.Errorf("got a change of %v, want none", c.Files)
	case <-time.After(6 * testDebounce):
	}
}

func (w *watched) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *watched) write(name, text string) { w.t.Helper(); write(w.t, w.path(name), text) }

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWatchSeesFilesComeChangeAndGo(t *testing.T) {
	t.Parallel()
	w := watchFolder(t, map[string]string{"main.js": "1", "lib/a.js": "1"})
	before := time.Now()
	w.write("main.js", "2")
	c := w.wants("main.js")
	if c.First.Before(before) || c.Settled.Sub(c.First) < testDebounce || !slices.Equal(c.Owners, []string{"ship"}) {
		t.Errorf("got %+v", c)
	}
	w.write("lib/b.js", "1")
	w.wants("lib/b.js")
	must(t, os.Remove(w.path("lib/a.js")))
	w.wants("lib/a.js")
	must(t, os.Rename(w.path("lib"), w.path("library")))
	w.wants("lib/b.js", "library/b.js")
	w.write("library/b.js", "2")
	w.wants("library/b.js")
	must(t, os.RemoveAll(w.path("library")))
	w.wants("library/b.js")
}

func TestWatchSeesFilesInNewDeepFolders(t *testing.T) {
	t.Parallel()
	w := watchFolder(t, nil)
	must(t, os.MkdirAll(w.path("a/b/c"), 0o755))
	w.write("a/b/c/x.js", "1")
	w.wants("a/b/c/x.js")
	w.write("a/b/y.js", "1")
	w.wants("a/b/y.js")
}

func TestWatchSaysOnlyWhatIsOther(t *testing.T) {
	t.Parallel()
	w := watchFolder(t, map[string]string{"main.js": "1"})
	w.write("main.js", "1")
	must(t, os.Chmod(w.path("main.js"), 0o755))
	must(t, os.Chtimes(w.path("main.js"), time.Now(), time.Now().Add(time.Hour)))
	if _, err := os.ReadFile(w.path("main.js")); err != nil {
		t.Error(err)
	}
	w.write("new", "1")
	must(t, os.WriteFile(w.path("main.js.new"), []byte("1"), 0o644))
	must(t, os.Rename(w.path("main.js.new"), w.path("main.js")))
	must(t, os.Remove(w.path("new")))
	w.quiet()
	w.write("main.js", "2")
	w.wants("main.js")
}

func TestWatchIgnoresWhatIsNoCode(t *testing.T) {
	t.Parallel()
	w := watchFolder(t, map[string]string{".git/HEAD": "", ".gitignore": "/dist/\n*.gen.js\n!keep.gen.js\n", "dist/x.js": "", "node_modules/a/b.js": "", "src/x.js": "1"})
	for _, name := range strings.Fields("x.log .git/HEAD node_modules/a/b.js node_modules/new.js dist/x.js dist/new.js src/a.gen.js " +
		".x.js.swp x.js~ 4913 .#x.js #x.js# x.tmp x.js___jb_tmp___ .goutputstream-AB12 .DS_Store .gitignore") {
		if name == ".gitignore" {
			w.write(name, "/dist/\n*.gen.js\n!keep.gen.js\n\n")
			continue
		}
		w.write(name, "2")
	}
	must(t, os.MkdirAll(w.path("src/__pycache__"), 0o755))
	w.write("src/__pycache__/x.pyc", "1")
	w.quiet()
	w.write("src/keep.gen.js", "1")
	w.wants("src/keep.gen.js")
	w.write(".gitignore", "")
	w.wants("dist/new.js", "dist/x.js", "src/a.gen.js")
	w.write("dist/x.js", "3")
	w.wants("dist/x.js")
}

// TestDebounceIsSetWhileAChangeSettles: the change is not lost, and the new debounce
// counts for it.
func TestDebounceIsSetWhileAChangeSettles(t *testing.T) {
	w := &watched{t: t, dir: folder(t, map[string]string{"a.js": "1"}), changes: make(chan Change, 100), warnings: make(chan string, 100)}
	touched := make(chan string, 1)
	w.Watcher = &Watcher{Debounce: time.Hour, Changed: func(c Change) { w.changes <- c }, Touched: func(owner string) { touched <- owner }}
	w.run([]Root{{Owner: "ship", Dir: w.dir}})
	w.write("a.js", "2")
	<-touched
	if err := w.SetDebounce(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	w.wants("a.js")
}

// TestTouchedComesBeforeTheDebounce: whose files may be others is said at once, and
// taken back if they are not.
func TestTouchedComesBeforeTheDebounce(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"ship/index.js": "one", "pack/index.js": "one"})
	said := make(chan string, 100)
	w := &watched{t: t, dir: dir, changes: make(chan Change, 100)}
	w.Watcher = &Watcher{
		Debounce: 400 * time.Millisecond, Changed: func(c Change) { said <- "changed " + strings.Join(c.Owners, " ") },
		Touched: func(owner string) { said <- "touched " + owner }, Unchanged: func(owner string) { said <- "unchanged " + owner },
	}
	w.run([]Root{{Owner: "ship", Dir: w.path("ship")}, {Owner: "pack", Dir: w.path("pack")}})
	wants := func(want ...string) {
		t.Helper()
		for _, want := range want {
			select {
			case got := <-said:
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			case <-time.After(patience):
				t.Fatalf("did not get %q within %v", want, patience)
			}
		}
	}
	w.write("ship/index.js", "two")
	wants("touched ship")
	w.write("ship/index.js", "three") // of the same burst
	wants("changed ship")
	w.write("pack/index.js", "one")
	wants("touched pack", "unchanged pack")
	w.write("pack/new.js", "one")
	must(t, os.RemoveAll(w.path("pack")))
	wants("touched pack", "changed pack")
	if len(said) > 0 {
		t.Errorf("got %q, too", <-said)
	}
}
