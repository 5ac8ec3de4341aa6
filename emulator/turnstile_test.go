package emulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// inOrder is requests as the turnstile lets them pass.
var inOrder = []broker.Request{
	{Owner: broker.Owner{Internal: true}, Client: "coldbrook-producer", Key: 0, Correlation: 3},
	{Owner: broker.Owner{Internal: true}, Client: "coldbrook-producer", Key: 0, Correlation: 4},
	{Owner: broker.Owner{Internal: true, Mapping: "f"}, Client: "coldbrook-f", Key: 2, Correlation: 1},
	{Owner: broker.Owner{Function: "f", Environment: 1}, Client: "f-1", Key: 0, Correlation: 9},
	{Owner: broker.Owner{Function: "f", Environment: 2}, Client: "f-2", Key: 0, Correlation: 1},
	{Owner: broker.Owner{Function: "f", Environment: 10}, Client: "f-10", Key: 0, Correlation: 1},
	{Owner: broker.Owner{Process: "client-1"}, Client: "client-1", Key: 0, Correlation: 5},
	{Owner: broker.Owner{Process: "client-1"}, Client: "client-1", Key: 3, Correlation: 1},
	{Owner: broker.Owner{Process: "client-2"}, Client: "client-2", Key: 0, Correlation: 1},
	{Owner: broker.Owner{Process: "client-2"}, Client: "client-2", Key: int16(kmsg.JoinGroup), Correlation: 1},
}

func TestTurnstileLetsRequestsPassInOneOrder(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			s := newTurnstile()
			var mu sync.Mutex
			var passed []broker.Request
			arriving := slices.Clone(inOrder)
			rand.Shuffle(len(arriving), func(i, j int) { arriving[i], arriving[j] = arriving[j], arriving[i] })
			for _, r := range arriving {
				go func() {
					s.admit(r)
					mu.Lock()
					defer mu.Unlock()
					passed = append(passed, r)
				}()
			}
			for n := 1; ; n++ {
				synctest.Wait()
				mu.Lock()
				got := len(passed)
				mu.Unlock()
				if got != n-1 {
					t.Fatalf("%d have passed after %d were let", got, n-1)
				}
				if !s.letOne() {
					break
				}
			}
			if !slices.Equal(passed, inOrder) {
				t.Errorf("got %v, want %v", passed, inOrder)
			}
		})
	}
}

func TestTurnstileStopsNoFetchAndNoEventSourcesGroup(t *testing.T) {
	s := newTurnstile()
	for _, r := range []broker.Request{
		{Key: int16(kmsg.Fetch)}, {Key: int16(kmsg.ApiVersions)},
		{Key: int16(kmsg.JoinGroup), Owner: broker.Owner{Internal: true}},
		{Key: int16(kmsg.OffsetCommit), Owner: broker.Owner{Internal: true}},
	} {
		s.admit(r) // blocks for ever if it stops
	}
	if s.letOne() {
		t.Error("a request waits, want none")
	}
}

func TestTurnstileOpensAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTurnstile()
		var waiting sync.WaitGroup
		for i := range 20 {
			waiting.Go(func() { s.admit(broker.Request{Client: fmt.Sprint(i)}) })
		}
		synctest.Wait()
		s.open()
		waiting.Wait()
		s.admit(broker.Request{}) // blocks for ever if it is not open
	})
}

func TestTurnstileTellsOfAnArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTurnstile()
		go s.admit(broker.Request{Client: "a"})
		go s.admit(broker.Request{Client: "b"})
		select {
		case <-s.arrived:
		case <-time.After(time.Second):
			t.Fatal("nobody was told")
		}
		synctest.Wait()
		n := 0
		for s.letOne() {
			n++
		}
		if n != 2 {
			t.Errorf("%d wait, want 2", n)
		}
	})
}
