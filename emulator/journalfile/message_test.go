package journalfile

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TestMessagesInAnyOrder: whatever was asked for before, a record is that of the newest
// batch with its offset, also where offsets were given again, in the same chunk or in one
// behind.
func TestMessagesInAnyOrder(t *testing.T) {
	folder, n := t.TempDir(), 0
	filler := strings.Repeat("x", batchesPerChunk)
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(folder, fmt.Sprint(n))
		newest := map[string]string{}
		w, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rapid.IntRange(1, 6).Draw(rt, "batches") {
			p, base := rapid.Int32Range(0, 1).Draw(rt, "partition"), rapid.Int64Range(0, 6).Draw(rt, "base")
			var values []string
			for offset := base; offset <= base+rapid.Int64Range(0, 3).Draw(rt, "more"); offset++ {
				values = append(values, fmt.Sprintf("%d in batch %d", offset, i))
				newest[fmt.Sprint(p, "@", offset)] = values[len(values)-1]
			}
			w.Batch("bids", p, base, batchOf(base, values...))
			if rapid.Bool().Draw(rt, "fill") { // so that the next is in another chunk
				w.Batch("other", 0, int64(i), batchOf(int64(i), filler))
			}
		}
		l, _ := logged(some(3))
		l.Close()
		if err := w.Run(context.Background(), &description, l.Keep("a test")); err != nil {
			t.Fatal(err)
		}
		f := opened(t, path)
		defer f.Close()
		for range 40 {
			p, offset := rapid.Int32Range(0, 1).Draw(rt, "of"), rapid.Int64Range(0, 10).Draw(rt, "offset")
			m, err := f.Message("bids", p, offset)
			if err != nil {
				rt.Fatal(err)
			}
			if want, got := newest[fmt.Sprint(p, "@", offset)], textOf(m); got != want {
				rt.Fatalf("%d@%d: got %q, want %q", p, offset, got, want)
			}
		}
	})
}

func textOf(m *journal.Message) string {
	if m == nil {
		return ""
	}
	return string(m.Value)
}
