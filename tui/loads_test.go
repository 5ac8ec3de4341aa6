package tui

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// answers is work whose answer is the next of some.
func answers(m *Model, key string, values ...any) func() (any, error) {
	next := 0
	return func() (any, error) {
		return m.Load(key, func(context.Context) (any, error) {
			v := values[next]
			next++
			if err, ok := v.(error); ok {
				return nil, err
			}
			return v, nil
		})
	}
}

// work does what was begun, and returns what it came to.
func work(m *Model) []loaded {
	var all []loaded
	for _, cmd := range m.pending {
		all = append(all, cmd().(loaded))
	}
	m.pending = nil
	return all
}

// What was asked before a change and is answered after it may not know of the change.
func TestWhatWasAskedBeforeAChangeIsAskedAgain(t *testing.T) {
	m := New(Options{})
	ask := answers(m, "state settings", "before", "after")
	ask()
	for _, l := range work(m) {
		m.loads.stale() // something was changed meanwhile
		m.loads.take(l)
	}
	if got, _ := ask(); got != "before" || len(m.pending) != 1 {
		t.Fatalf("got %v, %d asked again; want what is known, and one", got, len(m.pending))
	}
	for _, l := range work(m) {
		m.loads.take(l)
	}
	if got, _ := ask(); got != "after" || len(m.pending) != 0 {
		t.Errorf("got %v, %d asked again; want the new answer, and none", got, len(m.pending))
	}
}

func TestForgottenLoadsFreeTheirPlace(t *testing.T) {
	m := New(Options{})
	ask := answers(m, "message a", 1)
	ask()
	m.Forget("message ")
	for _, l := range work(m) {
		m.loads.take(l)
	}
	if len(m.loads.all) != 0 || m.loads.running != 0 {
		t.Fatalf("%d are kept, %d run", len(m.loads.all), m.loads.running)
	}
}

// What failed is tried again while it is shown: the broker may be back.
func TestWhatFailedIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(Options{})
		ask := answers(m, "message a", errors.New("the broker is down"), "here it is")
		for range 2 {
			ask()
			for _, l := range work(m) {
				m.loads.take(l)
			}
		}
		if _, err := ask(); err == nil || len(m.pending) != 0 {
			t.Fatalf("got %v, %d asked again at once", err, len(m.pending))
		}
		time.Sleep(loadRetried + time.Millisecond) // in virtual time
		m.loads.age()
		if _, err := ask(); err == nil || len(m.pending) != 1 {
			t.Fatalf("got %v, %d asked again; the error is to be shown until there is an answer", err, len(m.pending))
		}
		for _, l := range work(m) {
			m.loads.take(l)
		}
		if v, err := ask(); v != "here it is" || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
	})
}
