package world

import (
	"bytes"
	"io"
	"testing"

	"pgregory.net/rapid"
)

// TestRingIsAQueue holds a ring to a slice that does the same.
func TestRingIsAQueue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring
		var want []byte
		next := byte(0)
		sizes := rapid.OneOf(rapid.IntRange(0, 10), rapid.IntRange(0, 3000), rapid.IntRange(0, maxBuffered+10))
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				p := make([]byte, sizes.Draw(t, "size"))
				for i := range p {
					next++
					p[i] = next
				}
				n := r.write(p)
				if room := maxBuffered - len(want); n != min(len(p), room) {
					t.Fatalf("wrote %d of %d, want as many as there was room for: %d", n, len(p), room)
				}
				want = append(want, p[:n]...)
			},
			"read": func(t *rapid.T) {
				p := make([]byte, sizes.Draw(t, "size"))
				n := r.read(p)
				if n != min(len(p), len(want)) || !bytes.Equal(p[:n], want[:n]) {
					t.Fatalf("read %d bytes, want the first %d that are queued", n, min(len(p), len(want)))
				}
				want = want[n:]
			},
			"": func(t *rapid.T) {
				if r.size != len(want) {
					t.Fatalf("got %d queued, want %d", r.size, len(want))
				}
				if len(r.bytes) > maxBuffered || len(r.bytes)&(len(r.bytes)-1) != 0 {
					t.Fatalf("got room for %d bytes, want a power of two up to %d", len(r.bytes), maxBuffered)
				}
			},
		})
	})
}

// TestStreamsArriveIntact writes and reads both directions at once in pieces of
// all sizes.
func TestStreamsArriveIntact(t *testing.T) {
	sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(1, 5000), rapid.IntRange(1, 300_000)), 1, 8)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := newConns(loopback(1), loopback(2))
		defer a.Close()
		defer b.Close()
		there, back := pieces(sizes.Draw(rt, "there"), 1), pieces(sizes.Draw(rt, "back"), 2)
		reads := sizes.Draw(rt, "reads")
		var gotThere, gotBack []byte
		going(
			func() { writePieces(a, there); a.out.closeWriter() },
			func() { writePieces(b, back); b.out.closeWriter() },
			func() { gotThere = readPieces(b, reads) },
			func() { gotBack = readPieces(a, reads) },
		)()
		if !bytes.Equal(gotThere, bytes.Join(there, nil)) || !bytes.Equal(gotBack, bytes.Join(back, nil)) {
			rt.Fatalf("got %d and %d bytes, want %d and %d, and the same ones", len(gotThere), len(gotBack),
				len(bytes.Join(there, nil)), len(bytes.Join(back, nil)))
		}
	})
}

// pieces returns one slice per size, of bytes that differ.
func pieces(sizes []int, seed uint32) [][]byte {
	var all [][]byte
	for _, size := range sizes {
		p := make([]byte, size)
		for i := range p {
			seed = seed*1664525 + 1013904223
			p[i] = byte(seed >> 24)
		}
		all = append(all, p)
	}
	return all
}

func writePieces(w io.Writer, all [][]byte) {
	for _, p := range all {
		if n, err := w.Write(p); n != len(p) || err != nil {
			return // the reader finds less than was to be written
		}
	}
}

// readPieces reads to the end, with buffers of sizes over and over.
func readPieces(r io.Reader, sizes []int) []byte {
	var got []byte
	for i := 0; ; i++ {
		p := make([]byte, sizes[i%len(sizes)]+1)
		n, err := r.Read(p)
		if got = append(got, p[:n]...); err != nil {
			return got
		}
	}
}
