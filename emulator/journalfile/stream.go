package journalfile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// gatherFor is how long Send gathers entries for a chunk while it follows a run.
const gatherFor = 50 * time.Millisecond

// Send writes the entries that r has as a journal file without batches: up to the one with
// the number last, or with math.MaxUint64 until the log is closed; flush, if not nil, is called when
// nothing more is there yet. It ends early, with its cause, when ctx does. It does not
// detach r.
func Send(ctx context.Context, out io.Writer, flush func(), d *journal.Description, r *journal.Reader, last uint64) error {
	s, err := newSink(out, d)
	if err != nil {
		return err
	}
	defer s.close()
	entries := make([]journal.Entry, readAtOnce)
	for at := uint64(0); at < last; {
		n, _ := r.Poll(entries)
		if n == 0 {
			if n, err = settle(ctx, s, r, entries, flush); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
		for i := range entries[:n] {
			if at = entries[i].Seq; at > last {
				break
			}
			if err := s.add(&entries[i]); err != nil {
				return err
			}
		}
	}
	return s.end()
}

// settle sends what was gathered, and waits for more: a moment at least, so that chunks
// are not as small as the pauses of a busy run.
func settle(ctx context.Context, s *sink, r *journal.Reader, entries []journal.Entry, flush func()) (int, error) {
	if err := s.flush(); err != nil {
		return 0, err
	}
	if flush != nil {
		flush()
	}
	pause := time.NewTimer(gatherFor)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	case <-pause.C:
	}
	n, _, err := r.Next(ctx, entries)
	return n, err
}

// Stream is a journal that is read as it comes. It is for one goroutine.
type Stream struct {
	in      *bufio.Reader
	header  header
	names   interned
	u       *unpacker
	decoder decoder
	last    uint64
}

// Follow reads the beginning of a journal that Send writes.
func Follow(r io.Reader) (*Stream, error) {
	s := &Stream{in: bufio.NewReader(r)}
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(s.in, begin); err != nil || string(begin) != magic {
		return nil, errors.Join(errors.New("read journal: it does not begin as one"), err)
	}
	var err error
	if s.u, err = newUnpacker(); err != nil {
		return nil, err
	}
	c, raw, err := s.chunk()
	if err == nil && c.kind != headerChunk {
		err = errors.New("there is none")
	}
	var wires []byte
	if err == nil {
		s.header, wires, err = parseHeader(raw)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("read journal: header: %w", err)
	}
	s.decoder = decoder{wires: wires, names: &s.names}
	return s, nil
}

// Description is what the run consists of.
func (s *Stream) Description() *journal.Description { return s.header.Description }

// Close gives up what the Stream holds, and does not close what it reads from.
func (s *Stream) Close() { s.u.zstd.Close() }

// chunk reads the next chunk and its body.
func (s *Stream) chunk() (chunk, []byte, error) {
	var b [prefixSize]byte
	if _, err := io.ReadFull(s.in, b[:]); err != nil {
		return chunk{}, nil, err
	}
	c, head, crc, err := parsePrefix(b[:], 1<<62)
	if err != nil {
		return chunk{}, nil, err
	}
	if c.head, err = s.bytes(int64(head)); err == nil {
		err = checkHead(b[:], c.head, crc)
	}
	if err != nil {
		return chunk{}, nil, err
	}
	body, err := s.bytes(int64(c.body))
	if err != nil {
		return chunk{}, nil, err
	}
	raw, err := s.u.unpack(&c, body, nil)
	return c, raw, err
}

// bytes reads n bytes; its memory grows with what comes.
func (s *Stream) bytes(n int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(s.in, n))
	if err == nil && int64(len(b)) < n {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// Next waits for entries and calls f with each that came; missed is how many before it
// were gone before they could be sent. When f returns false, those that came with it are
// left out. Next returns io.EOF when the run has ended and all was read, or what went
// wrong, such as that the run was killed.
func (s *Stream) Next(f func(missed uint64, e *journal.Entry) bool) error {
	for {
		c, body, err := s.chunk()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err == nil && c.kind == entriesChunk {
			return s.each(c.head, body, f)
		}
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		if c.kind == indexChunk {
			return io.EOF
		}
	}
}

func (s *Stream) each(head, body []byte, f func(uint64, *journal.Entry) bool) error {
	sum, ok := parseSummary(head, &s.names)
	if !ok || sum.first <= s.last {
		return errors.New("read journal: the head of entries is broken")
	}
	_, err := s.decoder.each(body, &sum, &journal.Want{}, func(e *journal.Entry) bool {
		missed := e.Seq - s.last - 1
		s.last = e.Seq
		return f(missed, e)
	})
	s.last = sum.last
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	return nil
}
