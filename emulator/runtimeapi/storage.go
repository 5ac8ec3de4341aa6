package runtimeapi

import (
	"io/fs"
	"path/filepath"
)

// storageWalk is how many files are looked at to know the size of the temporary
// files: whoever has more is told too little, and no invocation waits for long.
const storageWalk = 1000

// storage is the size of the temporary files in bytes: what is in /tmp on AWS. An
// empty folder costs next to nothing. Files that go away meanwhile do not count.
func (f folder) storage() int64 {
	var bytes int64
	left := storageWalk
	err := filepath.WalkDir(f.temp(), func(_ string, d fs.DirEntry, err error) error {
		if left--; left < 0 {
			return fs.SkipAll
		}
		if err != nil {
			return nil // a folder that cannot be read is passed over
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			bytes += info.Size()
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return bytes
}
