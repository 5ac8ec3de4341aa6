package journalfile

import (
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// keptMost is how many unpacked bodies are kept for those who ask again, and narrowMost
// how many a Scan may go through to be such a one.
const (
	keptMost   = 32
	narrowMost = 8
)

// kept are the bodies that were unpacked last, by where they are. They are never changed.
type kept struct {
	at   [keptMost]int64
	body [keptMost][]byte
	next int
}

func (k *kept) find(at int64) []byte {
	if i := slices.Index(k.at[:], at); i >= 0 {
		return k.body[i]
	}
	return nil
}

func (k *kept) add(at int64, body []byte) {
	k.at[k.next], k.body[k.next] = at, body
	k.next = (k.next + 1) % keptMost
}

// body reads and unpacks the body of a chunk, into dst if it has room.
func (f *File) body(at, size int64, dst []byte) ([]byte, error) {
	c, err := readChunk(f.r, at, at+size)
	if err != nil {
		return nil, err
	}
	return f.unpacker.read(f.r, &c, dst)
}

// keep is body for what is asked for again and again.
func (f *File) keep(at, size int64) ([]byte, error) {
	if b := f.kept.find(at); b != nil {
		return b, nil
	}
	b, err := f.body(at, size, nil)
	if err == nil {
		f.kept.add(at, b)
	}
	return b, err
}

// Scan implements journal.Source.
func (f *File) Scan(want journal.Want, each func(*journal.Entry) bool) error {
	from, _ := slices.BinarySearchFunc(f.entries, want.From, func(e entriesAt, from uint64) int {
		if e.last < from {
			return -1
		}
		return 1
	})
	narrow := f.narrow(from, &want)
	d := f.decoder()
	defer f.release(d)
	for i := from; i < len(f.entries); i++ {
		c := &f.entries[i]
		if want.To != 0 && c.first > want.To {
			break
		}
		if !c.may(&want) {
			continue
		}
		body, err := f.bodyFor(d, c, narrow)
		if err != nil {
			return f.errorf(fmt.Errorf("entries %d to %d: %w", c.first, c.last, err))
		}
		on, err := d.each(body, &c.summary, &want, each)
		if err != nil {
			return f.errorf(fmt.Errorf("entries %d to %d: %w", c.first, c.last, err))
		}
		if !on {
			break
		}
	}
	return nil
}

// narrow reports whether few chunks may have what is wanted.
func (f *File) narrow(from int, want *journal.Want) bool {
	n := 0
	for i := from; i < len(f.entries); i++ {
		if want.To != 0 && f.entries[i].first > want.To {
			break
		}
		if f.entries[i].may(want) {
			if n++; n > narrowMost {
				return false
			}
		}
	}
	return true
}

func (f *File) bodyFor(d *decoder, c *entriesAt, narrow bool) ([]byte, error) {
	if narrow {
		return f.keep(c.at, c.size)
	}
	if b := f.kept.find(c.at); b != nil {
		return b, nil
	}
	b, err := f.body(c.at, c.size, d.body)
	if err == nil {
		d.body = b
	}
	return b, err
}

// decoder returns one that no other Scan uses.
func (f *File) decoder() *decoder {
	if n := len(f.idle); n > 0 {
		d := f.idle[n-1]
		f.idle = f.idle[:n-1]
		return d
	}
	return &decoder{wires: f.wires, names: &f.names}
}

func (f *File) release(d *decoder) {
	f.unknown += d.unknown
	d.unknown = 0
	f.idle = append(f.idle, d)
}
