package broker

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// handshakeTime is how long a client may take from its first byte of TLS until its
// connection is secured.
const handshakeTime = 10 * time.Second

// tlsHandshake is the first byte of a TLS connection (RFC 8446, 5.1). A Kafka request
// that began with it would be 352 MiB long or more.
const tlsHandshake = 0x16

const noTLS = "a client speaks TLS to this port: set kafka.tls: auto, or have it speak plain text (security.protocol PLAINTEXT)"

// begin looks at the first byte of a connection: TLS is ended here, and the rest of the
// gate reads and writes what is inside of it. The goroutine that calls Read calls it once.
func (c *conn) begin() error {
	c.begun = true
	s := &c.g.b.cfg.Security
	first, err := c.in.Peek(1)
	if err != nil {
		return err
	}
	if first[0] != tlsHandshake {
		if c.demands.tls {
			return bad("a client speaks plain text, and kafka.tls is required: set its security.protocol to SSL or SASL_SSL")
		}
		return nil
	}
	if s.TLS == nil {
		return c.refuseTLS(s.NoTLS)
	}
	return c.secureWith(s.TLS)
}

// refuseTLS refuses what begins like TLS; what only has its first byte is looked at by
// checkLength.
func (c *conn) refuseTLS(why string) error {
	first, err := c.in.Peek(3)
	if err != nil {
		return err
	}
	if first[1] != 3 || first[2] > 4 {
		return nil
	}
	if why == "" {
		why = noTLS
	}
	return bad("TLS ClientHello: %s", why)
}

// secureWith ends TLS on the connection.
func (c *conn) secureWith(cfg *tls.Config) error {
	hello, _ := c.in.Peek(c.in.Buffered())
	secure := tls.Server(&replayed{Conn: c.Conn, first: append([]byte(nil), hello...)}, cfg)
	if err := c.Conn.SetDeadline(time.Now().Add(handshakeTime)); err != nil {
		return err
	}
	if err := secure.Handshake(); err != nil {
		return handshakeFailed(err)
	}
	if err := c.Conn.SetDeadline(time.Time{}); err != nil {
		return err
	}
	c.in.Reset(secure)
	c.secure.Store(secure)
	return nil
}

// handshakeFailed says what went wrong. A client that left in the middle, as a port
// scanner does, is no more worth an entry than one that left before.
func handshakeFailed(err error) error {
	var alert tls.AlertError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return bad("TLS: the handshake was not done within %v", handshakeTime)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), isReset(err):
		return err
	case isRemoteAlert(err), errors.As(err, &alert):
		return bad("%v: the client does not take the certificate; \"coldbrook ca\" prints the file that it must trust", err)
	}
	return bad("TLS: %v", err)
}

// isRemoteAlert reports whether it was the client that gave the handshake up.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// isReset reports whether the client hung up. Alerts, ours and the client's, come as such
// errors, too.
func isReset(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "read" || op.Op == "write")
}

// send writes an answer to the client.
func (c *conn) send(answer []byte) (int, error) {
	if s := c.secure.Load(); s != nil {
		return s.Write(answer)
	}
	return c.Conn.Write(answer)
}

// closeWire closes the connection to the client; one that is secured says that it ends,
// which some clients take for an error otherwise.
func (c *conn) closeWire() error {
	if s := c.secure.Load(); s != nil {
		return s.Close()
	}
	return c.Conn.Close()
}

// replayed is a connection of which some bytes were read already.
type replayed struct {
	net.Conn
	first []byte
}

// Read returns what was read already, and then what comes.
func (r *replayed) Read(p []byte) (int, error) {
	if len(r.first) > 0 {
		n := copy(p, r.first)
		r.first = r.first[n:]
		return n, nil
	}
	return r.Conn.Read(p)
}
