package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// replayCluster starts a Kafka and returns its addresses.
func replayCluster(t testing.TB, opts ...kfake.Opt) []string {
	t.Helper()
	c, err := kfake.NewCluster(append(opts, kfake.NumBrokers(1))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.ListenAddrs()
}

// writeFixture writes a fixture and returns its path.
func writeFixture(t testing.TB, topics []fixtures.Topic, records []fixtures.Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.jsonl")
	f, err := fixtures.Create(path, fixtures.Header{Topics: topics}, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		if err := f.Write(&records[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// replayFile plays a fixture at speed max into a Kafka, whose topics it makes.
func replayFile(t testing.TB, brokers []string, path string, player fixtures.Player) (*replayed, error) {
	t.Helper()
	r, err := newReplay(&replayFlags{loop: 1, create: true, player: player}, []string{path})
	if err != nil {
		t.Fatal(err)
	}
	client, err := kgo.NewClient(append(replayOptions(r.paced()), kgo.SeedBrokers(brokers...))...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	return r.play(t.Context(), client, io.Discard)
}

// stored reads the values of a topic, by partition.
func stored(t testing.TB, brokers []string, topic string, partitions int) [][]string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.ConsumeTopics(topic))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	left := int64(0)
	ends.Each(func(o kadm.ListedOffset) { left += o.Offset })
	all := make([][]string, partitions)
	for left > 0 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		client.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
			all[r.Partition] = append(all[r.Partition], string(r.Value))
			left--
		})
		cancel()
		if t.Context().Err() != nil {
			t.Fatal("not all records could be read")
		}
	}
	return all
}

// TestReplayStopsAtARecordThatIsRefused: of each partition a prefix is there, and what is
// said about how far it came is so.
func TestReplayStopsAtARecordThatIsRefused(t *testing.T) {
	const n, partitions, refused = 3000, 3, 1500
	brokers := replayCluster(t)
	admin, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	limit := "400000"
	if _, err := kadm.NewClient(admin).CreateTopic(t.Context(), partitions, -1, map[string]*string{"max.message.bytes": &limit}, "t"); err != nil {
		t.Fatal(err)
	}
	var records []fixtures.Record
	for i := range n {
		records = append(records, fixtures.Record{Message: journal.Message{Topic: "t", Partition: int32(i % partitions), Offset: int64(i), Value: []byte(strconv.Itoa(i))}})
	}
	big := make([]byte, 500_000)
	rand.Read(big)
	records[refused].Value = big
	done, err := replayFile(t, brokers, writeFixture(t, []fixtures.Topic{{Name: "t", Partitions: partitions}}, records), fixtures.Player{Speed: math.Inf(1)})
	if err == nil || done.Complete || done.Next == nil {
		t.Fatalf("got %+v, %v, want an error and where to go on", done, err)
	}
	there, total := stored(t, brokers, "t", partitions), 0
	behind := 0
	for p, values := range there {
		for i, v := range values {
			number := i*partitions + p
			if v != strconv.Itoa(number) {
				t.Fatalf("partition %d has %q at %d, want %d: it has a hole", p, v, i, number)
			}
			if number+2 > done.Next.Line {
				behind++
			}
			total++
		}
	}
	if int64(total) != done.Records || behind != done.Next.Behind || total-behind != done.Next.Line-2 {
		t.Errorf("%d records are there, %d of them behind line %d; got %d, %+v", total, behind, done.Next.Line, done.Records, done.Next)
	}
	if done.Next.Line > refused+2 {
		t.Errorf("it goes on at line %d, behind line %d that was refused", done.Next.Line, refused+2)
	}
}

// TestReplayKeepsOrder at speed max, of many partitions.
func TestReplayKeepsOrder(t *testing.T) {
	const n, partitions = 20_000, 7
	brokers := replayCluster(t)
	var records []fixtures.Record
	for i := range n {
		records = append(records, fixtures.Record{Message: journal.Message{Topic: "t", Partition: int32(i % partitions), Offset: int64(i), Value: []byte(strconv.Itoa(i))}})
	}
	done, err := replayFile(t, brokers, writeFixture(t, []fixtures.Topic{{Name: "t", Partitions: partitions}}, records), fixtures.Player{Speed: math.Inf(1)})
	if err != nil || done.Records != n || !done.Complete {
		t.Fatalf("got %+v, %v", done, err)
	}
	for p, values := range stored(t, brokers, "t", partitions) {
		for i, v := range values {
			if v != strconv.Itoa(i*partitions+p) {
				t.Fatalf("partition %d has %q at %d", p, v, i)
			}
		}
	}
}

// TestReplayTallyKnowsTheFirstThatDidNotArrive in whichever order records are acknowledged.
func TestReplayTallyKnowsTheFirstThatDidNotArrive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tally := newReplayTally()
		arrived := map[int]bool{} // by line
		var open []int            // numbers
		n := 0
		for range rapid.IntRange(1, 200).Draw(rt, "steps") {
			if len(open) == 0 || rapid.Bool().Draw(rt, "send") {
				number := tally.add(replayPlace{Place: fixtures.Place{Line: n}}, 0)
				if int(number) != n {
					rt.Fatalf("got number %d, want %d", number, n)
				}
				open = append(open, n)
				n++
			} else {
				i := rapid.IntRange(0, len(open)-1).Draw(rt, "which")
				tally.arrived(int64(open[i]), "t", 1)
				arrived[open[i]] = true
				open = append(open[:i], open[i+1:]...)
			}
			if wrong := mistallied(tally, arrived, n); wrong != "" {
				rt.Fatal(wrong)
			}
		}
	})
}

func mistallied(tally *replayTally, arrived map[int]bool, n int) string {
	first := 0
	for first < n && arrived[first] {
		first++
	}
	at, behind, any := tally.next()
	switch {
	case any != (first < n):
		return fmt.Sprintf("got %v, want %v", any, first < n)
	case any && (at.Line != first || behind != len(arrived)-first):
		return fmt.Sprintf("got line %d and %d behind, want %d and %d", at.Line, behind, first, len(arrived)-first)
	case tally.done.Records != int64(len(arrived)):
		return fmt.Sprintf("got %d records, want %d", tally.done.Records, len(arrived))
	}
	return ""
}
