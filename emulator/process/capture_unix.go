//go:build unix

package process

import (
	"errors"
	"io"

	"golang.org/x/sys/unix"
)

// receive waits for output and hands on its lines. It returns how many bytes
// there were.
func (p *pipe) receive() (n int, err error) {
	raw, err := p.file.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failure error
	err = raw.Read(func(fd uintptr) bool {
		<-p.turn
		defer func() { p.turn <- struct{}{} }()
		n, failure = p.receiveNow(int(fd))
		return !errors.Is(failure, unix.EAGAIN)
	})
	if err != nil {
		return 0, err
	}
	return n, failure
}

// receiveNow hands on the lines of what is there, at most as much as there is
// room for; unix.EAGAIN means that there is nothing. The caller has the turn.
func (p *pipe) receiveNow(fd int) (int, error) {
	for {
		n, err := unix.Read(fd, p.room())
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		p.took(n)
		return n, nil
	}
}

// flush hands on all that is in the pipe. It ends also if somebody goes on
// writing.
func (p *pipe) flush() {
	raw, err := p.file.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) { // an error means that the pipe was read to its end
		<-p.turn
		defer func() { p.turn <- struct{}{} }()
		for drained := 0; drained <= drainMost; {
			n, err := p.receiveNow(int(fd))
			if err != nil {
				return
			}
			drained += n
		}
	})
}
