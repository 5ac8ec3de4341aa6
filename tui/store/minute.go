package store

// minuteSeconds is how many seconds a Minute remembers.
const minuteSeconds = 60

// Minute counts what happened in the last minute of world time. The zero Minute is ready.
// It is plain data.
type Minute struct {
	last   int64 // the newest second, counted from 0
	counts [minuteSeconds]uint32
}

// Add counts n things at a time.
func (m *Minute) Add(at, n int64) {
	second := at / 1e9
	switch {
	case second > m.last:
		for s := max(m.last+1, second-minuteSeconds+1); s <= second; s++ {
			m.counts[s%minuteSeconds] = 0
		}
		m.last = second
	case second <= m.last-minuteSeconds:
		return
	}
	m.counts[second%minuteSeconds] += uint32(n)
}

// Sum is how many there were in the second of now and the 59 before.
func (m *Minute) Sum(now int64) int64 {
	var n int64
	for s := max(now/1e9-minuteSeconds+1, m.last-minuteSeconds+1, 0); s <= m.last; s++ {
		n += int64(m.counts[s%minuteSeconds])
	}
	return n
}
