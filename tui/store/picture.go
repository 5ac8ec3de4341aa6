package store

// LaneState is what an environment did in a slice of time: the worst of it, so that a
// failure is seen however much time a cell stands for.
type LaneState uint8

// The states, the worst last.
const (
	LaneNone    LaneState = iota // it was not there
	LaneUnknown                  // it was, but that long ago is not kept
	LaneIdle
	LaneBusy
	LaneInit
	LaneError
	LaneTimeout

	LaneStates = 7
)

// ZoomLevels is how many lengths of time a cell may stand for.
const ZoomLevels = 4

// ZoomColumn is how long a slice of a zoom level is, in ns: 10 ms, 100 ms, 1 s, 10 s.
func ZoomColumn(level int) int64 { return [ZoomLevels]int64{10e6, 100e6, 1e9, 10e9}[level] }

// ZoomLevel is the level whose slices are as long as column or shorter, and the first if
// none is.
func ZoomLevel(column int64) int {
	for level := ZoomLevels - 1; level > 0; level-- {
		if ZoomColumn(level) <= column {
			return level
		}
	}
	return 0
}

// sliceAt is the slice of a level that a time is in. The divisors are constants, for which
// the compiler multiplies.
func sliceAt(level int, at int64) int64 {
	switch level {
	case 0:
		return at / 10e6
	case 1:
		return at / 100e6
	case 2:
		return at / 1e9
	}
	return at / 10e9
}

// pictureCells is how many slices are kept of each level. It is a power of two.
const pictureCells = 1024

// picture is what a lane did, at each zoom level. A nil picture draws nothing.
type picture struct {
	levels [ZoomLevels]struct {
		last  int64 // the newest slice that something was drawn in
		cells [pictureCells]pictureCell
		// busyIn is the slice in which busy ns are known exactly, the newest with any.
		busyIn, busy int64
	}
}

type pictureCell struct {
	state LaneState
	share uint8 // of the slice in which an invocation ran, of 255
}

// fill draws a state from one time to another; both the same draw the slice they are in.
func (p *picture) fill(from, to int64, state LaneState) {
	if p == nil {
		return
	}
	for level := range p.levels {
		first, last := sliceAt(level, from), sliceAt(level, max(to-1, from))
		for slice := max(first, last-pictureCells+1); slice <= last; slice++ {
			if c := p.cell(level, slice); c != nil {
				c.state = max(c.state, state)
			}
		}
	}
}

// busy draws an invocation that is over.
func (p *picture) busy(from, to int64) {
	if p == nil {
		return
	}
	for level := range p.levels {
		l, column := &p.levels[level], ZoomColumn(level)
		first, last := sliceAt(level, from), sliceAt(level, max(to-1, from))
		for slice := max(first, last-pictureCells+1); slice <= last; slice++ {
			c := p.cell(level, slice)
			if c == nil {
				continue
			}
			c.state = max(c.state, LaneBusy)
			if slice != l.busyIn {
				l.busyIn, l.busy = slice, 0
			}
			l.busy += min(to, (slice+1)*column) - max(from, slice*column)
			c.share = uint8(min((l.busy*255+column/2)/column, 255))
		}
	}
}

// cell returns the cell of a slice, nil if it is too old.
func (p *picture) cell(level int, slice int64) *pictureCell {
	l := &p.levels[level]
	if slice > l.last {
		for s := max(l.last+1, slice-pictureCells+1); s <= slice; s++ {
			l.cells[s&(pictureCells-1)] = pictureCell{}
		}
		l.last = slice
	}
	if slice <= l.last-pictureCells {
		return nil
	}
	return &l.cells[slice&(pictureCells-1)]
}

// Cells writes the states of consecutive slices of a level, from slice number first on, as
// they are at a time: what is open is drawn until then, as a timeout if the invocation has
// run for most of timeout ns (0 for none). It returns how long invocations ran in them, in
// thousandths of the time that the environment was there; -1 if it was not. Where not all
// its life is shown, that is a sum of 255ths of slices.
func (l *Lane) Cells(level int, first, now, timeout int64, into []LaneState) int {
	column := ZoomColumn(level)
	end := now
	if l.IsGone {
		end = min(l.GoneAt, now)
	}
	var busy, there int64
	for i := range into {
		from := (first + int64(i)) * column
		into[i] = LaneNone
		if from+column <= l.Since || from > end || l.Since > end {
			continue
		}
		c := l.kept(level, first+int64(i))
		busy += int64(c.share) * column / 255
		into[i] = c.state
		there += min(end, from+column) - max(l.Since, from)
	}
	if first*column <= l.Since && l.endedAt <= now {
		busy = l.Busy // all its life is shown: that is known exactly
	}
	if l.isStarting {
		paint(into, first*column, column, l.startedAt, now, LaneInit)
	}
	if l.Open.Invocation != 0 {
		state := LaneBusy
		if IsLong(now-l.Open.At, timeout) {
			state = LaneTimeout
		}
		busy += paint(into, first*column, column, l.Open.At, now, state)
	}
	if there <= 0 {
		return -1
	}
	return int(min(busy*1000/there, 1000))
}

// IsLong reports whether an invocation that has run so long is near its timeout: four
// fifths of it. Without one none is.
func IsLong(ran, timeout int64) bool { return timeout > 0 && ran*5 >= timeout*4 }

// kept is what is known of a slice in which the environment was there.
func (l *Lane) kept(level int, slice int64) pictureCell {
	if l.picture == nil {
		return pictureCell{state: LaneUnknown}
	}
	p := &l.picture.levels[level]
	switch {
	case slice > p.last:
		return pictureCell{state: LaneIdle}
	case slice <= p.last-pictureCells:
		return pictureCell{state: LaneUnknown}
	}
	c := p.cells[slice&(pictureCells-1)]
	c.state = max(c.state, LaneIdle)
	return c
}

// paint draws a state over cells, the first of which begins at start, and returns how much
// of their time it takes.
func paint(cells []LaneState, start, column, from, to int64, state LaneState) int64 {
	n := int64(len(cells))
	first := max((from-start)/column, 0)
	if from < start {
		first = 0
	}
	for i := first; i < n && start+i*column <= to; i++ {
		cells[i] = max(cells[i], state)
	}
	return max(min(to, start+n*column)-max(from, start), 0)
}
