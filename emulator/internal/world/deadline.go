package world

import (
	"sync"
	"time"
)

// deadline is where one side of a stream waits, and until when. The stream's mu
// guards it and is the lock of changed.
//
// Clients set a deadline on every request and take it back after it, so setting
// one costs nothing but the assignment: there is a timer only once somebody has
// waited, and it runs only while somebody waits.
type deadline struct {
	changed sync.Cond // the stream or this deadline is not what it was
	at      time.Time // zero: none
	waiting int       // goroutines in wait
	timer   *time.Timer
	running bool // the timer
}

// exceeded reports whether the deadline has passed.
func (d *deadline) exceeded() bool { return !d.at.IsZero() && time.Until(d.at) <= 0 }

// wait returns when changed was broadcast, by whatever cause, or the deadline
// has passed. Whoever moves the deadline broadcasts, and those in wait come back
// with the new one.
func (d *deadline) wait() {
	d.waiting++
	if !d.at.IsZero() {
		d.start()
	}
	d.changed.Wait()
	if d.waiting--; d.waiting == 0 && d.running {
		d.timer.Stop()
		d.running = false
	}
}

func (d *deadline) start() {
	d.running = true
	if d.timer == nil {
		d.timer = time.AfterFunc(time.Until(d.at), d.fire)
		return
	}
	d.timer.Reset(time.Until(d.at))
}

func (d *deadline) fire() {
	d.changed.L.Lock()
	defer d.changed.L.Unlock()
	d.changed.Broadcast()
}
