package invokeapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// How long a client may take. An invocation itself may take as long as it takes.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = time.Minute // also for an answer to be taken
	idleTimeout   = 2 * time.Minute
)

const maxHeaders = 64 << 10

// Config is what a Server is told.
type Config struct {
	// Port is the port on 127.0.0.1; 0 is any free one.
	Port int
	// ARNs is what the ARNs of functions begin with:
	// arn:aws:lambda:REGION:ACCOUNT:function:.
	ARNs string
	// RequestMax and EventMax are the most bytes of a payload, synchronous and
	// asynchronous. What is longer than RequestMax is refused here, so that it need
	// not be held in memory; the Platform refuses the rest.
	RequestMax, EventMax int64
	// Warn is told, in a sentence, what the user should know: that an answer
	// failed for a mistake of Coldbrook's. It may be called by many goroutines.
	Warn func(sentence string)
}

// Server is the API over HTTP. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	arns     string
	port     string
	started  time.Time
	listener net.Listener
	http     http.Server
	platform Platform // set by Serve
	serving  sync.WaitGroup
	// under ends the contexts of all requests.
	under context.CancelCauseFunc
}

// PortError is returned by Listen for a port that cannot be had.
type PortError struct {
	Port int
	Err  error
}

func (e *PortError) Error() string { return fmt.Sprintf("start Invoke API: %v", e.Err) }

// Unwrap returns why.
func (e *PortError) Unwrap() error { return e.Err }

// Hint says what to do.
func (e *PortError) Hint() string {
	return fmt.Sprintf("another program has port %d; set invoke.port to another, or leave it out for any free one", e.Port)
}

// Listen opens the address of the API. Clients wait until Serve is called; Close
// follows in any case. A port that is taken is a *PortError.
func Listen(cfg Config) (*Server, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.Port)))
	if err != nil && cfg.Port != 0 {
		return nil, &PortError{Port: cfg.Port, Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("start Invoke API: %w", err)
	}
	s := &Server{cfg: cfg, arns: cfg.ARNs, listener: l, started: time.Now()}
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	ctx, cancel := context.WithCancelCause(context.Background())
	s.under = cancel
	s.http = http.Server{
		Handler: s, BaseContext: func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaders,
		ErrorLog: log.New(io.Discard, "", 0), // broken connections, which are the clients' affair
	}
	return s, nil
}

// Addr is the address of the API, host:port. It is "" for a nil Server.
func (s *Server) Addr() string {
	if s == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Serve answers clients from now on. It does not block. It is safe on a nil
// Server.
func (s *Server) Serve(p Platform) {
	if s == nil {
		return
	}
	s.platform = p
	s.serving.Go(func() { s.http.Serve(s.listener) })
}

// errEnding is the cause of a request's context that Close cut off.
var errEnding = errors.New("the run has ended")

// Drain takes no more requests; those under way go on. It does not wait for them.
// It is safe on a nil Server.
func (s *Server) Drain() {
	if s == nil {
		return
	}
	// http.Server.Shutdown closes what nobody uses, and waits for the rest until
	// its context ends: it has ended already.
	over, cancel := context.WithCancel(context.Background())
	cancel()
	s.http.Shutdown(over)
	s.listener.Close() // also that of a Server which never served
}

// Close ends the API: requests under way have until ctx ends to be answered, and
// are given up then. It returns when nothing runs any more but what a Platform
// that does not obey its context holds. It is idempotent and safe on a nil Server.
func (s *Server) Close(ctx context.Context) {
	if s == nil {
		return
	}
	s.Drain()
	if err := s.http.Shutdown(ctx); err != nil {
		s.under(errEnding)
		// They have a moment to say why.
		grace, cancel := context.WithTimeout(context.Background(), closeGrace)
		defer cancel()
		if s.http.Shutdown(grace) != nil {
			s.http.Close()
		}
	}
	s.under(errEnding)
	s.serving.Wait()
}

// closeGrace is how long requests that are given up may take to be answered.
const closeGrace = time.Second

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", newRequestID())
	defer s.recoverFrom(w)
	if why := guard(r, s.port); why != "" {
		writeError(w, refuse(http.StatusForbidden, accessDenied, "%s", why))
		return
	}
	if e := s.route(w, r); e != nil {
		writeError(w, e)
	}
}

// recoverFrom keeps a mistake of ours from looking like one of the network.
func (s *Server) recoverFrom(w http.ResponseWriter) {
	p := recover()
	if p == nil {
		return
	}
	if s.cfg.Warn != nil {
		s.cfg.Warn(fmt.Sprintf("the Invoke API failed, which is a mistake in Coldbrook: %v", p))
	}
	writeError(w, refuse(http.StatusInternalServerError, service, textPanic))
}

// newRequestID makes the id of a request that was not given one. It has nothing to
// do with the run, so that it need not be drawn from its seed.
func newRequestID() string {
	var u [16]byte
	rand.Read(u[:])
	return uuid(u)
}

// awaitReading gives the client its time to send the body, and awaitWriting to
// take the answer. Neither counts while the function runs.
func awaitReading(w http.ResponseWriter) func() {
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Now().Add(bodyTimeout)) // fails in tests without a connection only
	return func() { c.SetReadDeadline(time.Time{}) }
}

func awaitWriting(w http.ResponseWriter) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTimeout))
}
