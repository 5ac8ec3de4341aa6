package runtimeapi

import (
	"iter"
	"os"
	"path/filepath"
)

// upwards are a folder and those above it, the near ones first: up to the folder last, if
// that is one of them, or else to the root.
func upwards(folder, last string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for yield(folder) && folder != last {
			parent := filepath.Dir(folder)
			if parent == folder {
				return
			}
			folder = parent
		}
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
