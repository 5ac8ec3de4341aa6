package emulator

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// fromLauncher notes the folder that it is to start from.
type fromLauncher struct {
	function.Launcher
	dir string
}

func (l *fromLauncher) From(dir string) { l.dir = dir }

// TestWhatIsSavedWhileItIsTriedIsNotServed: the launcher that begins to serve starts from
// its copy if its folder was touched after that was made.
func TestWhatIsSavedWhileItIsTriedIsNotServed(t *testing.T) {
	copied := time.Unix(100, 0)
	for name, c := range map[string]struct {
		touched time.Time
		given   bool
		want    string
	}{
		"not touched":                {},
		"touched after the copy":     {touched: copied.Add(1), want: "copy"},
		"touched before the copy":    {touched: copied.Add(-1)},
		"given up since it was kept": {touched: copied.Add(1), given: true},
	} {
		r, l, before := &reloader{}, &fromLauncher{}, &fromLauncher{}
		of := &revisions{touched: c.touched, launcher: before, changed: true}
		a := &attempt{of: of}
		a.ctx, a.cancel = context.WithCancelCause(t.Context())
		if c.given {
			a.cancel(errNewer)
		}
		kept := r.keep(a, l, codeCopy{into: "into", code: "copy", at: copied})
		if kept == c.given || l.dir != c.want || (of.launcher == l) != kept || of.changed == kept {
			t.Errorf("%s: got kept %t, from %q, %+v", name, kept, l.dir, of)
		}
	}
}

// TestRemovedFunctionLeavesTheNextOneItsExecutable: what ends last of a function that was
// removed must not take the executable of one that has its name now.
func TestRemovedFunctionLeavesTheNextOneItsExecutable(t *testing.T) {
	for _, isForgotten := range []bool{true, false} {
		e := &Emulator{cfg: Config{Dir: t.TempDir()}}
		e.pool = function.NewPool([]function.Template{{Name: "ship"}}, nil, nil)
		r := &reloader{e: e}
		spec := e.buildSpec(&Function{Name: "ship"}, 1)
		path := filepath.Join(spec.Into, "ship")
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		if err := os.MkdirAll(spec.Into, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o755); err != nil {
			t.Fatal(err)
		}
		r.retire(&attempt{of: &revisions{isForgotten: isForgotten}, function: Function{Name: "ship"}, revision: 2}, nil)
		if _, err := os.Stat(path); (err == nil) != isForgotten {
			t.Errorf("removed %t: got %v", isForgotten, err)
		}
		e.pool.Close()
	}
}
