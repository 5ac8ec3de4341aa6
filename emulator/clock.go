package emulator

import (
	"slices"
	"sync"
	"time"
)

// clock is the world's: it runs as fast as the wall's and can be made to stand still, and
// while it stands be moved ahead. The conductor alone changes it; reading it is
// safe for concurrent use.
type clock struct {
	start time.Time // world time 0

	mu   sync.Mutex // guards all below
	eras []era      // at least one, by the wall's time; the last is now
	last era        // the one with which the world last came to stand still
}

// era is a stretch of time in which the world's clock runs, or stands still.
type era struct {
	wall  int64 // when it began on the wall, ns since the start
	world int64 // when it began in the world
	runs  bool
}

// erasKept is how many are known at most: each pause, resume and jump begins one. The first
// and the newest are kept; of what was produced between them the time in the world is not
// exact, but before that of what came later.
const erasKept = 1 << 12

func newClock() clock { return clock{start: time.Now(), eras: []era{{runs: true}}} }

// now is world time, ns since the start.
func (c *clock) now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.eras[len(c.eras)-1].at(int64(time.Since(c.start)))
}

// at is the time in the world when that on the wall is wall, which is in the era.
func (e *era) at(wall int64) int64 {
	if e.runs {
		return e.world + wall - e.wall
	}
	return e.world
}

// wall turns world time into wall time: of what is to come while the world stands still,
// as if it was resumed now.
func (c *clock) wall(at int64) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := &c.eras[len(c.eras)-1]
	if now.runs {
		return c.start.Add(time.Duration(at - now.world + now.wall))
	}
	return time.Now().Add(time.Duration(at - now.world))
}

// stood says since when a world that stands still does, in its own time, and for how long on
// the wall.
func (c *clock) stood() (since, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.eras[len(c.eras)-1].runs {
		return 0, 0
	}
	return time.Duration(c.last.world), time.Since(c.start) - time.Duration(c.last.wall)
}

// hasStood reports whether the world ever stood still, so that a duration on the wall need
// not be one in the world.
func (c *clock) hasStood() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.eras) > 1
}

// begin begins an era: at is the world's time now.
func (c *clock) begin(at int64, runs bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := era{wall: int64(time.Since(c.start)), world: at, runs: runs}
	if !runs && c.eras[len(c.eras)-1].runs {
		c.last = next
	}
	if len(c.eras) == erasKept {
		c.eras = slices.Delete(c.eras, 1, erasKept/2)
	}
	c.eras = append(c.eras, next)
}

// timestamp turns that of a record, in ms of Unix time, into the one that it would have if
// the world had never stood still. So records age in the world.
func (c *clock) timestamp(ms int64) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := ms*1e6 - c.start.UnixNano()
	for i := len(c.eras) - 1; i >= 0; i-- {
		e := &c.eras[i]
		if e.wall > wall+999_999 { // it may be of any moment of its millisecond
			continue
		}
		at := e.at(wall)
		if i+1 < len(c.eras) {
			at = min(at, c.eras[i+1].world)
		}
		return ms + (at-wall)/1e6
	}
	return ms // from before the run
}
