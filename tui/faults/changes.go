package faults

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// sendEvery is how often changes are sent at most while a key repeats.
const sendEvery = 200 * time.Millisecond

// answerWait is for how long a value that was sent is shown although the run says another:
// it may write it in another way.
const answerWait = time.Second

// changes are values that were asked for and that the run does not show yet. Each is shown
// at once, and the last one of each key is sent. Its methods are safe for concurrent use.
type changes struct {
	mu      sync.Mutex // guards all below
	all     []change   // in the order in which they were made
	sending bool       // somebody is in send
	last    time.Time  // when something was sent
}

type change struct {
	path, value string
	isSent      bool // to the run, which has taken it at the time at
	at          time.Time
}

// want notes a change, and reports whether send is to be called.
func (c *changes) want(path, value string) (send bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = slices.DeleteFunc(c.all, func(o change) bool { return o.path == path })
	c.all = append(c.all, change{path: path, value: value})
	send = !c.sending
	c.sending = true
	return send
}

// wanted is the value that a key is to have and that is not shown by the run yet.
func (c *changes) wanted(path string) (value string, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.all {
		if c.all[i].path == path {
			return c.all[i].value, true
		}
	}
	return "", false
}

// any reports whether something waits.
func (c *changes) any() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all) > 0
}

// send sends what waits, until nothing does: not more than once in sendEvery. It returns
// what the run said of the last change. What was not taken is shown no longer.
func (c *changes) send(ctx context.Context, d ui.Driver) (said string, err error) {
	for {
		batch, wait := c.take()
		if wait > 0 {
			if err := pause(ctx, wait); err != nil {
				c.drop()
				return said, err
			}
			continue
		}
		if len(batch) == 0 {
			return said, nil
		}
		if said, err = d.Set(ctx, batch); err != nil {
			c.drop()
			return "", err
		}
		c.sent(batch)
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// take returns the assignments that are to be sent now, or how long to wait with them; and
// neither if there are none, which ends the sending.
func (c *changes) take() (batch []string, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.all {
		if !c.all[i].isSent {
			batch = append(batch, c.all[i].path+"="+c.all[i].value)
		}
	}
	if len(batch) == 0 {
		c.sending = false
		return nil, 0
	}
	if wait = sendEvery - time.Since(c.last); wait > 0 {
		return nil, wait
	}
	c.last = time.Now()
	return batch, 0
}

// sent notes that the run has taken a batch. What was changed meanwhile is sent next.
func (c *changes) sent(batch []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.all {
		if o := &c.all[i]; slices.Contains(batch, o.path+"="+o.value) {
			o.isSent, o.at = true, time.Now()
		}
	}
}

// drop forgets what the run has refused or not been told, and ends the sending. What was changed meanwhile
// goes with it: it was made on top of a value that the run does not have.
func (c *changes) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending = false
	c.all = slices.DeleteFunc(c.all, func(o change) bool { return !o.isSent })
}

// settle forgets what the run shows by now, or has taken long ago.
func (c *changes) settle(settings []ui.Setting, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = slices.DeleteFunc(c.all, func(o change) bool {
		if !o.isSent {
			return false
		}
		for i := range settings {
			if s := &settings[i]; s.Path == o.path && (s.Value == o.value || o.value == wordDefault && s.Value == s.Default) {
				return true
			}
		}
		return now.Sub(o.at) > answerWait
	})
}
