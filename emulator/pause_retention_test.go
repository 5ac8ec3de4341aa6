package emulator

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// TestRetentionOfAPausedWorld: however often retention removes something, few inputs wait
// for it; but none stands before what came before it, which it would expire, or before the
// assignment it is about, where it would be ignored.
func TestRetentionOfAPausedWorld(t *testing.T) {
	started := func(partition int32, at int64) platform.Input {
		return platform.Input{Kind: platform.LogStarted, Partition: partition, LogStart: at}
	}
	var p pause
	for _, in := range []platform.Input{
		{Kind: platform.Assigned, Assignment: 1}, started(0, 5), started(0, 6), started(1, 7),
		{Kind: platform.Responded}, started(0, 8),
		{Kind: platform.Arrived, Assignment: 1, Records: []platform.RecordMeta{{Offset: 8}, {Offset: 9}}}, started(0, 9),
		{Kind: platform.Lost, Assignment: 1}, {Kind: platform.Assigned, Assignment: 2, Offset: 8}, started(0, 10), started(0, 11),
	} {
		p.hold(message{input: &in})
	}
	p.hold(message{asks: "an invocation"})
	want := []platform.Input{
		{Kind: platform.Assigned}, started(0, 8), started(1, 7), {Kind: platform.Responded}, {Kind: platform.Arrived}, started(0, 9),
		{Kind: platform.Lost}, {Kind: platform.Assigned}, started(0, 11), {},
	}
	if len(p.waiting) != len(want) {
		t.Errorf("%d inputs wait, want %d", len(p.waiting), len(want))
	}
	for i := 0; len(p.waiting) > 0 && i < len(want); i++ {
		msg := p.next()
		if in := msg.input; in != nil && (in.Kind != want[i].Kind || in.Partition != want[i].Partition || in.LogStart != want[i].LogStart) {
			t.Errorf("got %+v in place %d, want %+v", in, i, want[i])
		}
	}
}
