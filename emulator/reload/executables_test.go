package reload

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

func TestExecutablesOfRevisions(t *testing.T) {
	into := t.TempDir()
	end := ""
	if runtime.GOOS == "windows" {
		end = ".exe"
	}
	for _, name := range []string{"ship", "ship,r2", "ship,r3", "ship,r10", "ship2,r2", "ship%2Cr2", "ship,rx"} {
		if err := os.WriteFile(filepath.Join(into, name+end), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := func(names ...string) {
		t.Helper()
		files, _ := os.ReadDir(into)
		var got []string
		for _, f := range files {
			got = append(got, f.Name())
		}
		for i := range names {
			names[i] += end
		}
		slices.Sort(names)
		if !slices.Equal(got, names) {
			t.Errorf("got %v, want %v", got, names)
		}
	}
	s := &BuildSpec{Function: "ship", Into: into, Revision: 10}
	if got := s.executable(10); got != "ship,r10"+end {
		t.Errorf("got %s", got)
	}
	if got := (&BuildSpec{Function: "ship,r2"}).executable(1); got != "ship%2Cr2"+end {
		t.Errorf("got %s, want a function that is named like a revision to be told from one", got)
	}
	s.Retire(1)
	want("ship", "ship,r2", "ship,r3", "ship,r10", "ship2,r2", "ship%2Cr2", "ship,rx")
	s.Retire(3)
	want("ship,r3", "ship,r10", "ship2,r2", "ship%2Cr2", "ship,rx")
	s.Withdraw()
	want("ship,r3", "ship2,r2", "ship%2Cr2", "ship,rx")
	s.Sweep()
	want("ship2,r2", "ship%2Cr2", "ship,rx")
}
