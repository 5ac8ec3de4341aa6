package faults

import (
	"math"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// durationSteps are the durations that arrow keys go through: 1, 2, 5 of a unit, and for
// seconds and minutes 30 where 50 would be odd.
var durationSteps = func() []int64 {
	all := []int64{0}
	for _, unit := range []struct {
		of     time.Duration
		factor []int64
	}{
		{time.Millisecond, []int64{1, 2, 5, 10, 20, 50, 100, 200, 500}},
		{time.Second, []int64{1, 2, 5, 10, 20, 30}},
		{time.Minute, []int64{1, 2, 5, 10, 20, 30}},
		{time.Hour, []int64{1, 2, 5, 10, 24, 48, 120, 240}},
	} {
		for _, n := range unit.factor {
			all = append(all, n*int64(unit.of))
		}
	}
	return all
}()

// sizeSteps are the sizes that arrow keys go through: memory comes in powers of two.
var sizeSteps = func() []int64 {
	all := []int64{0}
	for bytes := int64(1); bytes <= 1<<50; bytes <<= 1 {
		all = append(all, bytes)
	}
	return all
}()

// manyNumbers is the highest number from which on one more is no step worth taking: a rate
// in bytes goes through 1, 2, 5 as a duration does.
const manyNumbers = 10_000

var numberSteps = func() []int64 {
	all := []int64{0}
	for power := int64(1); power <= 1e15; power *= 10 {
		all = append(all, power, 2*power, 5*power)
	}
	return all
}()

// A large step is as many small ones: about ten times as much.
const (
	largeLadder = 3
	largeNumber = 10
)

// steps is how a value is changed by arrow keys.
type steps struct {
	kind   string
	lo, hi int64
	// own are values that are met on the way: the default, and the one that the setting had
	// at first, so that the way back leads there.
	own []int64
}

// isOpen says that a setting has no highest value.
func isOpen(s *ui.Setting) bool { return s.Max == 0 && s.Min >= 0 }

// boundsOf are the least and the highest value of a setting.
func boundsOf(s *ui.Setting) (lo, hi int64) {
	if isOpen(s) {
		return s.Min, math.MaxInt64
	}
	return s.Min, s.Max
}

// stepsOf is how a setting is changed that had a value at first.
func stepsOf(s *ui.Setting, first int64) steps {
	lo, hi := boundsOf(s)
	by := steps{kind: s.Kind, lo: lo, hi: hi, own: []int64{first}}
	if v, ok := parseAmount(s.Kind, s.Default); ok {
		by.own = append(by.own, v)
	}
	return by
}

// move returns the value that is n small steps, or large ones, away. It never leaves the
// bounds, unless v is outside of them and cannot come nearer.
func (s *steps) move(v int64, n int, large bool) int64 {
	if large && s.isCounted() {
		n *= largeNumber
	} else if large {
		n *= largeLadder
	}
	for ; n > 0; n-- {
		v = s.up(v)
	}
	for ; n < 0; n++ {
		v = s.down(v)
	}
	return v
}

// up is the least value above v that a step leads to, or v.
func (s *steps) up(v int64) int64 {
	if v >= s.hi {
		return v
	}
	best := s.hi
	if s.isCounted() {
		best = v + 1
	}
	for _, all := range [][]int64{s.ladder(), s.own} {
		for _, w := range all {
			if w > v && w < best && w >= s.lo {
				best = w
			}
		}
	}
	if best == math.MaxInt64 {
		return v // the ladder ends here
	}
	return max(best, s.lo)
}

// down is the highest value below v that a step leads to, or v.
func (s *steps) down(v int64) int64 {
	if v <= s.lo {
		return v
	}
	best := s.lo
	if s.isCounted() {
		best = v - 1
	}
	for _, all := range [][]int64{s.ladder(), s.own} {
		for _, w := range all {
			if w < v && w > best && w <= s.hi {
				best = w
			}
		}
	}
	return min(best, s.hi)
}

// isCounted says that a step is one.
func (s *steps) isCounted() bool {
	return s.kind == kindNumber && (s.hi <= manyNumbers || s.hi == math.MaxInt64)
}

// ladder are the values that steps lead to.
func (s *steps) ladder() []int64 {
	switch s.kind {
	case kindNumber:
		if !s.isCounted() {
			return numberSteps
		}
	case kindDuration:
		return durationSteps
	case kindSize:
		return sizeSteps
	}
	return nil
}

// nextChoice is the choice that is n places further, the first or the last at the ends.
func nextChoice(choices []string, now string, n int) string {
	at := 0
	for i, c := range choices {
		if c == now {
			at = i
		}
	}
	return choices[min(max(at+n, 0), len(choices)-1)]
}

// place is where a value lies between the bounds, 0 to 1. Durations and sizes, and numbers
// with far bounds, are drawn so that ten times as much is as far everywhere.
func (s *steps) place(v int64) float64 {
	v = min(max(v, s.lo), s.hi)
	unit := map[string]float64{kindDuration: 1e6, kindSize: 1 << 10, kindNumber: 1}[s.kind]
	span := float64(s.hi) - float64(s.lo)
	if span <= 0 {
		return 0
	}
	if s.kind == kindNumber && span <= 100 {
		return (float64(v) - float64(s.lo)) / span
	}
	least := max(float64(s.lo), unit)
	from := func(v int64) float64 { return math.Log(float64(v) - float64(s.lo) + least) }
	return (from(v) - from(s.lo)) / (from(s.hi) - from(s.lo))
}
