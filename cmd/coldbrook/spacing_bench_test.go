package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// BenchmarkSpacing is how late records of a replay at speed 1 are handed over, by what they
// come apart and how long before each the clock is looked at, in µs: replaySpin is chosen by
// it, and intime is how many percent are at most 1 ms late. Beside it (bare-), a loop on a thread of its own that has the same instants and nothing
// to send: that is what the machine can do. Both run turn by turn, for half a second each.
func BenchmarkSpacing(b *testing.B) {
	for _, rate := range []int{100, 1_000, 10_000} {
		for _, spin := range []time.Duration{50, 100, 200, 300, 500, 1_000} {
			b.Run(fmt.Sprintf("rate=%d/spin=%dus", rate, spin), func(b *testing.B) {
				var replayed, bare []time.Duration
				apart := time.Second / time.Duration(rate)
				for b.Loop() {
					replayed = append(replayed, replaySpaced(b, rate/2, apart, spin*time.Microsecond)...)
					bare = append(bare, sleepSpaced(rate/2, apart, spin*time.Microsecond)...)
				}
				reportLate(b, "", replayed)
				reportLate(b, "bare-", bare)
				b.ReportMetric(0, "ns/op") // it is how long it was to take
			})
		}
	}
}

func reportLate(b *testing.B, name string, late []time.Duration) {
	slices.Sort(late)
	for _, p := range []struct {
		name  string
		share float64
	}{{"p50", 0.5}, {"p99", 0.99}, {"max", 1}} {
		b.ReportMetric(late[int(p.share*float64(len(late)-1))].Seconds()*1e6, name+p.name)
	}
	inTime, _ := slices.BinarySearch(late, time.Millisecond+1)
	b.ReportMetric(100*float64(inTime)/float64(len(late)), name+"intime")
}

// lateSink sends, and notes how late each record is.
type lateSink struct {
	fixtures.Sink
	late []time.Duration
}

// Send implements fixtures.Sink.
func (s *lateSink) Send(ctx context.Context, p fixtures.Played) error {
	s.late = append(s.late, p.Late)
	return s.Sink.Send(ctx, p)
}

// spaced is a fixtures.Source of records that come so far apart.
type spaced struct {
	n, line int
	apart   time.Duration
}

func (s *spaced) Line() int { return s.line + 1 }

func (s *spaced) Read() (*fixtures.Record, error) {
	if s.line == s.n {
		return nil, io.EOF
	}
	s.line++
	return &fixtures.Record{At: time.Duration(s.line) * s.apart, Message: journal.Message{Topic: fixtures.BidsTopic, Value: []byte(`{"n":1}`)}}, nil
}

// replaySpaced replays n records into a broker of ours and returns how late each was.
func replaySpaced(b *testing.B, n int, apart, spin time.Duration) []time.Duration {
	started := (&traffic{topics: []fixtures.Topic{{Name: fixtures.BidsTopic, Partitions: 1}}}).broker(b)
	defer started.Close()
	client, err := kgo.NewClient(append(replayOptions(true), kgo.SeedBrokers(started.Addr()))...)
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	sink := newReplaySink(b.Context(), client, replayHow{}, []string{"f"})
	late := lateSink{Sink: sink, late: make([]time.Duration, 0, n)}
	player := fixtures.Player{Spin: spin}
	if _, err := player.Play(b.Context(), &spaced{n: n, apart: apart}, &late); err != nil {
		b.Fatal(err)
	}
	if err := sink.finish(); err != nil {
		b.Fatal(err)
	}
	return late.late
}

// sleepSpaced sleeps until spin before each of n instants, then looks at the clock, and
// returns how late it saw each.
func sleepSpaced(n int, apart, spin time.Duration) []time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	late := make([]time.Duration, 0, n)
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * apart)
		time.Sleep(time.Until(due) - spin) // why: how late it ends is what is measured
		for time.Until(due) > 0 {
		}
		late = append(late, time.Since(due))
	}
	return late
}
