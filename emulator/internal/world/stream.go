package world

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// stream is one direction of a connection: bytes that one end wrote and the
// other has not read. It is safe for concurrent use; all its waits are durable.
type stream struct {
	mu     sync.Mutex // guards all below
	queued ring

	reader, writer             deadline
	readerClosed, writerClosed bool // the end that reads, the end that writes

	// writing says that a Write has its turn: one that waits for room in its
	// middle must not be mixed with another. A mutex would stop the clock.
	writing bool
}

func newStream() *stream {
	s := &stream{}
	s.reader.changed.L, s.writer.changed.L = &s.mu, &s.mu
	return s
}

// read reads what is queued, and waits if nothing is. Its errors are
// net.ErrClosed, os.ErrDeadlineExceeded and io.EOF.
func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	n, err := s.readLocked(p)
	s.mu.Unlock()
	if n > 0 {
		s.writer.changed.Broadcast() // there is room
	}
	return n, err
}

func (s *stream) readLocked(p []byte) (int, error) {
	for {
		switch {
		case s.readerClosed:
			return 0, net.ErrClosed
		case len(p) == 0:
			return 0, nil
		case s.reader.exceeded():
			return 0, os.ErrDeadlineExceeded
		case s.queued.size > 0:
			return s.queued.read(p), nil
		case s.writerClosed:
			return 0, io.EOF
		}
		s.reader.wait()
	}
}

// write queues all of p, waiting for room as often as it must. Its errors are
// net.ErrClosed, os.ErrDeadlineExceeded and syscall.EPIPE; the number of bytes
// is that of those that were queued.
func (s *stream) write(p []byte) (int, error) {
	s.mu.Lock()
	n, err := s.writeLocked(p)
	s.mu.Unlock()
	s.reader.changed.Broadcast() // there are bytes
	s.writer.changed.Broadcast() // it is another's turn
	return n, err
}

func (s *stream) writeLocked(p []byte) (n int, err error) {
	for s.writing {
		if err := s.writable(); err != nil {
			return 0, err
		}
		s.writer.wait()
	}
	s.writing = true
	defer func() { s.writing = false }()
	for {
		if err := s.writable(); err != nil {
			return n, err
		}
		if n += s.queued.write(p[n:]); n == len(p) {
			return n, nil
		}
		s.reader.changed.Broadcast()
		s.writer.wait()
	}
}

// writable returns why nothing more can be written, or nil.
func (s *stream) writable() error {
	switch {
	case s.writerClosed:
		return net.ErrClosed
	case s.writer.exceeded():
		return os.ErrDeadlineExceeded
	case s.readerClosed:
		return os.NewSyscallError("write", syscall.EPIPE)
	}
	return nil
}

// setReadDeadline wakes who reads, to look at the new deadline.
func (s *stream) setReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readerClosed {
		return net.ErrClosed
	}
	s.reader.at = t
	s.reader.changed.Broadcast()
	return nil
}

// setWriteDeadline wakes who writes, to look at the new deadline.
func (s *stream) setWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writerClosed {
		return net.ErrClosed
	}
	s.writer.at = t
	s.writer.changed.Broadcast()
	return nil
}

// closeReader drops what is queued and lets nobody write more.
func (s *stream) closeReader() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readerClosed, s.queued = true, ring{}
	s.reader.changed.Broadcast()
	s.writer.changed.Broadcast()
}

// closeWriter ends the stream after what is queued.
func (s *stream) closeWriter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writerClosed = true
	s.reader.changed.Broadcast()
	s.writer.changed.Broadcast()
}
