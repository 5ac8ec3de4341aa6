package tui

import (
	"errors"
	"strings"
	"testing"
)

// A panic in work is an error that names its place; other errors and values pass.
func TestAPanicInWorkIsAnError(t *testing.T) {
	none := []int(nil)
	_, err := guarded(func() (int, error) { return none[3], nil })
	if err == nil || !strings.Contains(err.Error(), "index out of range [3]") || !strings.Contains(err.Error(), "defect_test.go:12") {
		t.Errorf("got %v", err)
	}
	_, err = guarded(func() (int, error) { panic("told to") })
	if err == nil || err.Error() != "panic: told to, at defect_test.go:16: this is a defect of Coldbrook" {
		t.Errorf("got %v", err)
	}
	want := errors.New("refused")
	if n, err := guarded(func() (int, error) { return 7, want }); n != 7 || err != want {
		t.Errorf("got %d, %v", n, err)
	}
}
