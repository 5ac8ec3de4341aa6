package reload

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// revisionMark stands between function and revision in the name of an executable; in
// an escaped name of a function it does not occur.
const revisionMark = ",r"

// executable is the name of the file of a revision.
func (s *BuildSpec) executable(revision int32) string {
	name := url.PathEscape(s.Function)
	if revision > 1 {
		name += revisionMark + strconv.Itoa(int(revision))
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

// Retire removes the executables and bundles of the function of revisions before that. What runs of
// them runs on; on Windows, its file stays until Sweep.
func (s *BuildSpec) Retire(before int32) {
	s.removeRevisions(func(revision int32) bool { return revision < before })
	if before > 1 {
		os.Remove(filepath.Join(s.Into, s.executable(1)))
		os.RemoveAll(filepath.Join(s.Into, url.PathEscape(s.Function)+bundleEnding))
	}
}

// Withdraw removes the executable or bundle of this revision, which is not going to run.
func (s *BuildSpec) Withdraw() {
	s.removeRevisions(func(revision int32) bool { return revision == s.Revision })
}

// Sweep removes the executables of the function of all revisions but the first: what an
// earlier run has left behind. It is for the start, before anything runs.
func (s *BuildSpec) Sweep() { s.removeRevisions(func(int32) bool { return true }) }

func (s *BuildSpec) removeRevisions(which func(int32) bool) {
	files, err := os.ReadDir(s.Into)
	if err != nil {
		return // nothing was built
	}
	prefix := url.PathEscape(s.Function) + revisionMark
	for _, file := range files {
		number, found := strings.CutPrefix(file.Name(), prefix)
		number, _, _ = strings.Cut(number, ".") // .exe, .js, or .new of a build that was killed
		if revision, err := strconv.ParseInt(number, 10, 32); found && err == nil && which(int32(revision)) {
			os.RemoveAll(filepath.Join(s.Into, file.Name()))
		}
	}
}
