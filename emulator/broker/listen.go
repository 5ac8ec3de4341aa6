package broker

import (
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// defaultPort is Kafka's own; portsTried is how many from there on are tried
// before any free one is taken.
const (
	defaultPort = 9092
	portsTried  = 100
)

// portError is returned by Start when the port that was asked for is not free.
type portError struct{ err error }

func (e *portError) Error() string { return "start broker: " + e.err.Error() }
func (e *portError) Unwrap() error { return e.err }

// Hint says what to do about it.
func (e *portError) Hint() string {
	return "another program has the port; set kafka.port to another one, or to 0 for any free one"
}

// listenFunc is net.Listen, or the seam in its place.
type listenFunc func(network, address string) (net.Listener, error)

// listenMain opens the main listener by the rules of Config.Port. moved says
// that the default port was taken.
func listenMain(listen listenFunc, port *int) (ln net.Listener, moved bool, err error) {
	if port != nil {
		ln, err = listen("tcp", loopback(*port))
		if err != nil {
			return nil, false, &portError{err}
		}
		return ln, false, nil
	}
	for p := defaultPort; p < defaultPort+portsTried; p++ {
		if ln, err = listen("tcp", loopback(p)); err == nil {
			return ln, p != defaultPort, nil
		}
	}
	if ln, err = listen("tcp", loopback(0)); err != nil {
		return nil, false, fmt.Errorf("start broker: %w", err)
	}
	return ln, true, nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// splitHostPort is the host and port that a listener's clients are told.
func splitHostPort(addr net.Addr) (string, int32, error) {
	host, text, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "", 0, fmt.Errorf("listen: %w", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("listen: port of %q: %w", addr, err)
	}
	return host, int32(port), nil
}

// funnel is the one listener that kfake sees. All real listeners feed it.
type funnel struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newFunnel(addr net.Addr) *funnel {
	return &funnel{addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept returns the next connection from any listener.
func (f *funnel) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close is idempotent; kfake closes its listener twice.
func (f *funnel) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

// Addr is what kfake takes for its own address.
func (f *funnel) Addr() net.Addr { return f.addr }

// feed hands a connection to kfake, or returns false if the broker is closed.
func (f *funnel) feed(c net.Conn) bool {
	select {
	case f.conns <- c:
		return true
	case <-f.closed:
		return false
	}
}

// acceptPause is how long to wait after an accept failed for want of
// descriptors, before trying again.
const acceptPause = 20 * time.Millisecond

// serve accepts connections of a until its listener is closed.
func (a *Address) serve() {
	for {
		nc, err := a.ln.Accept()
		if err != nil {
			if a.gone() {
				return
			}
			select {
			case <-time.After(acceptPause):
				continue
			case <-a.b.funnel.closed:
				return
			}
		}
		c := newConn(nc, a)
		a.b.live.Add(1) // until c.Close
		switch {
		case !a.enter(c):
			_ = c.Close() // nobody has it yet
		case a.isCutOff():
			go c.refuse() // until c.Close, which Broker.Close waits for
		case !a.b.funnel.feed(c):
			_ = c.Close()
		}
	}
}

// gone reports whether an accept error means the end.
func (a *Address) gone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closed || a.b.isClosed()
}
