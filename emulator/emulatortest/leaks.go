package emulatortest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// leak is goroutines of one owner that were left running.
type leak struct {
	owner      string // "orders.(*Cache).Start at cache.go:30"
	instead    string // what the user does about it
	goroutines []goroutine
}

// leaks returns the goroutines of a bubble that are not the caller's to keep,
// by owner. Beside ignored ones it leaves out self, which is usually the
// caller, and the two with which package synctest runs the bubble. Goroutines
// that are about to end count: inside the bubble, let them, with the conductor's
// synctest.Wait. Ignore may be nil.
func leaks(bubble, self int, ignore func(goroutine) bool) []leak {
	return leaksIn(parseGoroutines(dumpGoroutines()), bubble, self, ignore)
}

// leaksIn is leaks for a given dump.
func leaksIn(dump []goroutine, bubble, self int, ignore func(goroutine) bool) []leak {
	o := buildOrigins()
	s := lookAt(dump, bubble)
	byOwner := map[string]*leak{}
	for _, g := range dump {
		if g.bubble != bubble || g.id == self || scaffold(g) || ignore != nil && ignore(g) {
			continue
		}
		owner, instead := s.owner(g, o)
		l := byOwner[owner]
		if l == nil {
			l = &leak{owner: owner, instead: instead}
			byOwner[owner] = l
		}
		l.goroutines = append(l.goroutines, g)
	}
	var all []leak
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		all = append(all, *byOwner[owner])
	}
	return all
}

// scaffold reports whether g runs a bubble, rather than in one.
func scaffold(g goroutine) bool {
	return g.calls("internal/synctest.Run", "testing/synctest.testingSynctestTest")
}

// owner returns who has to stop g, and how. That is the user's function which
// started it, else the one it is in, else the library it belongs to.
func (s scene) owner(g goroutine, o origins) (owner, instead string) {
	at, inUsers := o.users(g)
	library, _ := o.library(g)
	switch {
	case g.createdBy.function != "" && o.of(g.createdBy) == userCode:
		return g.createdBy.String(), fmt.Sprintf("end it before the test does; it is in %[2]s [%[1]s]", g.state, o.culprit(g))
	case inUsers:
		return at.String(), fmt.Sprintf("end it before the test does; it is there [%s]", g.state)
	case o.of(library) == kafkaCode || o.of(g.createdBy) == kafkaCode:
		return "a kgo client", "make the client with w.KafkaOptions(), or close it before the test ends"
	case o.of(library) == ourCode || o.of(g.createdBy) == ourCode:
		return "Coldbrook itself, " + o.culprit(g).String(), "this is a mistake of ours, please report it"
	}
	origin := g.createdBy
	if origin.function == "" {
		origin = o.culprit(g)
	}
	return origin.String() + s.behalf(g, o), "close what it belongs to before the test ends"
}

// String says who left how many goroutines.
func (l leak) String() string {
	n := "1 goroutine was"
	if len(l.goroutines) > 1 {
		n = fmt.Sprintf("%d goroutines were", len(l.goroutines))
	}
	owner := l.owner
	// Each client has one goroutine that keeps its metadata fresh.
	clients := 0
	for _, g := range l.goroutines {
		if g.calls(kafkaModule + "/pkg/kgo.(*Client).updateMetadataLoop") {
			clients++
		}
	}
	if clients > 1 && owner == "a kgo client" {
		owner = fmt.Sprintf("%d kgo clients", clients)
	}
	return fmt.Sprintf("%s left running by %s (%s)", n, owner, l.instead)
}

// leakReport says who left goroutines, one line for each owner, and shows one
// stack of each. It returns "" for no leaks.
func leakReport(all []leak) string {
	var b strings.Builder
	for _, l := range all {
		fmt.Fprintf(&b, "%s\n", l)
	}
	for _, l := range all {
		b.WriteString("\n" + l.goroutines[0].text + "\n")
	}
	return b.String()
}

// runBubble calls synctest.Test and fails t, with the owners named, if that
// leaves goroutines behind or cannot go on.
//
// What synctest.Test does then (Go 1.26): it panics in the goroutine that called
// it, "deadlock: main bubble goroutine has exited but blocked goroutines remain"
// or "deadlock: all goroutines in bubble are blocked". That can be recovered,
// and the process lives on: t.Error and t.Fatal work, later tests and bubbles
// are not disturbed, what the test had logged is kept, its cleanups have run in
// the first case and never run in the second. The goroutines stay as they are
// until the process ends. Time stops when f and its cleanups return: a goroutine
// that only sleeps counts as left. One that waits outside the bubble gives no
// panic but hangs (that is for the watchdog, which therefore has to outlive this
// call), and a panic of f or of a goroutine in the bubble ends the process.
func runBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	if report := tryBubble(t, f); report != "" {
		t.Error(report)
	}
}

// tryBubble calls synctest.Test and returns what is to be said about a bubble
// that could not end, "" for one that could.
func tryBubble(t *testing.T, f func(t *testing.T)) (report string) {
	var self, bubble int
	defer func() {
		if p := recover(); p != nil {
			reason, ok := deadlock(p)
			if !ok {
				panic(p)
			}
			report = deadlockReport(reason, parseGoroutines(dumpGoroutines()), bubble, self)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		self, bubble = currentGoroutine()
		f(t)
	})
	return ""
}

// deadlock reports whether p is what synctest.Test panics with when goroutines
// are left or all of them are blocked. Its type is not exported.
func deadlock(p any) (reason string, ok bool) {
	err, ok := p.(error)
	if !ok || !strings.HasPrefix(fmt.Sprintf("%T", p), "runtime.") {
		return "", false
	}
	return strings.CutPrefix(err.Error(), "deadlock: ")
}

// deadlockReport says who kept a bubble from ending. self is the test's own
// goroutine.
func deadlockReport(reason string, dump []goroutine, bubble, self int) string {
	left := leakReport(leaksIn(dump, bubble, self, nil))
	i := slices.IndexFunc(dump, func(g goroutine) bool { return g.id == self && g.bubble == bubble })
	switch {
	case i >= 0:
		at := buildOrigins().culprit(dump[i])
		head := fmt.Sprintf("the test waits for something that never comes: [%s] in %s, while all its goroutines wait and no timer runs\n\n%s\n", dump[i].state, at, dump[i].text)
		if left != "" {
			left = "\nbeside it:\n" + left
		}
		return head + left
	case left != "":
		return "the test has ended, but not all of its goroutines:\n" + left
	}
	return "the test's bubble could not end: " + reason
}
