package journalfile

import (
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// FuzzOpen: whatever a file holds, nothing panics, and nothing is allocated because a
// length claims it. Sums are made right, so that what they guard is reached.
func FuzzOpen(f *testing.F) {
	l, _ := logged(some(20))
	whole := chunked(f, l, 7)
	b := make([]byte, whole.size)
	whole.r.ReadAt(b, 0)
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		readAll(mend(b))
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20+200*uint64(len(b)) {
			t.Errorf("%d bytes have %d allocated", len(b), grown)
		}
	})
}

// mend makes the sums of the chunks right, and the magic.
func mend(b []byte) []byte {
	b = append([]byte(magic), bytes.TrimPrefix(b, []byte(magic))...)
	for at := len(magic); at+prefixSize <= len(b); {
		c, head, _, err := parsePrefix(b[at:], int64(len(b)-at))
		if err != nil {
			break
		}
		end := at + prefixSize + int(head)
		putSums(b[at:], b[at+prefixSize:end], b[end:end+int(c.body)])
		at = end + int(c.body)
	}
	return b
}

func readAll(b []byte) {
	f, err := Read(bytes.NewReader(b), "fuzz")
	if err == nil {
		f.Scan(journal.Want{}, func(e *journal.Entry) bool { return e.Kind.Known() })
		f.Scan(journal.Want{Topic: "bids", AllPartitions: true}, func(*journal.Entry) bool { return true })
		f.Message("bids", 0, 0)
		f.Close()
	}
	s, err := Follow(bytes.NewReader(b))
	if err != nil {
		return
	}
	defer s.Close()
	for err == nil {
		err = s.Next(func(uint64, *journal.Entry) bool { return true })
	}
	if err == io.EOF {
		return
	}
}

// FuzzBodies: bodies and heads that are anything.
func FuzzBodies(f *testing.F) {
	e := newEncoder()
	for _, entry := range some(9) {
		e.add(&entry)
	}
	f.Add(e.sum.appendTo(nil), e.rows)
	h, b := appendBatches(nil, nil, []stored{{topic: "bids", last: 1, size: 3}}, []byte("abc"))
	f.Add(h, b)
	f.Fuzz(func(t *testing.T, head, body []byte) {
		var names interned
		wires := make([]byte, fieldsEnd)
		for i, n := range fieldNames {
			wires[i] = n[0]
		}
		if s, ok := parseSummary(head, &names); ok {
			d := decoder{wires: wires, names: &names}
			d.each(body, &s, &journal.Want{}, func(*journal.Entry) bool { return true })
		}
		findBatch(body, &names, "bids", 0, 0)
		new(File).decode(body, stored{topic: "bids"})
	})
}
