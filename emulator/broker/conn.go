package broker

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
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
	addr *Address
	g    *gate

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
}

func newConn(nc net.Conn, a *Address) *conn {
	c := &conn{
		Conn: nc, addr: a, g: a.b.gate,
		in:     bufio.NewReaderSize(nc, readBuffer),
		topics: map[string]string{}, fetching: fetching{},
	}
	c.wait.L = &c.mu
	return c
}

// Read yields the next bytes of checked frames. When the client is gone it
// waits until the produce requests before are answered, so that what is in the
// log is also in the journal.
func (c *conn) Read(p []byte) (int, error) {
	if c.failed != nil {
		return 0, c.failed
	}
	if len(c.out) == 0 && c.direct == 0 {
		c.failed = c.next()
	}
	switch {
	case c.failed != nil:
	case len(c.out) > 0:
		n := copy(p, c.out)
		if c.out = c.out[n:]; len(c.out) == 0 && cap(c.scratch) > keptMax {
			c.scratch = nil
		}
		return n, nil
	case len(p) != c.direct:
		c.failed = fmt.Errorf("read %d bytes of a frame of %d", len(p), c.direct)
	default:
		if c.failed = c.readBody(p); c.failed == nil {
			return len(p), nil
		}
	}
	c.report(c.failed)
	c.drain()
	return 0, c.failed
}

// next reads enough of the next frame to hand kfake its length.
func (c *conn) next() error {
	if _, err := io.ReadFull(c.in, c.head[:4]); err != nil {
		return err
	}
	if err := checkLength(c.head[:4], c.buffered); err != nil {
		return err
	}
	if _, err := io.ReadFull(c.in, c.head[4:]); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(c.head[:4]))
	key, version := int16(binary.BigEndian.Uint16(c.head[4:])), int16(binary.BigEndian.Uint16(c.head[6:]))
	l, err := c.g.checkKey(key, version)
	if err != nil {
		return err
	}
	if key == produceKey && size <= believedMax {
		c.out, c.direct = c.head[:4], size
		return nil
	}
	if key != produceKey && size > maxOther {
		return bad("%s of length %d over the limit of %d", l.name, size, maxOther)
	}
	if err := c.readScratch(size); err != nil {
		return err
	}
	c.borrowed = true
	replaced, err := c.pass(c.scratch[4:], l)
	if err != nil {
		return err
	}
	c.out = c.scratch
	if replaced != nil {
		c.out = replaced
	}
	return nil
}

// readBody reads the rest of a frame into kfake's own buffer and checks it there.
func (c *conn) readBody(p []byte) error {
	c.direct, c.borrowed = 0, false
	n := copy(p, c.head[4:])
	if _, err := io.ReadFull(c.in, p[n:]); err != nil {
		return err
	}
	_, err := c.pass(p, c.g.layouts[produceKey])
	return err
}

// readScratch reads the rest of a frame of size into scratch, which grows as
// bytes come.
func (c *conn) readScratch(size int) error {
	if cap(c.scratch) == 0 {
		c.scratch = make([]byte, 0, min(size+4, 4<<10))
	}
	c.scratch = append(c.scratch[:0], c.head[:]...)
	for missing := size - 4; missing > 0; {
		if len(c.scratch) == cap(c.scratch) {
			c.scratch = append(c.scratch, 0)[:len(c.scratch)] // grow
		}
		n := min(missing, cap(c.scratch)-len(c.scratch))
		at := len(c.scratch)
		c.scratch = c.scratch[:at+n]
		if _, err := io.ReadFull(c.in, c.scratch[at:]); err != nil {
			return err
		}
		missing -= n
	}
	return nil
}

// buffered is what arrived and was not read.
func (c *conn) buffered() []byte {
	more, _ := c.in.Peek(c.in.Buffered())
	return more
}

// pass checks a whole frame and remembers it as passed on. The frame to pass on
// instead, length first, is nil for the same.
func (c *conn) pass(raw []byte, l *layout) (replaced []byte, err error) {
	f, err := parseHeader(raw, l)
	if err != nil {
		return nil, err
	}
	if c.client != string(f.client) {
		c.client = string(f.client)
	}
	r := request{key: f.key, version: f.version, correlation: f.correlation, client: c.client}
	if f.key == produceKey {
		err = c.passProduce(f, l, &r)
	} else {
		replaced, err = c.g.passOther(c, f, l, &r)
	}
	if err != nil {
		return nil, err
	}
	if !c.enqueue(r) {
		for range r.appended {
			c.addr.answered()
		}
		return nil, net.ErrClosed
	}
	if admit := c.g.b.cfg.Admit; admit != nil {
		admit(Request{Owner: *c.addr.owner.Load(), Client: c.client, Key: r.key, Correlation: r.correlation, Settles: r.settles})
	}
	return replaced, nil
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
	if r.key == fetchKey {
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
		_, err = c.Conn.Write(answer)
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
		o := c.addr.owner.Load()
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
			c.addr.answered()
		}
	}
	err := c.Conn.Close()
	c.addr.leave(c)
	if !busy {
		c.g.b.live.Done()
	}
	return err
}
