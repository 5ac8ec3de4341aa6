package tui

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// guarded does work that a screen has asked for. A panic in it is an error that says where
// it was: the run and the UI go on. (Bubble Tea would print it onto the screen that it then
// leaves.)
func guarded[T any](work func() (T, error)) (value T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v, at %s: this is a defect of Coldbrook", r, panicPlace())
		}
	}()
	return work()
}

// panicPlace is the file and line that has panicked, for a function deferred by that of
// its caller.
func panicPlace() string {
	var counters [64]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(2, counters[:])])
	panicking := false
	for {
		f, more := frames.Next()
		if panicking && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		panicking = panicking || f.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
