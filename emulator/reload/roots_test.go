package reload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// owned wants one change, of these files by owner.
func (w *watched) owned(want map[string][]string) {
	w.t.Helper()
	c := w.next()
	got := map[string][]string{}
	for _, owner := range c.Owners {
		got[owner] = w.of(c, owner)
	}
	if !maps.EqualFunc(got, want, slices.Equal) || !slices.Equal(c.Owners, slices.Sorted(maps.Keys(want))) {
		w.t.Errorf("got a change of %v, want of %v", got, want)
	}
	w.quiet()
}

func TestFilesBelongToTheNearestOwnerAndToAllWhoShareAFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"main.js": "1", "b/main.js": "1", "b/in/x.js": "1", "shared/x.js": "1", "shared/sub/y.js": "1"})
	w := watchRoots(t, dir,
		Root{Owner: "a", Dir: dir},
		Root{Owner: "b", Dir: dir + "/b"},
		Root{Owner: "b2", Dir: dir + "/b"},
		Root{Owner: "b", Dir: dir + "/shared", Shallow: true},
		Root{Owner: "c", Dir: dir + "/shared", Include: []string{"../b/in/*.js"}, OnlyInclude: true})
	w.write("main.js", "2")
	w.owned(map[string][]string{"a": {"main.js"}})
	w.write("b/main.js", "2")
	w.owned(map[string][]string{"b": {"b/main.js"}, "b2": {"b/main.js"}})
	w.write("b/in/x.js", "2")
	w.owned(map[string][]string{"b": {"b/in/x.js"}, "b2": {"b/in/x.js"}, "c": {"b/in/x.js"}})
	w.write("shared/x.js", "2")
	w.owned(map[string][]string{"a": {"shared/x.js"}, "b": {"shared/x.js"}})
	w.write("shared/sub/y.js", "2")
	w.owned(map[string][]string{"a": {"shared/sub/y.js"}})
	must(t, w.Watch([]Root{{Owner: "a", Dir: dir, Include: []string{"b/**"}}, {Owner: "b", Dir: dir + "/b"}}))
	w.write("b/main.js", "3")
	w.owned(map[string][]string{"a": {"b/main.js"}, "b": {"b/main.js"}})
}

func TestIncludeAndExclude(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".git/HEAD": "", ".gitignore": "generated/\n/fn/generated/*\n/env/*\n", "fn/main.js": "1"})
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/fn",
		Include: []string{"node_modules/mine/**", "../shared/**", "generated", "../env/*.env", "trace.log", "*.swp", "../later/deep/*.json"},
		Exclude: []string{"*.gen.js", "/test/", "../shared/private/", "b.swp"}})
	for _, step := range []struct {
		write, files string // what is written, and what is told of it
	}{
		{"fn/node_modules/mine/a.js fn/node_modules/mine/deep/a.js", "fn/node_modules/mine/a.js fn/node_modules/mine/deep/a.js"},
		{"fn/node_modules/other/a.js fn/node_modules/mine/node_modules/a.js fn/node_modules/a.js", ""},
		{"shared/a.js shared/deep/b.js", "shared/a.js shared/deep/b.js"},
		{"shared/a.gen.js shared/private/a.js shared/node_modules/a.js shared/x.log shared/x.swp other/a.js a.js", ""},
		{"fn/generated/a.js fn/generated/deep/b.js", "fn/generated/a.js fn/generated/deep/b.js"},
		{"env/prod.env env/prod.txt env/deep/x.env", "env/prod.env"},
		{"fn/trace.log fn/deep/trace.log fn/other.log", "fn/deep/trace.log fn/trace.log"},
		{"fn/a.swp fn/b.swp", "fn/a.swp"},
		{"fn/a.gen.js fn/test/a.js fn/deep/test/b.js fn/generated/a.gen.js", "fn/deep/test/b.js"},
		{"later/deep/a.json later/deep/a.js later/a.json", "later/deep/a.json"},
	} {
		for name := range strings.FieldsSeq(step.write) {
			must(t, os.MkdirAll(filepath.Dir(w.path(name)), 0o755))
			w.write(name, "1")
		}
		if step.files == "" {
			w.quiet()
			continue
		}
		w.wants(strings.Fields(step.files)...)
	}
}

func TestCodeThatGitIgnoresIsWatched(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"dist\n", "/dist/\n", "dist/*\n", "dist/**\n", "*\n"} {
		dir := folder(t, map[string]string{".git/HEAD": "", ".gitignore": rule, "dist/sub/main.js": "1", "dist/.gitignore": "*.map\n"})
		w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/dist"})
		w.write("dist/sub/main.js", "2")
		w.write("dist/main.map", "2")
		w.wants("dist/sub/main.js")
	}
}

func TestRulesOfTheRepositoryAreReadAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{".git/HEAD": "", ".git/info/exclude": "*.a\n", ".gitignore": "*.b\n", "f/g/x.js": "1"})
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/f/g"})
	w.write("f/g/x.a", "1")
	w.write("f/g/x.b", "1")
	w.quiet()
	w.write(".gitignore", "")
	w.wants("f/g/x.b")
	w.write(".git/info/exclude", "")
	w.wants("f/g/x.a")
	w.write("f/.gitignore", "*.js\n")
	w.quiet()
	w.write("f/g/x.js", "2")
	w.quiet()
}

func TestRootsComeAndGoAndNothingIsLost(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a/x.js": "1", "b/x.js": "1"})
	a, b := Root{Owner: "a", Dir: dir + "/a"}, Root{Owner: "b", Dir: dir + "/b"}
	w := watchRoots(t, dir, a)
	w.write("b/x.js", "2") // nobody watches it yet
	must(t, w.Watch([]Root{a, b}))
	w.quiet()
	w.write("b/x.js", "3")
	w.owned(map[string][]string{"b": {"b/x.js"}})
	// What was saved before roots change is told of.
	for i := range 20 {
		w.write("a/x.js", fmt.Sprint("x", i))
		w.write(fmt.Sprintf("a/new%d.js", i), "1")
		must(t, w.Watch([][]Root{{a}, {b, a}}[i%2]))
		// It may be two changes: what is new is seen in the folder, the other when the
		// system tells of it.
		got := w.of(w.next(), "a")
		if len(got) == 1 {
			got = append(got, w.of(w.next(), "a")...)
			slices.Sort(got)
		}
		if want := []string{fmt.Sprintf("a/new%d.js", i), "a/x.js"}; !slices.Equal(got, want) {
			t.Fatalf("%d: got %v, want %v", i, got, want)
		}
	}
	must(t, w.Watch([]Root{b}))
	w.write("a/x.js", "4")
	w.quiet()
	must(t, w.Watch(nil))
	w.write("b/x.js", "4")
	w.quiet()
}

func TestChangedMayWatchAndBeSlow(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "1", "b.js": "1"})
	w := &watched{t: t, dir: dir, changes: make(chan Change, 100)}
	release := make(chan bool)
	w.Watcher = &Watcher{Debounce: testDebounce, Changed: func(c Change) {
		w.changes <- c
		<-release
		if err := w.Watch([]Root{{Owner: "ship", Dir: dir}}); err != nil {
			t.Error(err)
		}
	}}
	w.run([]Root{{Owner: "ship", Dir: dir}})
	w.write("a.js", "2")
	w.wants("a.js")
	w.write("a.js", "3")
	w.quiet()
	w.write("b.js", "2")
	w.quiet() // Changed has not returned
	close(release)
	w.wants("a.js", "b.js")
}

func TestMissingFolderIsAwaited(t *testing.T) {
	t.Parallel()
	dir := folder(t, nil)
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/a/b/c"})
	if text := <-w.warnings; !strings.Contains(text, filepath.Join("a", "b", "c")) || !strings.Contains(text, "is not there") {
		t.Errorf("got %q", text)
	}
	must(t, os.Mkdir(w.path("a"), 0o755))
	w.quiet()
	must(t, os.MkdirAll(w.path("a/b/c/d"), 0o755))
	w.write("a/b/c/d/x.js", "1")
	w.wants("a/b/c/d/x.js")
	must(t, os.RemoveAll(w.path("a")))
	w.wants("a/b/c/d/x.js")
	must(t, os.MkdirAll(w.path("a/b/c"), 0o755))
	w.write("a/b/c/x.js", "1")
	w.wants("a/b/c/x.js")
}

func TestNothingIsLostWhenEventsAre(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"same.js": "1", "other.js": "1", "gone.js": "1", "sub/a.js": "1"})
	w := &Watcher{}
	l, err := newLoop(w)
	must(t, err)
	defer l.close()
	root := Root{Owner: "ship", Dir: dir}
	read, err := readRules(&root)
	must(t, err)
	l.set(request{roots: []*Root{&root}, rules: []*rules{read}})
	write(t, dir+"/other.js", "2") // nobody reads the events
	must(t, os.Remove(dir+"/gone.js"))
	must(t, os.Rename(dir+"/sub", dir+"/new"))
	l.failed(fsnotify.ErrEventOverflow, time.Now())
	l.due(time.Now().Add(time.Hour))
	c, _ := l.post.take()
	want := []string{"gone.js", "new/a.js", "other.js", "sub/a.js"}
	if got := (&watched{t: t, dir: dir}).of(c, "ship"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLimitsAreSaidOnceWithTheRemedy(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a/x.js": "1", "b/x.js": "1"})
	for refusal, want := range map[error]string{
		syscall.ENOSPC: "sudo sysctl fs.inotify.max_user_watches=", syscall.EMFILE: "ulimit -n", syscall.EACCES: "permission denied",
	} {
		warnings := make(chan string, 10)
		w := &Watcher{Warn: func(s string) { warnings <- s }, tamper: func(string) error { return refusal }}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		for range 2 {
			must(t, w.Watch([]Root{{Owner: "ship", Dir: dir + "/a"}, {Owner: "ship", Dir: dir + "/b"}}))
		}
		text := <-warnings
		if !strings.Contains(text, want) || !strings.Contains(text, "are not seen") && !strings.Contains(text, "is not seen") && !strings.Contains(text, "in it are not seen") {
			t.Errorf("got %q, want %q", text, want)
		}
		if runtime.GOOS == "linux" && refusal == syscall.ENOSPC && !strings.Contains(text, "max_user_watches is "+setting("max_user_watches")) {
			t.Errorf("got %q, want the limit that is set", text)
		}
		if refusal != syscall.EACCES && len(warnings) > 0 {
			t.Errorf("got %q too", <-warnings)
		}
		cancel()
		must(t, <-ended)
	}
	limit, ok := errors.AsType[*LimitError](noWatcher(syscall.EMFILE))
	if !ok || !strings.Contains(limit.Hint(), "ulimit -n") || !errors.Is(limit, syscall.EMFILE) {
		t.Errorf("got %v, want the limit of files", limit)
	}
}

func TestTooManyFoldersAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const most = 300 // of maxFolders the test would take half a minute
	for i := range most + 10 {
		must(t, os.MkdirAll(fmt.Sprintf("%s/data/%d/%d", dir, i%10, i), 0o755))
	}
	must(t, os.MkdirAll(dir+"/src/deep", 0o755))
	w := newWatched(t, dir)
	w.most = most
	w.run([]Root{{Owner: "ship", Dir: dir}})
	if text := <-w.warnings; !strings.Contains(text, "more than 300 folders") || !strings.Contains(text, `in "data": exclude it (watch.exclude: ["/data/"])`) {
		t.Errorf("got %q", text)
	}
	w.write("src/deep/x.js", "1") // what is near is watched
	w.wants("src/deep/x.js")
}

func TestNothingIsLeftOfAWatcher(t *testing.T) {
	dir := folder(t, map[string]string{"a/x.js": "1"})
	open := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0 // not this system
		}
		return len(files)
	}
	round := func() {
		w := &Watcher{Changed: func(Change) {}, Warn: func(string) {}}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		must(t, w.Watch([]Root{{Owner: "ship", Dir: dir}}))
		write(t, dir+"/a/x.js", time.Now().String())
		cancel()
		must(t, <-ended)
		if err := w.Watch(nil); err == nil {
			t.Error("got no error from Watch after Run")
		}
	}
	round()
	goroutines, files := runtime.NumGoroutine(), open()
	for range 20 {
		round()
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > goroutines || open() > files; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("got %d goroutines and %d files, want %d and %d", runtime.NumGoroutine(), open(), goroutines, files)
		}
	}
}
