package runtimeapi

import (
	"path/filepath"
	"testing"
)

func TestCloudPaths(t *testing.T) {
	code, dir := t.TempDir(), folder(t.TempDir())
	paths := cloudPaths(code, dir)
	for text, want := range map[string]string{
		"at handler (" + filepath.Join(code, "src") + ")":            "at handler (/var/task/src)",
		"at main (" + filepath.Join(dir.runtime(), "node.cjs") + ")": "at main (/var/runtime/node.cjs)",
		"TMPDIR is " + dir.temp():                                    "TMPDIR is /tmp",
		code + "-other is another folder":                            code + "-other is another folder",
		"nothing of it":                                              "nothing of it",
	} {
		if got := paths.Replace(text); got != filepath.FromSlash(want) && got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
