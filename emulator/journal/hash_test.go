package journal

import (
	"bytes"
	"testing"
)

func TestHashTrace(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	const sameTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-00"
	of := func(parent, id string) uint64 {
		var p, e []byte
		if parent != "" {
			p = []byte(parent)
		}
		if id != "" {
			e = []byte(id)
		}
		return HashTrace(p, e)
	}
	if of(parent, "") == 0 || of(parent, "") != of(sameTrace, "") || of(parent, "x") != of(parent, "") {
		t.Error("the hash is not that of the trace id")
	}
	if of("", "x") == 0 || of("", "x") != HashKey([]byte("x")) || of("", "") != 0 {
		t.Error("without traceparent it is not the event id")
	}
	for _, bad := range []string{
		"00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	} {
		if of(bad, "") != 0 || of(bad, "x") != of("", "x") {
			t.Errorf("%q counts as a traceparent", bad)
		}
	}
}

// What goes from record to record, and from key to value, makes another digest.
func TestDigestTellsRecordsApart(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), 20)
	seen := map[uint64]int{}
	add := func(n int, key, value []byte) {
		d := Digest(key, value)
		if other, ok := seen[d]; ok {
			t.Errorf("records %d and %d have the same digest", other, n)
		}
		seen[d] = n
	}
	add(-1, nil, nil)
	add(-2, []byte{}, nil)
	add(-3, nil, []byte{})
	add(-4, []byte("ab"), []byte("c"))
	add(-5, []byte("a"), []byte("bc"))
	add(-6, []byte("c"), []byte("ab"))
	for n := 1; n < len(long); n++ {
		add(3*n, nil, long[:n])
		add(3*n+1, long[:n], nil)
		changed := bytes.Clone(long)
		changed[n] ^= 1
		add(3*n+2, nil, changed)
	}
	// The file keeps it: it must never change.
	if got, want := Digest([]byte("key"), long[:100]), uint64(0xd7643edc825a501e); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}

func BenchmarkDigest(b *testing.B) {
	key, value := []byte("key-12345678"), make([]byte, 100)
	b.SetBytes(int64(len(value)))
	for b.Loop() {
		Digest(key, value)
	}
}
