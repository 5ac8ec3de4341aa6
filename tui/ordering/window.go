package ordering

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/tui/store"
)

const (
	mostTens = 12
	most     = mostTens * 10
	// rowLeft is where the columns of records begin.
	rowLeft = 8
)

// symbols are what records are called in the rows, by their place in the window.
const symbols = "0123456789abcdefghijklmnopqrstuvwxyz"

// window is the records that are shown, one column each. It is made anew for each frame,
// in the same memory.
type window struct {
	first   int64
	n       int
	records [most]*store.OrderRecord // nil for those that are not known
	done    []int16                  // columns in the order in which their records ended
	out     []int16                  // and in which their first output came
	letters [most]byte               // of keys that more than one has; 0 for none
	keys    []letter
	late    []int16 // columns of records that ended late, or are selected
}

// letter stands for a key.
type letter struct {
	key    uint64
	offset int64 // of a record that has it
	letter byte  // 0 while only one has it
}

// set takes n records of a partition from an offset on.
func (w *window) set(p *store.OrderPartition, from int64, n int) {
	w.n = n
	if w.first = from; from == newest {
		w.first = max((p.Next()+9)/10*10-int64(n), 0)
	}
	w.done, w.out = w.done[:0], w.out[:0]
	for i := range n {
		r := p.Record(w.first + int64(i))
		w.records[i] = r
		if r == nil {
			continue
		}
		if r.Done != 0 {
			w.done = append(w.done, int16(i))
		}
		if r.Made != 0 {
			w.out = append(w.out, int16(i))
		}
	}
	slices.SortFunc(w.done, func(a, b int16) int { return cmp.Compare(w.records[a].Done, w.records[b].Done) })
	slices.SortFunc(w.out, func(a, b int16) int { return cmp.Compare(w.records[a].Made, w.records[b].Made) })
	w.setLetters()
}

// setLetters finds the keys that more than one of the records has.
func (w *window) setLetters() {
	w.keys = w.keys[:0]
	for i, r := range w.records[:w.n] {
		w.letters[i] = 0
		if r == nil || r.Key == 0 {
			continue
		}
		at := slices.IndexFunc(w.keys, func(l letter) bool { return l.key == r.Key })
		if at < 0 {
			w.keys = append(w.keys, letter{key: r.Key, offset: r.Offset})
		} else {
			w.keys[at].letter = 1
		}
	}
	next := byte('A')
	kept := w.keys[:0]
	for _, l := range w.keys {
		if l.letter == 0 {
			continue
		}
		if l.letter = next; next != '+' {
			if next++; next > 'Z' {
				next = '+'
			}
		}
		kept = append(kept, l)
	}
	w.keys = kept
	for i, r := range w.records[:w.n] {
		if r == nil {
			continue
		}
		for j := range w.keys {
			if w.keys[j].key == r.Key {
				w.letters[i] = w.keys[j].letter
				break
			}
		}
	}
}

// setLate finds the records that ended late, and the one that is selected.
func (w *window) setLate(selected int64) {
	w.late = w.late[:0]
	for i, r := range w.records[:w.n] {
		if r != nil && (r.Done != 0 && r.Late > 0 || r.Offset == selected) {
			w.late = append(w.late, int16(i))
		}
	}
}

// forgotten reports whether none of the records is known.
func (w *window) forgotten() bool {
	for _, r := range w.records[:w.n] {
		if r != nil {
			return false
		}
	}
	return true
}

// symbol is what the record in a column is called.
func (w *window) symbol(column int) rune { return rune(symbols[column%len(symbols)]) }

// symbolOf is what a record is called, 0 if it is outside of the window.
func (w *window) symbolOf(offset int64) rune {
	if offset < w.first || offset >= w.first+int64(w.n) {
		return 0
	}
	return w.symbol(int(offset - w.first))
}

// x is where a column is drawn: there is a gap behind ten.
func x(column int) int { return rowLeft + column + column/10 }
