package function

import (
	"errors"
	"fmt"
	"net"
	"sync/atomic"
)

// typeNoKafka is the error type of a handler that looked for Kafka where there
// is none; the texts say what to do instead.
const (
	typeNoKafka = "Coldbrook.NoKafka"
	textNoKafka = "function %q opened a connection to Kafka"
	hintNoKafka = "a child process has no Kafka address in virtual time: " +
		"return the records as output, or run this test with emulatortest.Start"
)

// noKafka is what is said of a function that touched its trap.
func noKafka(function string) string { return fmt.Sprintf(textNoKafka, function) + "; " + hintNoKafka }

// Trap stands where Kafka would be for a child process in virtual time, where
// no real connection can reach the broker: a loopback port that counts the
// connections made to it and closes each at once, unread. It is made and closed
// outside the bubble; its other methods are safe for concurrent use everywhere.
//
// One goroutine accepts, from NewTrap to Close.
type Trap struct {
	listener net.Listener
	touched  atomic.Uint64
	done     chan struct{} // closed when nobody accepts any more
}

// NewTrap opens a trap on a free loopback port.
func NewTrap() (*Trap, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &Trap{listener: listener, done: make(chan struct{})}
	go t.accept()
	return t, nil
}

// Addr is host:port.
func (t *Trap) Addr() string { return t.listener.Addr().String() }

// Touched says how many connections were made so far. A client that has seen
// its connection fail was counted; one that did not wait for it may be counted
// a moment later.
func (t *Trap) Touched() uint64 { return t.touched.Load() }

// Close frees the port and returns when the trap's goroutine has ended. Further
// calls do nothing.
func (t *Trap) Close() {
	t.listener.Close()
	<-t.done
}

// accept counts before it closes, so that whoever saw the end of a connection
// finds it counted.
func (t *Trap) accept() {
	defer close(t.done)
	for {
		conn, err := t.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		t.touched.Add(1)
		if err != nil { // somebody came, and this program has no descriptor left for them
			t.listener.Close()
			return
		}
		conn.Close()
	}
}
