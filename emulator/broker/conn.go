package broker

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const (
	// readBuffer holds pipelined small requests; larger ones go past it.
	readBuffer = 8 << 10
	// believedMax is the longest length that is believed before the bytes
	// come: kfake allocates so much at once.
	believedMax = 1 << 20
	// keptMax is the largest scratch buffer that a connection keeps.
	keptMax = 64 << 10
)

var (
	errOutOfStep = errors.New("broker answered out of step")
	// As in Kafka, a client that wants no answer learns of an error by the end
	// of its connection.
	errUnacknowledged = errors.New("a produce request with acks=0 was refused")
)

// conn is a client's connection as kfake sees it: Read yields checked frames
// only, and each Write is one whole answer. kfake calls Read from one goroutine
// at a time and Write from another.
type conn struct {
	net.Conn
	addr *Address // that it came by
	g    *gate
	// whose is the owner's address: addr, unless identify finds another before the first request.
	whose *Address

	// Of Read.
	in       *bufio.Reader
	head     [8]byte // length, API key and version of the frame
	scratch  []byte
	out      []byte // what kfake is to read next
	direct   int    // length of a frame whose body goes straight to kfake, or 0
	failed   error
	client   string
	topics   map[string]string // interned
	fetching fetching
	young    int    // compressed batches decoded so far
	plain    []byte // room for what is decoded
	borrowed bool   // the frame is in scratch, and not in what kfake keeps
	begun    bool   // the first byte was looked at
	demands  demands
	login    login

	secure atomic.Pointer[tls.Conn] // what the client is spoken to through; nil is plain text

	// Of Write.
	produced kmsg.ProduceResponse
	sent     kmsg.FetchResponse

	mu     sync.Mutex // guards all below
	wait   sync.Cond  // a request was answered, or the connection is closed
	queue  []request  // checked and not answered, in order
	busy   bool       // Write has the answer of a produce request
	spare  [][]appended
	closed bool
}

// request is what the gate remembers of a request until it is answered.
type request struct {
	key, version int16
	correlation  int32
	client       string
	swallow      bool       // the client wants no answer
	settles      bool       // it is to be admitted when all else is at rest
	appended     []appended // of a produce request
	refused      []string   // topic names that were held back
	instead      *substitute
	addition     func(kmsg.Response) // adds what was denied to the answer
}

func newConn(nc net.Conn, a *Address) *conn {
	c := &conn{
		Conn: nc, addr: a, whose: a, g: a.b.gate,
		in:     bufio.NewReaderSize(nc, readBuffer),
		topics: map[string]string{}, fetching: fetching{},
		demands: a.b.cfg.Security.demandsOf(a.owner.Load()),
	}
	c.wait.L = &c.mu
	return c
}

// enqueue remembers a request, also while it waits to be admitted, so that Close
// accounts for it. It returns false if the connection is closed.
func (c *conn) enqueue(r request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.queue = append(c.queue, r)
	}
	return !c.closed
}

// Write takes one whole answer from kfake, journals what it says was produced,
// and sends it on with the addresses of the client's own port.
func (c *conn) Write(p []byte) (int, error) {
	r, ok := c.take(p)
	if !ok {
		return 0, errOutOfStep
	}
	refused := false
	if r.key == produceKey {
		refused = c.journal(&r, p)
		c.journalled(r.appended)
	}
	if r.key == fetchKey && r.instead == nil {
		c.journalFetched(&r, p)
	}
	if r.swallow {
		if refused {
			return 0, errUnacknowledged
		}
		return len(p), nil
	}
	answer, err := c.rewrite(&r, p)
	if err == nil {
		_, err = c.send(answer)
	}
	if err == nil && r.instead != nil && r.instead.last {
		err = errLoggedOut
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// take removes the request that answer answers from the queue.
func (c *conn) take(answer []byte) (request, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 || len(answer) < 8 || int32(binary.BigEndian.Uint32(answer[4:])) != c.queue[0].correlation {
		return request{}, false
	}
	r := c.queue[0]
	n := copy(c.queue, c.queue[1:])
	c.queue[n] = request{}
	c.queue = c.queue[:n]
	c.busy = r.key == produceKey
	return r, true
}

// journalled ends what take began for a produce request.
func (c *conn) journalled(spare []appended) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = false
	clear(spare) // what it points to is not kept
	c.spare = append(c.spare, spare[:0])
	c.wait.Broadcast()
	if c.closed {
		c.g.b.live.Done() // Close left it to us
	}
}

// drain waits until no produce request is unanswered.
func (c *conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed && c.producing() {
		c.wait.Wait()
	}
}

func (c *conn) producing() bool {
	if c.busy {
		return true
	}
	for i := range c.queue {
		if c.queue[i].key == produceKey {
			return true
		}
	}
	return false
}

// report journals a bad frame. Every other error is a client that left.
func (c *conn) report(err error) {
	var b *badFrame
	if errors.As(err, &b) {
		o := c.whose.owner.Load()
		c.g.b.notify(journal.Entry{
			Kind: journal.BadFrame, Function: o.Function, Environment: o.Environment, Process: o.Process,
			Reason:   b.reason,
			Measured: journal.Measured{Address: c.RemoteAddr().String(), Client: c.client},
		})
	}
}

// hangUp ends the connection as a client would: what kfake has already is
// still handled.
func (c *conn) hangUp() { _ = c.Conn.Close() }

// Close is called by kfake, more than once, when it is done with the
// connection. The broker's own end waits for the answer that Write may still be
// journalling.
func (c *conn) Close() error {
	c.mu.Lock()
	first, busy := !c.closed, c.busy
	c.closed = true
	unanswered := c.queue
	c.queue = nil
	c.wait.Broadcast()
	c.mu.Unlock()
	if !first {
		return nil
	}
	for i := range unanswered {
		for range unanswered[i].appended {
			c.whose.answered()
		}
	}
	err := c.closeWire()
	c.addr.leave(c)
	if !busy {
		c.g.b.live.Done()
	}
	return err
}
