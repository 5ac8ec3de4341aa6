package journalfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// File is a journal that was written, a journal.Source. Scan may be called within a Scan of
// the same File; else it is for one goroutine. Entries given to f are valid within the call,
// their Each included; their strings for ever.
type File struct {
	name   string
	r      io.ReaderAt
	close  func() error
	size   int64
	header header
	wires  []byte

	entries []entriesAt
	batches []batchesAt
	names   interned
	damaged string
	missed  uint64
	unknown uint64

	unpacker *unpacker
	idle     []*decoder // that no Scan uses
	kept     kept
	decoded  decoded
}

// entriesAt is a chunk of entries, and batchesAt one of batches, and where they are.
type entriesAt struct {
	at, size int64
	summary
}

type batchesAt struct {
	at, size int64
	spans    []span
}

var _ journal.Source = (*File)(nil)

// Open opens a journal file. It returns a *NotJournalError for another file. One without an
// index, because its writer was killed or still runs, or with a broken end opens with what
// is whole: Damaged says so. Close it when done.
func Open(path string) (*File, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	info, err := in.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = fmt.Errorf("read journal %q: it is a folder", path)
	case !info.Mode().IsRegular(): // a pipe
		defer in.Close()
		return Read(in, path)
	}
	var f *File
	if err == nil {
		f, err = open(path, in, info.Size())
	}
	if err != nil {
		in.Close()
		return nil, err
	}
	f.close = in.Close
	return f, nil
}

// Read reads a journal from a stream into memory; name is what errors call it.
func Read(r io.Reader, name string) (*File, error) {
	// What begins otherwise is not read on: it may have no end.
	begin := make([]byte, len(magic))
	n, err := io.ReadFull(r, begin)
	if err == io.EOF || err == io.ErrUnexpectedEOF || err == nil && string(begin) != magic {
		return nil, &NotJournalError{Path: name}
	}
	var all []byte
	if err == nil {
		all, err = io.ReadAll(io.MultiReader(bytes.NewReader(begin[:n]), r))
	}
	if err != nil {
		return nil, fmt.Errorf("read journal %q: %w", name, err)
	}
	return open(name, bytes.NewReader(all), int64(len(all)))
}

func open(name string, r io.ReaderAt, size int64) (*File, error) {
	f := &File{name: name, r: r, size: size, close: func() error { return nil }}
	begin := make([]byte, len(magic))
	if _, err := r.ReadAt(begin, 0); err != nil && err != io.EOF {
		return nil, f.errorf(err)
	}
	if string(begin) != magic {
		return nil, &NotJournalError{Path: name}
	}
	u, err := newUnpacker()
	if err != nil {
		return nil, f.errorf(err)
	}
	f.unpacker = u
	c, err := readChunk(r, int64(len(magic)), size)
	if err == nil {
		err = f.readHeader(&c)
	}
	if err != nil {
		u.zstd.Close()
		return nil, f.errorf(fmt.Errorf("header: %w", err))
	}
	if err := f.readIndex(); err != nil {
		f.walk(c.at+c.size(), err)
	}
	f.countMissed()
	return f, nil
}

func (f *File) errorf(err error) error { return fmt.Errorf("read journal %q: %w", f.name, err) }

func (f *File) readHeader(c *chunk) error {
	if c.kind != headerChunk {
		return errors.New("there is none")
	}
	raw, err := f.unpacker.read(f.r, c, nil)
	if err != nil {
		return err
	}
	f.header, f.wires, err = parseHeader(raw)
	return err
}

// parseHeader reads the body of the header, and the wire types of the file's fields.
func parseHeader(raw []byte) (header, []byte, error) {
	var h header
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, nil, err
	}
	switch {
	case h.Format != formatVersion:
		return h, nil, fmt.Errorf("it has format %d; this version of coldbrook reads format %d", h.Format, formatVersion)
	case h.Description == nil:
		return h, nil, errors.New("it has no description")
	case h.Description.Schema != journal.Schema:
		return h, nil, fmt.Errorf("its entries have schema %d; this version of coldbrook reads schema %d", h.Description.Schema, journal.Schema)
	}
	var wires []byte
	for i, name := range h.Fields {
		if name == "" || i < fieldsEnd && name != fieldNames[i] || i >= 64 {
			return h, nil, fmt.Errorf("field %d is %q, which has no place there", i, name)
		}
		wires = append(wires, name[0])
	}
	return h, wires, nil
}

// Close closes the file.
func (f *File) Close() error {
	f.unpacker.zstd.Close()
	return f.close()
}

// Description implements journal.Source.
func (f *File) Description() *journal.Description { return f.header.Description }

// Last implements journal.Source.
func (f *File) Last() uint64 {
	if len(f.entries) == 0 {
		return 0
	}
	return f.entries[len(f.entries)-1].last
}

// Entries is how many entries there are.
func (f *File) Entries() uint64 {
	n := uint64(0)
	for i := range f.entries {
		n += uint64(f.entries[i].count)
	}
	return n
}

// Missed implements journal.Source. In what a slow reader of a running instance was sent,
// entries may be missing in between; they are counted, too.
func (f *File) Missed() uint64 { return f.missed }

// Damaged says in a sentence what is wrong with the file, "" if nothing is. What Scan finds
// is whole all the same.
func (f *File) Damaged() string { return f.damaged }

// Unknown is how many entries a Scan has left out because a later version wrote them, whose
// kind or outcome is not known here.
func (f *File) Unknown() uint64 { return f.unknown }

func (f *File) countMissed() {
	next := uint64(1)
	for i := range f.entries {
		s := &f.entries[i].summary
		if s.first > next {
			f.missed += s.first - next
		}
		if all := s.last - s.first + 1; all > uint64(s.count) {
			f.missed += all - uint64(s.count)
		}
		next = s.last + 1
	}
}
