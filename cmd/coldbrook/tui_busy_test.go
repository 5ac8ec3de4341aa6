package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// busyRun is a run in this process: five partitions, batches of 1,000 records, a function
// in Go that gives every record on.
type busyRun struct {
	*emulator.Emulator
	b      testing.TB
	err    chan error
	client *kgo.Client
	value  []byte
	keys   [][]byte
	sent   int

	batches chan []float64 // the gaps between batches of a partition, in ms, when it is over
}

func startBusy(b testing.TB) *busyRun {
	cfg := emulator.Config{
		Seed:   new(uint64(1)),
		Kafka:  emulator.Kafka{Port: new(0)},
		Topics: []emulator.Topic{{Name: "in", Partitions: 5}, {Name: "out", Partitions: 5}},
		Functions: []emulator.Function{{
			Name: "f", InProcess: giveOn, Output: "out", Timeout: time.Minute, ColdStart: &emulator.ColdStart{Off: true},
			Events: []emulator.Event{{Topic: "in", BatchSize: 1000, BatchWindow: new(time.Second)}},
		}},
	}
	cfg.Journal.Records = true
	e, err := emulator.Start(context.Background(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	r := &busyRun{Emulator: e, b: b, err: make(chan error, 1), value: make([]byte, 100), batches: make(chan []float64, 1)}
	for i := range 1000 {
		r.keys = append(r.keys, []byte{byte(i), byte(i >> 8)})
	}
	r.client, err = kgo.NewClient(kgo.SeedBrokers(e.KafkaAddr()), kgo.ProducerLinger(0), kgo.MaxBufferedRecords(1<<20),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.DisableClientMetrics())
	if err != nil {
		b.Fatal(err)
	}
	(&orderOptions{by: newDomainFlag("off")}).start(e) // as dev does, with the UI and without it
	go r.watchBatches()
	go func() { r.err <- e.Run(context.Background()) }()
	return r
}

func giveOn(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
	out := make([]*kgo.Record, len(records))
	for i, r := range records {
		out[i] = &kgo.Record{Key: r.Key, Value: r.Value, Partition: r.Partition}
	}
	return out, nil
}

// send produces n records.
func (r *busyRun) send(n int) {
	for range n {
		r.client.Produce(context.Background(), &kgo.Record{Topic: "in", Partition: int32(r.sent % 5), Key: r.keys[r.sent%len(r.keys)], Value: r.value}, nil)
		r.sent++
	}
}

// article sends 25,000 records a second for a time.
func (r *busyRun) article(lasts time.Duration) {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for until := r.sent + int(lasts/time.Millisecond)*25; r.sent < until; {
		<-ticker.C
		r.send(250)
	}
}

// awaitSent waits until everything that was sent has been handled.
func (r *busyRun) awaitSent() {
	deadline := time.Now().Add(time.Minute)
	for {
		ended := uint64(0)
		for _, e := range r.Journal().Counts().Ended {
			ended += e.Total()
		}
		if ended >= uint64(r.sent) {
			return
		}
		if time.Now().After(deadline) {
			r.b.Fatalf("%d of %d records were handled within a minute", ended, r.sent)
		}
		time.Sleep(2 * time.Millisecond) // why: a reader that waits would be part of what is measured
	}
}

// watchBatches notes how long it took from each batch of a partition to the next.
func (r *busyRun) watchBatches() {
	reader := r.Journal().Keep("the benchmark")
	defer reader.Detach()
	buf := make([]journal.Entry, 256)
	var gaps []float64
	var last [5]int64
	for {
		n, _, err := reader.Next(context.Background(), buf)
		if err != nil {
			r.batches <- gaps
			return
		}
		for i := range buf[:n] {
			if e := &buf[i]; e.Kind == journal.BatchFormed {
				gaps = append(gaps, float64(e.At-last[e.Partition])/1e6)
				last[e.Partition] = e.At
			}
		}
	}
}

// end ends the run, and returns the gaps between its batches, sorted.
func (r *busyRun) end() []float64 {
	r.client.Close()
	r.Stop("end of benchmark")
	if err := <-r.err; err != nil {
		r.b.Fatal(err)
	}
	gaps := <-r.batches
	slices.Sort(gaps)
	return gaps
}

// paper is the output of a UI: it counts, and takes its time for every write.
type paper struct {
	slow          time.Duration
	bytes, writes atomic.Int64
	awaited       atomic.Bool
	came          chan time.Time // of the first write after a frame that was awaited
}

// Write implements io.Writer.
func (p *paper) Write(b []byte) (int, error) {
	if p.awaited.CompareAndSwap(true, false) {
		select {
		case p.came <- time.Now():
		default: // nobody measures it
		}
	}
	p.bytes.Add(int64(len(b)))
	p.writes.Add(1)
	if p.slow > 0 {
		time.Sleep(p.slow) // why: a terminal behind a slow line
	}
	return len(b), nil
}

// keyed is a Model that says when the frame after a key is there: a write after that has
// it. (The renderer takes the frame a few microseconds later; a write that begins within
// those is taken for it.)
type keyed struct {
	tea.Model
	out     *paper
	pressed bool
}

// Update implements tea.Model.
func (k *keyed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	next, cmd := k.Model.Update(msg)
	k.Model = next
	if _, ok := msg.(tea.KeyPressMsg); ok {
		k.pressed = true
	}
	return k, cmd
}

// View implements tea.Model.
func (k *keyed) View() tea.View {
	v := k.Model.View()
	if k.pressed {
		k.pressed = false
		k.out.awaited.Store(true)
	}
	return v
}

// busyUI is the terminal UI of a run, as dev shows it but for the terminal.
type busyUI struct {
	program *tea.Program
	out     *paper
	done    sync.WaitGroup
	leave   context.CancelFunc
	err     error
}

// startBusyUI shows a run on a terminal of 120x36 that takes a time for each write.
//
// Goroutines: one feeds the store, one is the UI; end waits for both.
func startBusyUI(r *busyRun, slow time.Duration) *busyUI {
	ctx, leave := context.WithCancel(context.Background())
	u := &busyUI{out: &paper{slow: slow, came: make(chan time.Time, 1)}, leave: leave}
	description := r.Description()
	live := store.NewStore(&description)
	driver := newLiveDriver(&session{emulator: r.Emulator, ui: &liveUI{name: "busy"}})
	profile := colorprofile.TrueColor
	u.program = tui.NewProgram(&keyed{Model: tui.New(tui.Options{Store: live, Driver: driver}), out: u.out},
		tui.Terminal{Out: u.out, Profile: &profile, Environ: []string{"TERM=xterm-256color"}, Width: 120, Height: 36})
	reader := r.Journal().Draw()
	u.done.Go(func() {
		defer reader.Detach()
		if err := live.Feed(ctx, reader); err != nil {
			r.b.Error(err)
		}
	})
	u.done.Go(func() {
		defer driver.close()
		_, u.err = u.program.Run()
	})
	return u
}

// press presses a key.
func (u *busyUI) press(key rune) { u.program.Send(tea.KeyPressMsg{Code: key, Text: string(key)}) }

// switching shows the next screen every second, until stop is closed.
func (u *busyUI) switching(stop <-chan struct{}) {
	u.done.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
			u.press('1' + rune(i+1)%6)
		}
	})
}

// end leaves the UI, and waits for it.
func (u *busyUI) end(b testing.TB) {
	u.leave()
	u.program.Quit()
	u.done.Wait()
	if u.err != nil {
		b.Error(u.err)
	}
}
