package broker

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
)

// inBubble runs f with a broker in virtual time.
func inBubble(t *testing.T, f func(t *testing.T, w *world.World, b *Broker)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world.World{Network: world.NewNetwork()}
		b, err := Start(Config{Port: new(int), Topics: []Topic{{Name: "in", Partitions: 1}}, Listen: w.Listen})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		f(t, w, b)
	})
}

// answers reports whether the broker answers a request over a new connection.
func answers(t *testing.T, w *world.World, a *Address) bool {
	t.Helper()
	c, err := w.Dial(t.Context(), "tcp", a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(versionsFrame(0, 1)); err != nil {
		t.Fatalf("the connection of an outage ends before its first request: %v", err)
	}
	_, err = readAnswer(c)
	return err == nil
}

func TestAnOutageEndsConnections(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world.World, b *Broker) {
		c, err := w.Dial(t.Context(), "tcp", b.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		roundTrip(t, c, versionsFrame(0, 1))
		b.Interrupt(3 * time.Second)
		if n, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got %d bytes, error %v, want the end of the connection", n, err)
		}
		for range 20 { // always after the first request
			if answers(t, w, b.main) {
				t.Fatal("a new connection is answered during the outage")
			}
		}
		time.Sleep(3*time.Second - 1) // why: virtual time
		if answers(t, w, b.main) {
			t.Error("a new connection is answered within the last moment of the outage")
		}
		time.Sleep(time.Nanosecond) // why: virtual time
		if !answers(t, w, b.main) {
			t.Error("no answer after the outage")
		}
	})
}

func TestOutagesOverlap(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world.World, b *Broker) {
		b.Interrupt(3 * time.Second)
		b.Interrupt(time.Second)            // ends earlier, and changes nothing
		time.Sleep(2 * time.Second)         // why: virtual time
		b.Interrupt(2 * time.Second)        // prolongs it
		time.Sleep(1500 * time.Millisecond) // why: virtual time
		if answers(t, w, b.main) {
			t.Error("answered although the second outage lasts")
		}
		time.Sleep(500 * time.Millisecond) // why: virtual time
		if !answers(t, w, b.main) {
			t.Error("no answer after both outages")
		}
	})
}

func TestObserversSeeNoOutage(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world.World, b *Broker) {
		a, err := b.Open(Owner{Internal: true, Observer: true})
		if err != nil {
			t.Fatal(err)
		}
		b.Interrupt(time.Second)
		if !answers(t, w, a) {
			t.Error("an observer is not answered during an outage")
		}
	})
}

// TestABrokerClosesDuringAnOutage: connections that were refused and never sent
// anything are no reason to wait.
func TestABrokerClosesDuringAnOutage(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world.World, b *Broker) {
		b.Interrupt(time.Hour)
		c, err := w.Dial(t.Context(), "tcp", b.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		synctest.Wait()
		began := time.Now()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if d := time.Since(began); d > time.Second {
			t.Errorf("it took %v", d)
		}
	})
}
