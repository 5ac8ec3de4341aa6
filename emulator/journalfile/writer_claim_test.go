package journalfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestCreateRefusesWhatIsBeingWritten: two runs would overwrite each other; the file of the
// first stays, and is free when it has ended.
func TestCreateRefusesWhatIsBeingWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.journal")
	first, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path); err == nil {
		t.Error("got no error")
	} else if used, ok := errors.AsType[*InUseError](err); !ok || used.Path != path || used.Hint() == "" {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the refused one removed it: %v", err)
	}
	first.Discard()
	second, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	second.Discard()
}
