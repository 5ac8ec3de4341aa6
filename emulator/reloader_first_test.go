package emulator

import (
	"context"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// TestNothingOvertakesTheFirstRevision: a save before the first attempt has begun is
// part of it, and one after that comes in its place.
func TestNothingOvertakesTheFirstRevision(t *testing.T) {
	r := newReloader(&Emulator{cfg: Config{Functions: []Function{{Name: "f"}}}})
	r.begin(t.Context())
	saved := change{files: []string{"f/main.go"}, first: time.Now()}
	if a := r.supersede(0, &Function{Name: "f", Memory: 7}, saved); a != nil {
		t.Fatalf("got attempt %+v before the first", a)
	}
	first := r.first(0)
	if first == nil || first.function.Memory != 7 {
		t.Fatalf("got %+v, want an attempt at what was configured last", first)
	}
	if next := r.attempt(r.functions[0], saved); next.of.newest != next {
		t.Errorf("got %+v as the newest, want %+v", next.of.newest, next)
	}
}

// TestARemovedFunctionIsNobodys: what was looked up before the removal finds nothing.
func TestARemovedFunctionIsNobodys(t *testing.T) {
	e := &Emulator{cfg: Config{Functions: []Function{{Name: "f"}}}}
	part := newFunctionPart(&e.cfg.Functions[0], 0, nil)
	e.published.Store(&parts{functions: []*functionPart{part}})
	e.reloader = newReloader(e)
	r := e.reloader
	r.begin(t.Context())
	first := r.first(0)
	r.forget(0)
	if cause := context.Cause(first.ctx); cause != errRemoved {
		t.Errorf("the attempt goes on: %v", cause)
	}
	if s := r.status(0); s != (ReloadStatus{}) {
		t.Errorf("got status %+v", s)
	}
	if r.before("f", 2) != nil {
		t.Error("there is a launcher of a function that is gone")
	}
	if _, ok := r.functionOf(0); ok || r.swap(0, Function{}) != 0 {
		t.Error("another handler was deployed")
	}
	if a := r.supersede(platform.FunctionID(0), nil, change{}); a != nil {
		t.Errorf("got attempt %+v", a)
	}
}
