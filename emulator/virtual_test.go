package emulator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// inVirtualTime runs f beside an Emulator that runs in a bubble, and ends it.
func inVirtualTime(t *testing.T, cfg Config, f func(t *testing.T, e *Emulator)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e, err := StartIn(&world.World{Network: world.NewNetwork(), Settle: synctest.Wait}, cfg)
		if err != nil {
			t.Fatal(err)
		}
		var running sync.WaitGroup
		running.Go(func() {
			if err := e.Run(context.Background()); err != nil {
				t.Error(err)
			}
		})
		f(t, e)
		e.Stop("end of test")
		running.Wait()
		time.Sleep(time.Minute) // why: virtual time, for goroutines of clients that look only now and then whether they are closed
	})
}

// TestMoreMessagesThanTheQueueHolds: senders wait, and nothing is lost.
func TestMoreMessagesThanTheQueueHolds(t *testing.T) {
	inVirtualTime(t, Config{}, func(t *testing.T, e *Emulator) {
		const senders, each = 10, queueLength/5 + 1
		before := e.Journal().Last()
		var sending sync.WaitGroup
		for s := range senders {
			sending.Go(func() {
				for n := range each {
					e.conductor.note(journal.Entry{Kind: journal.Output, Function: fmt.Sprint(s), Text: fmt.Sprint(n)})
				}
			})
		}
		sending.Wait()
		if err := e.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
		reader, next := e.Journal().Draw(), map[string]int{}
		buf := make([]journal.Entry, 1<<16)
		n, _ := reader.Poll(buf)
		for _, line := range buf[:n] {
			if line.Kind != journal.Output {
				continue
			}
			if line.Text != fmt.Sprint(next[line.Function]) {
				t.Fatalf("got line %s of sender %s, want %d", line.Text, line.Function, next[line.Function])
			}
			next[line.Function]++
		}
		if got := e.Journal().Last() - before; len(next) != senders || got < senders*each {
			t.Errorf("got %d entries of %d senders, want %d of %d", got, len(next), senders*each, senders)
		}
	})
}

// TestARunEndsWhileRequestsWait: clients that produce without end do not keep it.
func TestARunEndsWhileRequestsWait(t *testing.T) {
	var clients []*kgo.Client
	inVirtualTime(t, Config{Topics: []Topic{{Name: "in"}}}, func(t *testing.T, e *Emulator) {
		for i := range 5 {
			address, err := e.OpenClient(fmt.Sprint("client-", i))
			if err != nil {
				t.Fatal(err)
			}
			client, err := kgo.NewClient(append(e.ClientOptions(address), kgo.ProducerLinger(0), kgo.DefaultProduceTopic("in"),
				kgo.RecordDeliveryTimeout(10*time.Second))...)
			if err != nil {
				t.Fatal(err)
			}
			clients = append(clients, client)
			for range 100 {
				client.Produce(context.Background(), kgo.StringRecord("x"), nil)
			}
		}
		go func() {
			time.Sleep(30 * time.Second) // why: virtual time
			for _, c := range clients {
				c.Close()
			}
		}()
	})
}

// TestIdleThatIsGivenUpIsForgotten: the conductor asks for nobody.
func TestIdleThatIsGivenUpIsForgotten(t *testing.T) {
	cfg := Config{
		Topics: []Topic{{Name: "in", Partitions: 1}},
		Functions: []Function{{
			Name: "f", ReservedConcurrency: new(0), Events: []Event{{Topic: "in"}},
			InProcess: func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil },
		}},
	}
	inVirtualTime(t, cfg, func(t *testing.T, e *Emulator) {
		address, err := e.OpenClient("client")
		if err != nil {
			t.Fatal(err)
		}
		client, err := kgo.NewClient(e.ClientOptions(address)...)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "in", Value: []byte("x")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := e.Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if err := e.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
		left := -1
		if err := e.conductor.do(t.Context(), func() { left = len(e.conductor.rests) }); err != nil || left != 0 {
			t.Errorf("%d wait after the last has gone, want 0 (error %v)", left, err)
		}
	})
}
