package store

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// BenchmarkLanes is an invocation on one of 16 environments: two entries.
func BenchmarkLanes(b *testing.B) {
	v := New(nil)
	for i := range uint32(16) {
		e := laneStarting(0, i)
		e.Function = "ship"
		v.Add(&e)
	}
	b.ReportAllocs()
	at := int64(1e9)
	for i := 0; b.Loop(); i++ {
		at += 300e3
		e := journal.Entry{Kind: journal.InvocationStarted, Function: "ship", At: at, Environment: uint32(i % 16), Invocation: uint64(i + 1), Reason: journal.Warm}
		v.Lanes.add(v, &e)
		e.Kind, e.At, e.Outcome = journal.InvocationEnded, at+4e6, journal.Succeeded
		v.Lanes.add(v, &e)
	}
}
