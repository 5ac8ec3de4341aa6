package broker

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

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
	if !c.begun {
		c.identify()
		if err := c.begin(); err != nil {
			return err
		}
	}
	switch {
	case c.login.failed:
		_, err := io.Copy(io.Discard, c.in) // until the answer is written, which ends it
		return cmp.Or(err, io.EOF)
	case c.login.raw:
		return c.nextToken()
	}
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
	if err := c.checkDemands(key); err != nil {
		return err
	}
	if key == produceKey && size <= believedMax && c.g.b.denials.Load() == nil {
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
	if !c.borrowed || c.g.b.denials.Load() == nil {
		replaced, err = c.passAllowed(f, l, &r)
	} else {
		replaced, err = c.passUndenied(f, l, &r)
	}
	if err != nil {
		return nil, err
	}
	if !c.enqueue(r) {
		for range r.appended {
			c.whose.answered()
		}
		return nil, net.ErrClosed
	}
	if admit := c.g.b.cfg.Admit; admit != nil {
		admit(Request{Owner: *c.whose.owner.Load(), Client: c.client, Key: r.key, Correlation: r.correlation, Settles: r.settles})
	}
	return replaced, nil
}

// passAllowed checks a frame that nothing is denied of.
func (c *conn) passAllowed(f frame, l *layout, r *request) (replaced []byte, err error) {
	if f.key == produceKey {
		return nil, c.passProduce(f, l, r)
	}
	return c.g.passOther(c, f, l, r)
}
