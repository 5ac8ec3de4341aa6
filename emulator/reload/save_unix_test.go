//go:build unix

package reload

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// saver does the system calls with which an editor saves main.js.
type saver struct {
	name string
	save func(w *watched, text string)
}

// put writes a file as a new one must be (O_EXCL) or over what is there.
func (w *watched) open(name string, flags int, pieces ...string) {
	w.t.Helper()
	f, err := os.OpenFile(w.path(name), flags|os.O_WRONLY|os.O_CREATE, 0o644)
	must(w.t, err)
	for _, piece := range pieces {
		_, err := f.WriteString(piece)
		must(w.t, err)
	}
	must(w.t, f.Close())
}

func (w *watched) rename(from, to string) {
	w.t.Helper()
	must(w.t, os.Rename(w.path(from), w.path(to)))
}

func (w *watched) remove(name string) { w.t.Helper(); must(w.t, os.Remove(w.path(name))) }

// halves are two writes of a text.
func halves(text string) []string { return []string{text[:len(text)/2], text[len(text)/2:]} }

// pause is what lies between two steps of a slow editor: longer than the debounce.
func pause() { time.Sleep(2 * testDebounce) } // why: the test is about the time between two system calls

var savers = []saver{
	{"in place: nano, VS Code", func(w *watched, text string) { w.open("main.js", os.O_TRUNC, halves(text)...) }},
	{"in place, slowly", func(w *watched, text string) {
		w.open("main.js", os.O_TRUNC)
		pause()
		w.open("main.js", 0, text)
	}},
	{"vim", func(w *watched, text string) {
		w.open("4913", os.O_EXCL)
		must(w.t, os.Chmod(w.path("4913"), 0o644))
		w.remove("4913")
		w.rename("main.js", "main.js~")
		w.open("main.js", os.O_EXCL, halves(text)...)
		must(w.t, os.Chmod(w.path("main.js"), 0o644))
		w.open(".main.js.swp", 0, "swap")
		w.remove("main.js~")
	}},
	{"vim, slowly", func(w *watched, text string) {
		w.rename("main.js", "main.js~")
		pause()
		w.open("main.js", os.O_EXCL, text)
		w.remove("main.js~")
	}},
	{"vim, backupcopy=yes", func(w *watched, text string) {
		old, err := os.ReadFile(w.path("main.js"))
		must(w.t, err)
		w.open("main.js~", os.O_EXCL, string(old))
		w.open("main.js", os.O_TRUNC, halves(text)...)
		w.remove("main.js~")
	}},
	{"JetBrains", func(w *watched, text string) {
		w.open("main.js___jb_tmp___", os.O_EXCL, text)
		w.rename("main.js", "main.js___jb_old___")
		w.rename("main.js___jb_tmp___", "main.js")
		w.remove("main.js___jb_old___")
	}},
	{"emacs", func(w *watched, text string) {
		must(w.t, os.Symlink("me@here.1:2", w.path(".#main.js")))
		w.open("#main.js#", 0, text)
		w.rename("main.js", "main.js~")
		w.open("main.js", os.O_EXCL, text)
		w.remove("#main.js#")
		w.remove(".#main.js")
		w.remove("main.js~")
	}},
	{"gedit", func(w *watched, text string) {
		w.open(".goutputstream-4XY1Z2", os.O_EXCL, halves(text)...)
		w.rename(".goutputstream-4XY1Z2", "main.js")
	}},
	{"renamed over: prettier, sed -i", func(w *watched, text string) {
		w.open("sedAb12Cd", os.O_EXCL, text)
		must(w.t, os.Chmod(w.path("sedAb12Cd"), 0o644))
		w.rename("sedAb12Cd", "main.js")
	}},
	{"deleted and made again", func(w *watched, text string) {
		w.remove("main.js")
		w.open("main.js", os.O_EXCL, text)
	}},
	{"linked over", func(w *watched, text string) {
		w.open("main.js.new", os.O_EXCL, text)
		w.remove("main.js")
		must(w.t, os.Link(w.path("main.js.new"), w.path("main.js")))
		w.remove("main.js.new")
	}},
}

func TestEverySaveIsOneChangeAndOneOfTheSameTextNone(t *testing.T) {
	t.Parallel()
	for _, s := range savers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := watchFolder(t, map[string]string{"main.js": "exports.x = 1"})
			for i := 2; i < 5; i++ {
				s.save(w, fmt.Sprint("exports.x = ", i))
				w.wants("main.js")
			}
			s.save(w, "exports.x = 4")
			w.quiet()
			s.save(w, "exports.x = 5")
			w.wants("main.js")
		})
	}
}

func TestSavesOfFilesThatWereNamed(t *testing.T) {
	t.Parallel()
	for _, s := range savers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, map[string]string{"main.js": "a: 1", "other.js": "1"})
			w := watchRoots(t, dir, Root{Owner: "ship", Files: []string{dir + "/main.js", dir + "/missing/.env", dir + "/x.log"}})
			s.save(w, "a: 2")
			w.wants("main.js")
			s.save(w, "a: 2")
			w.write("other.js", "2")
			w.quiet()
			must(t, os.Mkdir(w.path("missing"), 0o755))
			w.write("missing/.env", "A=1")
			w.write("x.log", "1")
			w.wants("missing/.env", "x.log")
			must(t, os.RemoveAll(w.path("missing")))
			w.wants("missing/.env")
			must(t, os.Mkdir(w.path("missing"), 0o755))
			w.write("missing/.env", "A=1")
			w.wants("missing/.env")
		})
	}
}

func TestFolderThatIsSwapped(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"code/main.js": "1", "code/lib/a.js": "1", "code/lib/same.js": "1",
		"next/main.js": "2", "next/lib/a.js": "2", "next/lib/same.js": "1", "next/lib/new.js": "1"})
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/code"})
	must(t, os.Rename(dir+"/code", dir+"/old"))
	must(t, os.Rename(dir+"/next", dir+"/code"))
	w.wants("code/lib/a.js", "code/lib/new.js", "code/main.js")
	w.write("old/main.js", "3")
	w.quiet()
	w.write("code/lib/a.js", "3")
	w.wants("code/lib/a.js")
	// One within the folder.
	must(t, os.MkdirAll(dir+"/next", 0o755))
	w.write("next/a.js", "4")
	must(t, os.Rename(dir+"/code/lib", dir+"/oldlib"))
	must(t, os.Rename(dir+"/next", dir+"/code/lib"))
	w.wants("code/lib/a.js", "code/lib/new.js", "code/lib/same.js")
	w.write("code/lib/a.js", "5")
	w.wants("code/lib/a.js")
	// All of it gone, and back with the folders above.
	must(t, os.RemoveAll(dir+"/code"))
	w.wants("code/lib/a.js", "code/main.js")
	must(t, os.MkdirAll(dir+"/code/lib", 0o755))
	w.write("code/lib/a.js", "5")
	w.wants("code/lib/a.js")
}

func TestSymbolicLinkThatIsSwitched(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"mount/..1/conf.yaml": "a: 1", "mount/..1/same.yaml": "1"})
	w := watchNamed(t, dir)
	w.write("mount/..2/conf.yaml", "a: 2")
	w.write("mount/..2/same.yaml", "1")
	must(t, os.Symlink("..2", w.path("mount/..data_tmp")))
	w.rename("mount/..data_tmp", "mount/..data")
	must(t, os.RemoveAll(w.path("mount/..1")))
	c := w.next()
	if files := w.of(c, "ship"); !slices.Contains(files, "mount/conf.yaml") || slices.Contains(files, "mount/same.yaml") {
		t.Errorf("got %v, want conf.yaml, and not same.yaml", files)
	}
	w.quiet()
	// A link of which the user writes the target.
	w.write("mount/..2/conf.yaml", "a: 3")
	if files := w.of(w.next(), "ship"); !slices.Contains(files, "mount/conf.yaml") {
		t.Errorf("got %v, want conf.yaml", files)
	}
}

// watchNamed watches a folder as Kubernetes mounts it.
func watchNamed(t *testing.T, dir string) *watched {
	must(t, os.Symlink("..1", dir+"/mount/..data"))
	must(t, os.Symlink("..data/conf.yaml", dir+"/mount/conf.yaml"))
	must(t, os.Symlink("..data/same.yaml", dir+"/mount/same.yaml"))
	must(t, os.Mkdir(dir+"/mount/..2", 0o755))
	return watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/mount"})
}

func TestLinksThatAreSwitchedAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"1/main.js": "1", "2/main.js": "2", "code/x.js": "1"})
	must(t, os.Symlink("../1/main.js", dir+"/code/main.js"))
	must(t, os.Symlink("1", dir+"/current"))
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/code"}, Root{Owner: "ship", Dir: dir + "/current"})
	must(t, os.Symlink("../2/main.js", w.path("code/4913"))) // a name that is not looked at
	w.rename("code/4913", "code/main.js")
	w.wants("code/main.js")
	must(t, os.Symlink("2", w.path("next")))
	w.rename("next", "current")
	w.wants("current/main.js")
	w.write("2/main.js", "3")
	w.wants("code/main.js", "current/main.js")
}

func TestFolderAboveThatIsSwapped(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"functions/ship/main.js": "1", "next/ship/main.js": "2"})
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/functions/ship"})
	w.rename("functions", "old")
	w.rename("next", "functions")
	w.wants("functions/ship/main.js")
	w.write("functions/ship/main.js", "3")
	w.wants("functions/ship/main.js")
}

func TestLinkedFoldersAreWatchedOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"code/main.js": "1", "shared/a.js": "1", "shared/sub/b.js": "1", "file/x.js": "1"})
	must(t, os.Symlink("../shared", dir+"/code/lib"))
	must(t, os.Symlink("../../code", dir+"/shared/sub/round"))
	must(t, os.Symlink(".", dir+"/code/self"))
	must(t, os.Symlink("../file/x.js", dir+"/code/x.js"))
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/code"})
	w.write("shared/sub/b.js", "2")
	w.wants("code/lib/sub/b.js")
	w.write("file/x.js", "2")
	w.wants("code/x.js")
	w.write("code/main.js", "2")
	w.wants("code/main.js")
	w.remove("code/lib")
	w.wants("code/lib/a.js", "code/lib/sub/b.js")
	w.write("shared/a.js", "2")
	w.quiet()
}

func TestCheckoutOfManyFilesIsOneChange(t *testing.T) {
	t.Parallel()
	needGit(t)
	files := map[string]string{}
	for i := range 300 {
		files[fmt.Sprintf("src/%d/%d.js", i%20, i)] = "1"
	}
	dir := folder(t, files)
	git(t, dir, "", "init", "-q")
	git(t, dir, "", "add", ".")
	git(t, dir, "", "commit", "-qm", "one")
	git(t, dir, "", "checkout", "-qb", "two")
	for name := range files {
		write(t, dir+"/"+name, "2")
	}
	write(t, dir+"/src/new.js", "2")
	git(t, dir, "", "add", ".")
	git(t, dir, "", "commit", "-qm", "two")
	w := watchRoots(t, dir, Root{Owner: "ship", Dir: dir + "/src"})
	for i, branch := range []string{"main", "two"} {
		git(t, dir, "", "checkout", "-q", branch)
		if c := w.next(); len(c.Files["ship"]) != maxFiles {
			t.Errorf("%s: got %d files, want the first %d", branch, len(c.Files["ship"]), maxFiles)
		}
		w.quiet()
		if _, err := os.Stat(w.path("src/new.js")); (err == nil) != (i == 1) {
			t.Errorf("%s: %v", branch, err)
		}
	}
	// A slow disk: git holds its lock, and writes a file now and then.
	w.write(".git/index.lock", "")
	for i := range 6 {
		w.write(fmt.Sprintf("src/%d/%d.js", i, i), strings.Repeat("x", i+1))
		pause()
		pause()
	}
	w.remove(".git/index.lock")
	if c := w.next(); len(c.Files["ship"]) != 6 || c.Settled.Sub(c.First) < 12*testDebounce {
		t.Errorf("got %+v, want all six", c)
	}
	w.quiet()
	// A lock that is left behind, or held while a message is written, holds up nothing for long.
	w.write(".git/index.lock", "")
	w.write("src/1/1.js", "4")
	w.wants("src/1/1.js")
}

// TestSteadyWritesAreTakenWhileTheyGoOn: how soon is up to how fast this machine writes,
// see TestWhatHappensIsDueWithinASecond.
func TestSteadyWritesAreTakenWhileTheyGoOn(t *testing.T) {
	t.Parallel()
	w := watchFolder(t, map[string]string{"main.js": "1"})
	begun := time.Now()
	for i := 0; ; i++ {
		w.write("main.js", fmt.Sprint("x", i))
		select {
		case <-w.changes:
			return
		case <-time.After(testDebounce / 4):
		}
		if time.Since(begun) > patience {
			t.Fatal("no change")
		}
	}
}

// A large file that is copied or downloaded comes in pieces with pauses between them: it
// is no change for each.
func TestALargeFileThatGrowsIsFewChanges(t *testing.T) {
	w := watchFolder(t, map[string]string{"main.js": "1"})
	file, err := os.OpenFile(w.path("big.bin"), os.O_WRONLY|os.O_CREATE, 0o600)
	must(t, err)
	defer file.Close()
	const pieces = 12
	for range pieces {
		_, err := file.Write(make([]byte, large))
		must(t, err)
		time.Sleep(2 * defaultDebounce) // why: it is the pause that is tested
	}
	changes := 0
	for done := false; !done; {
		select {
		case <-w.changes:
			changes++
		case <-time.After(2 * piecesApart * defaultDebounce):
			done = true
		}
	}
	if changes < 1 || changes > pieces/2 {
		t.Errorf("got %d changes of a file in %d pieces", changes, pieces)
	}
}
