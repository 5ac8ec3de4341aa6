package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// BenchmarkTraffic is how fast fixtures are recorded, written, read and replayed at speed
// max, in records/s, beside how many records our broker takes from a bare producer: the
// -ratio of each is to that. They run turn by turn on the same records, so that what else
// the machine does meets all of them alike, and the figures are the medians of the turns.
func BenchmarkTraffic(b *testing.B) {
	for _, size := range []int{100, 200} {
		for _, ending := range []string{"jsonl", "jsonl.gz"} {
			b.Run(fmt.Sprintf("bytes=%d/%s", size, ending), func(b *testing.B) {
				t := newTraffic(b, size, ending)
				for b.Loop() {
					t.turn(b)
				}
				t.report(b)
			})
		}
	}
}

// traffic is the records of a benchmark, and how long they took in each stage.
type traffic struct {
	topics  []fixtures.Topic
	records []fixtures.Record
	ending  string
	stages  []trafficStage
}

type trafficStage struct {
	name string
	took []float64 // of each turn, in seconds
}

// newTraffic makes auction traffic whose values have about size bytes.
func newTraffic(b *testing.B, size int, ending string) *traffic {
	const n, partitions = 200_000, 4
	t := &traffic{ending: ending, topics: []fixtures.Topic{{Name: fixtures.BidsTopic, Partitions: partitions}, {Name: fixtures.ItemsTopic, Partitions: partitions}}}
	a := fixtures.NewAuction(fixtures.AuctionConfig{Seed: 1, ItemSize: size, BidSize: size})
	offsets := map[spot]int64{}
	base := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range n {
		e := a.Next()
		at := time.Duration(i) * 100 * time.Microsecond
		s := spot{e.Topic, int32(i % partitions)}
		t.records = append(t.records, fixtures.Record{At: at, Message: journal.Message{
			Topic: s.topic, Partition: s.partition, Offset: offsets[s], Timestamp: base.Add(at).UnixMilli(), Key: e.Key, Value: e.Value}})
		offsets[s]++
	}
	for _, name := range []string{"produced", "recorded", "written", "read", "replayed"} {
		t.stages = append(t.stages, trafficStage{name: name})
	}
	return t
}

// turn runs each stage once.
func (t *traffic) turn(b *testing.B) {
	folder := b.TempDir()
	recorded, written := filepath.Join(folder, "recorded."+t.ending), filepath.Join(folder, "written."+t.ending)
	produced, replayed := t.broker(b), t.broker(b)
	for i, stage := range []func(){
		func() { produceBare(b, []string{produced.Addr()}, t.records) },
		func() { t.record(b, produced.Addr(), recorded) },
		func() { t.write(b, written) },
		func() { t.read(b, recorded) },
		func() { t.replay(b, replayed.Addr(), recorded) },
	} {
		runtime.GC() // each pays for its own garbage only
		begun := time.Now()
		stage()
		t.stages[i].took = append(t.stages[i].took, time.Since(begun).Seconds())
	}
	// The files of all turns together would be measured by how fast the machine gives memory
	// that nothing has used before, as the broker's are not.
	if err := errors.Join(produced.Close(), replayed.Close(), os.RemoveAll(folder)); err != nil {
		b.Fatal(err)
	}
}

// report prints the rates, and their ratios to that of the bare producer in the same turn.
func (t *traffic) report(b *testing.B) {
	produced := t.stages[0].took
	for i, s := range t.stages {
		b.ReportMetric(float64(len(t.records))/median(s.took), s.name+"/s")
		if i == 0 {
			continue
		}
		ratios := make([]float64, len(s.took))
		for turn := range ratios {
			ratios[turn] = produced[turn] / s.took[turn]
		}
		b.ReportMetric(median(ratios), s.name+"-ratio")
	}
	b.ReportMetric(0, "ns/op") // of all stages together it says nothing
}

// median returns the one in the middle.
func median(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

func (t *traffic) broker(b *testing.B) *broker.Broker {
	b.Helper()
	port := 0
	// Every record is looked at, as in a run, whose journal wants to know.
	cfg := broker.Config{Port: &port, Retention: 1 << 30, Records: true, Notify: func(journal.Entry) {}}
	for _, topic := range t.topics {
		cfg.Topics = append(cfg.Topics, broker.Topic{Name: topic.Name, Partitions: int(topic.Partitions)})
	}
	started, err := broker.Start(cfg)
	if err != nil {
		b.Fatal(err)
	}
	return started
}

func (t *traffic) record(b *testing.B, address, path string) {
	take := &take{out: io.Discard, stderr: io.Discard, path: path, started: time.Now()}
	for _, topic := range t.topics {
		take.topics = append(take.topics, topic.Name)
	}
	recordAll(b, address, take)
	if take.done.Records != int64(len(t.records)) {
		b.Fatalf("recorded %d, want %d", take.done.Records, len(t.records))
	}
}

func (t *traffic) write(b *testing.B, path string) {
	f, err := fixtures.Create(path, fixtures.Header{Topics: t.topics}, false)
	if err != nil {
		b.Fatal(err)
	}
	for i := range t.records {
		if err := f.Write(&t.records[i]); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Commit(); err != nil {
		b.Fatal(err)
	}
}

func (t *traffic) read(b *testing.B, path string) {
	f, err := fixtures.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	n := 0
	for ; err == nil; n++ {
		_, err = f.Read()
	}
	if n-1 != len(t.records) || err != io.EOF {
		b.Fatalf("read %d records, then %v; want %d", n-1, err, len(t.records))
	}
}

func (t *traffic) replay(b *testing.B, address, path string) {
	done, err := replayFile(b, []string{address}, path, fixtures.Player{Speed: math.Inf(1)})
	if err != nil || done.Records != int64(len(t.records)) {
		b.Fatalf("got %+v, %v", done, err)
	}
}
