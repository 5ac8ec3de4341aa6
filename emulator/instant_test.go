package emulator

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"pgregory.net/rapid"
)

// drawStreams draws what the goroutines of a run send at one moment, each in its
// own order: event sources, environments, the gate and the producer.
func drawStreams(t *rapid.T) [][]message {
	var streams [][]message
	for m := range rapid.IntRange(0, 3).Draw(t, "mappings") {
		streams = append(streams, drawSource(t, platform.MappingID(m)))
	}
	for e := range rapid.IntRange(0, 3).Draw(t, "environments") {
		streams = append(streams, drawEnvironment(t, uint32(e+1)))
	}
	for p := range rapid.IntRange(0, 4).Draw(t, "partitions") {
		streams = append(streams, drawProduced(t, int32(p)))
	}
	var published []message
	for i := range rapid.IntRange(0, 4).Draw(t, "publications") {
		kind := rapid.SampledFrom([]platform.InputKind{platform.Published, platform.FailurePublished}).Draw(t, "kind")
		published = append(published, message{input: &platform.Input{Kind: kind, Invocation: platform.InvocationID(10 - i)}})
	}
	return append(streams, published)
}

// drawSource draws the inputs of an event source: for each partition a life.
func drawSource(t *rapid.T, id platform.MappingID) []message {
	var all []message
	for p := range int32(rapid.IntRange(1, 3).Draw(t, "assigned")) {
		in := func(kind platform.InputKind) *platform.Input {
			in := &platform.Input{Kind: kind, Mapping: id, Partition: p, Assignment: 1}
			all = append(all, message{input: in})
			return in
		}
		in(platform.Assigned)
		offset := int64(0)
		for range rapid.IntRange(0, 4).Draw(t, "arrivals") {
			arrived := in(platform.Arrived)
			offset += rapid.SampledFrom([]int64{0, 0, 3}).Draw(t, "gap")
			if rapid.Bool().Draw(t, "retention") {
				arrived.LogStart = offset
			}
			for range rapid.IntRange(0, 3).Draw(t, "records") {
				arrived.Records = append(arrived.Records, platform.RecordMeta{Offset: offset})
				offset++
			}
			arrived.Offset = offset
			if rapid.Bool().Draw(t, "committed") {
				in(platform.Committed).Offset = offset
			}
		}
		if rapid.Bool().Draw(t, "revoked") {
			in(platform.Revoked)
		}
	}
	return all
}

func drawEnvironment(t *rapid.T, id uint32) []message {
	var all []message
	for n := range rapid.IntRange(0, 3).Draw(t, "lines") {
		all = append(all, message{entry: &journal.Entry{Kind: journal.Output, Function: "f", Environment: id, Text: fmt.Sprint(3 - n)}})
	}
	kinds := [][]platform.InputKind{{platform.Ready}, {platform.Responded}, {platform.Responded, platform.Gone}, {platform.InitError}}
	for _, kind := range rapid.SampledFrom(kinds).Draw(t, "end") {
		all = append(all, message{input: &platform.Input{Kind: kind, Environment: platform.EnvironmentID(id)}})
	}
	return all
}

// drawProduced draws the batches of a partition, by two clients in turn.
func drawProduced(t *rapid.T, partition int32) []message {
	var all []message
	first := int64(0)
	for range rapid.IntRange(0, 5).Draw(t, "batches") {
		n := rapid.Int32Range(1, 3).Draw(t, "size")
		all = append(all, message{entry: &journal.Entry{
			Kind: journal.RecordsProduced, Topic: "in", Partition: partition, First: first, Last: first + int64(n) - 1,
			Records: n, Bytes: int64(n) * 10, Process: rapid.SampledFrom([]string{"client-1", "client-2"}).Draw(t, "client"),
		}})
		first += int64(n)
	}
	return all
}

// interleave puts streams together in an order that keeps that of each.
func interleave(t *rapid.T, streams [][]message) []message {
	left := make([][]message, len(streams))
	copy(left, streams)
	var all []message
	for {
		var open []int
		for i := range left {
			if len(left[i]) > 0 {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return all
		}
		i := rapid.SampledFrom(open).Draw(t, "next")
		all, left[i] = append(all, left[i][0]), left[i][1:]
	}
}

// arranged arranges copies of messages.
func arranged(messages []message) ([]journal.Entry, []platform.Input) {
	var now instant
	for _, m := range messages {
		if m.input != nil {
			in := *m.input
			in.Records = in.Records[:len(in.Records):len(in.Records)]
			m.input = &in
		}
		now.add(m)
	}
	now.arrange()
	var inputs []platform.Input
	for _, m := range now.inputs {
		inputs = append(inputs, *m.input)
	}
	return now.entries, inputs
}

func TestEveryOrderOfOneMomentArrangesAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		streams := drawStreams(t)
		entries, inputs := arranged(interleave(t, streams))
		otherEntries, otherInputs := arranged(interleave(t, streams))
		if !reflect.DeepEqual(entries, otherEntries) {
			t.Fatalf("entries\n%v\nor\n%v", entries, otherEntries)
		}
		if !reflect.DeepEqual(inputs, otherInputs) {
			t.Fatalf("inputs\n%v\nor\n%v", inputs, otherInputs)
		}
	})
}

// total is what must not get lost by arranging.
type total struct {
	records, produced, bytes int64
	lines, ends              int
	offsets                  string
}

func totals(entries []journal.Entry, inputs []platform.Input) (sum total) {
	for _, e := range entries {
		switch e.Kind {
		case journal.RecordsProduced:
			sum.produced += int64(e.Records)
			sum.bytes += e.Bytes
			if e.Last-e.First+1 != int64(e.Records) {
				sum.lines = -1
			}
		case journal.Output:
			sum.lines++
		}
	}
	offsets := map[[2]int32][]int64{}
	for _, in := range inputs {
		at := [2]int32{int32(in.Mapping), in.Partition}
		switch in.Kind {
		case platform.Arrived:
			sum.records += int64(len(in.Records))
			for _, r := range in.Records {
				offsets[at] = append(offsets[at], r.Offset)
			}
		case platform.Committed:
		default:
			sum.ends++
		}
	}
	sum.offsets = fmt.Sprint(offsets) // sorted by key
	return sum
}

func TestArrangingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		messages := interleave(t, drawStreams(t))
		var entries []journal.Entry
		var inputs []platform.Input
		for _, m := range messages {
			if m.input != nil {
				inputs = append(inputs, *m.input)
			} else {
				entries = append(entries, *m.entry)
			}
		}
		want := totals(entries, inputs)
		if got := totals(arranged(messages)); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestArrivalsBeforeAndAfterRetentionStayApart(t *testing.T) {
	arrived := func(logStart int64, offsets ...int64) message {
		in := &platform.Input{Kind: platform.Arrived, LogStart: logStart}
		for _, o := range offsets {
			in.Records = append(in.Records, platform.RecordMeta{Offset: o})
		}
		in.Offset = offsets[len(offsets)-1] + 1
		return message{input: in}
	}
	if _, inputs := arranged([]message{arrived(0, 0, 1), arrived(10, 10)}); len(inputs) != 2 {
		t.Errorf("got %d arrivals, want 2: offsets 2 to 9 are gone", len(inputs))
	}
	if _, inputs := arranged([]message{arrived(0, 0, 1), arrived(1, 2), arrived(1, 5)}); len(inputs) != 1 {
		t.Errorf("got %d arrivals, want 1: nothing is gone but what was read", len(inputs))
	}
}

func TestFailedCommitsAreNotMerged(t *testing.T) {
	committed := func(offset int64, err string) message {
		return message{input: &platform.Input{Kind: platform.Committed, Offset: offset, Err: err}}
	}
	_, inputs := arranged([]message{committed(3, ""), committed(5, ""), committed(7, "no"), committed(9, "")})
	if len(inputs) != 3 || inputs[0].Offset != 5 || inputs[1].Err != "no" || inputs[2].Offset != 9 {
		t.Errorf("got %+v, want 5, the failure, 9", inputs)
	}
}
