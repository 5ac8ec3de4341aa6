package process

import (
	"bytes"
	"errors"
	"os"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// MaxLine is the most bytes of a line that are handed on in one piece.
const MaxLine = 256 << 10

// After its family was killed, a pipe can stay open only because a stranger
// holds it. It is read until it was silent for drainSilence or gave drainMost
// bytes, which is more than a pipe holds.
const (
	drainSilence = 100 * time.Millisecond
	drainMost    = 2 << 20
)

// pipe hands on what comes out of one stream of a process, line by line, in
// bounded memory. Whoever has the turn reads and hands on.
type pipe struct {
	stream   string
	file     *os.File
	output   func(stream, line string)
	silence  time.Duration // drainSilence, but for tests
	finished atomic.Bool   // nobody is left who could write
	done     chan struct{}

	turn chan struct{} // holds one token; who has taken it owns buf and used
	buf  []byte        // buf[:used] is the beginning of a line
	used int
}

func newPipe(stream string, file *os.File, output func(stream, line string)) *pipe {
	p := &pipe{stream: stream, file: file, output: output, silence: drainSilence, done: make(chan struct{}),
		turn: make(chan struct{}, 1), buf: make([]byte, 32<<10)}
	p.turn <- struct{}{}
	return p
}

// read is a goroutine's: it runs until the pipe ends.
func (p *pipe) read() {
	defer close(p.done)
	defer p.file.Close()
	var drained int
	for {
		finished := p.finished.Load()
		if finished {
			p.file.SetReadDeadline(time.Now().Add(p.silence))
		}
		n, err := p.receive()
		if finished {
			drained += n
		}
		woken := errors.Is(err, os.ErrDeadlineExceeded) && !finished
		if err != nil && !woken || drained > drainMost {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				p.flush() // on a busy machine the deadline can pass before anything is read
			}
			<-p.turn
			p.rest(p.buf[:p.used])
			p.used = 0
			p.turn <- struct{}{}
			return
		}
	}
}

// room returns where the next bytes go. The caller has the turn.
func (p *pipe) room() []byte {
	if p.used == len(p.buf) {
		p.buf = append(p.buf, make([]byte, min(len(p.buf), MaxLine-len(p.buf)))...)
	}
	return p.buf[p.used:]
}

// took hands on the lines that are complete with n bytes more. The caller has
// the turn.
func (p *pipe) took(n int) { p.used = p.lines(p.buf, p.used, p.used+n) }

// lines hands on the lines in buf[:end], of which buf[:seen] holds no end of
// line, and moves what is left to the front. It returns its length.
func (p *pipe) lines(buf []byte, seen, end int) int {
	start := 0
	for {
		i := bytes.IndexByte(buf[seen:end], '\n')
		if i < 0 {
			break
		}
		p.hand(buf[start : seen+i])
		start, seen = seen+i+1, seen+i+1
	}
	if start == 0 && end == MaxLine {
		start = cut(buf)
		p.hand(buf[:start])
	}
	return copy(buf, buf[start:end])
}

// cut is where a line that fills buf is split: not inside a character.
func cut(buf []byte) int {
	for i := len(buf) - 1; i >= len(buf)-utf8.UTFMax; i-- {
		if utf8.RuneStart(buf[i]) {
			if utf8.FullRune(buf[i:]) {
				return len(buf)
			}
			return i
		}
	}
	return len(buf)
}

func (p *pipe) rest(line []byte) {
	if len(line) > 0 {
		p.hand(line)
	}
}

func (p *pipe) hand(line []byte) {
	if p.output != nil {
		p.output(p.stream, string(bytes.TrimSuffix(line, []byte{'\r'})))
	}
}

// finish returns when all output was handed on. All who should write are gone.
func (p *pipe) finish() {
	p.finished.Store(true)
	p.file.SetReadDeadline(time.Now()) // wake it; on Windows there is nothing to wake
	<-p.done
}
