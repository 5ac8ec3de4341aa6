package store

// Slice is what a function did in a slice of time.
type Slice struct {
	Lasting
	// Throttled and Cold are throttles and cold starts.
	Throttled, Cold uint32
	// Longest is the duration of the longest invocation that ended, in ns.
	Longest int64
}

// Lasting is what lasts from one slice to the next; a Slice holds the most of it.
type Lasting struct {
	// Alive is environments, Running open invocations, Waiting batches that wait.
	Alive, Running, Waiting int32
	// Revision is the one that served, from 1 on; 0 where nothing is known of a slice.
	Revision int32
}

// and takes what lasts from then on.
func (s *Slice) and(l Lasting) {
	s.Alive, s.Running, s.Waiting = max(s.Alive, l.Alive), max(s.Running, l.Running), max(s.Waiting, l.Waiting)
	s.Revision = max(s.Revision, l.Revision)
}

// strips is a function over time, at each zoom level.
type strips struct {
	now    Lasting
	levels *[ZoomLevels]stripLevel
}

type stripLevel struct {
	first, last int64 // the oldest and the newest slice that anything is known of
	slices      [pictureCells]Slice
}

// add notes what lasts from a time on, and what happened then.
func (s *strips) add(at int64, now Lasting, happened Slice) {
	if s.levels == nil {
		s.levels = &[ZoomLevels]stripLevel{}
		for level := range s.levels {
			l := &s.levels[level]
			l.first, l.last = sliceAt(level, at), sliceAt(level, at)-1
		}
	}
	for level := range s.levels {
		l, slice := &s.levels[level], sliceAt(level, at)
		if slice > l.last {
			for n := max(l.last+1, slice-pictureCells+1); n <= slice; n++ {
				l.slices[n&(pictureCells-1)] = Slice{Lasting: s.now}
			}
			l.last = slice
		}
		if slice > l.last-pictureCells && slice >= l.first {
			one := &l.slices[slice&(pictureCells-1)]
			one.and(now)
			one.Throttled += happened.Throttled
			one.Cold += happened.Cold
			one.Longest = max(one.Longest, happened.Longest)
		}
	}
	s.now = now
}

// Slices writes consecutive slices of a level, from slice number first on, as they are at a
// time. Of those that are not kept, or not begun, the Revision is 0.
func (f *FunctionLanes) Slices(level int, first, now int64, into []Slice) {
	for i := range into {
		into[i] = Slice{}
		slice := first + int64(i)
		if f.strips.levels == nil || slice > sliceAt(level, now) {
			continue
		}
		l := &f.strips.levels[level]
		switch {
		case slice > l.last:
			into[i].Lasting = f.strips.now
		case slice >= l.first && slice > l.last-pictureCells:
			into[i] = l.slices[slice&(pictureCells-1)]
		}
	}
}

func (s *strips) clone() strips {
	c := *s
	if s.levels != nil {
		levels := *s.levels
		c.levels = &levels
	}
	return c
}
