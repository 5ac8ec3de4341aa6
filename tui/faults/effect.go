package faults

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// effect is the live number that stands beside a setting.
type effect uint8

const (
	noEffect effect = iota
	throttleEffect
	timeoutEffect
	retryEffect
	coldEffect
	tookEffect
	batchEffect
	deadEffect
	lagEffect
	orderEffect
)

// effects are the settings whose doing the run counts. What is not here is counted nowhere.
var effects = map[string]effect{
	"accountConcurrency": throttleEffect, "reservedConcurrency": throttleEffect, "throttleBackoff": throttleEffect,
	"timeout": timeoutEffect, "retries": retryEffect, "retryBackoff": retryEffect,
	"coldStart": coldEffect, "keepAlive": coldEffect, "duration": tookEffect,
	"batchSize": batchEffect, "onFailure": deadEffect, "deadLetter": deadEffect, "pollers": lagEffect, "order": orderEffect,
}

func effectOf(s *ui.Setting) effect { return effects[s.Path[strings.LastIndexByte(s.Path, '.')+1:]] }

// Sparklines show the last ten seconds, the highest rate of each slice.
const (
	sparkColumns = 8
	sparkSlices  = 5 // quarters of a second
)

// drawEffect draws what a setting does right now.
func drawEffect(c *ui.Context, a frame.Area, e effect, function string) {
	f, now := &c.View.Flow, c.View.Now
	if e == noEffect || a.W <= 0 {
		return
	}
	if e == orderEffect {
		drawCount(a, frame.Moved, signed(c.View.Order.Violations()), "overtakes in the run", "⇅ ")
		return
	}
	if function == "" {
		if e == throttleEffect {
			drawRate(a, frame.Bad, "thr", &f.ThrottleRate, now)
		}
		return
	}
	d := functionIn(f, function)
	if d == nil {
		return
	}
	switch e {
	case throttleEffect:
		drawRate(a, frame.Bad, "thr", &d.ThrottleRate, now)
	case retryEffect:
		drawRate(a, frame.Cold, "retry", &d.RetryRate, now)
	case coldEffect:
		drawRate(a, frame.Cold, "cold", &d.ColdRate, now)
	case timeoutEffect:
		drawCount(a, frame.Bad, signed(d.Timeouts), "timed out", "")
	case deadEffect:
		drawCount(a, frame.Bad, signed(d.DeadLettered), "dead-lettered", "")
	case tookEffect:
		drawTook(a, d, now)
	case batchEffect:
		drawBatch(a, d, now)
	case lagEffect:
		drawCount(a, frame.Text, lagOf(f, function), "lag", "")
	}
}

// signed is a count as Count takes it.
func signed(n uint64) int64 { return int64(n) }

func functionIn(f *store.Flow, name string) *store.Function {
	for _, d := range f.Functions {
		if d.Name == name {
			return d
		}
	}
	return nil
}

func lagOf(f *store.Flow, function string) int64 {
	var lag int64
	for _, m := range f.Mappings {
		if m.Function == function {
			lag += f.Lag(m)
		}
	}
	return lag
}

// drawRate draws a name, ten seconds of a rate if there is room, and what it is now.
func drawRate(a frame.Area, s frame.Style, name string, r *store.Rate, now int64) {
	per := r.Per(now)
	if per == 0 {
		s = frame.Dim
	}
	x := a.Text(0, 0, frame.Dim, name)
	x = max(x, 5) + 1
	if a.W >= 24 {
		drawSpark(a, x+sparkColumns, s, r, now)
		x += sparkColumns + 1
	}
	a.Right(x+5, 0, s, frame.Count(per))
	a.Text(x+5, 0, frame.Dim, "/s")
}

func drawSpark(a frame.Area, end int, s frame.Style, r *store.Rate, now int64) {
	var slices [sparkColumns * sparkSlices]int64
	var peaks [sparkColumns]int64
	r.Slices(now, slices[:])
	for i, n := range slices {
		peaks[i/sparkSlices] = max(peaks[i/sparkSlices], n)
	}
	a.Spark(end, 0, s, peaks[:], 0)
}

// drawCount draws how many of something there were in the whole run.
func drawCount(a frame.Area, s frame.Style, n int64, of, sign string) {
	if n == 0 {
		s = frame.Dim
	}
	x := a.Text(0, 0, s, sign)
	x = a.Text(x, 0, s, frame.Count(n))
	a.Cut(x+1, 0, a.W-x-1, frame.Dim, of)
}

func drawTook(a frame.Area, d *store.Function, now int64) {
	p99 := d.Took.Quantile(now, 990)
	if p99 == 0 {
		a.Text(0, 0, frame.Dim, "p99 -")
		return
	}
	x := a.Text(0, 0, frame.Dim, "p99 ")
	x = a.Text(x, 0, frame.Text, frame.Span(p99))
	if a.W >= 24 {
		x = a.Text(x, 0, frame.Dim, "  p50 ")
		a.Text(x, 0, frame.Text, frame.Span(d.Took.Quantile(now, 500)))
	}
}

// drawBatch draws the rate of records, and how many of them an invocation had.
func drawBatch(a frame.Area, d *store.Function, now int64) {
	drawRate(a, frame.Text, "rec", &d.Rate, now)
	if a.W < 31 || d.Invocations == 0 {
		return
	}
	tenths := d.Rate.Total * 10 / d.Invocations
	text := strconv.FormatUint(tenths/10, 10)
	if tenths < 100 {
		text += "." + strconv.FormatUint(tenths%10, 10)
	}
	a.Text(23, 0, frame.Dim, text+"/batch")
}
