package store

import (
	"strconv"
	"strings"
)

// attention is about a function. Of lost records the report on order has told, if it knows
// of any.
func (d *Function) attention(all []Attention, now int64) []Attention {
	if d.Dropped > 0 && !has(all, AttentionLost, d.Name) {
		all = append(all, d.line(AttentionLost, PlaceEvents, "lost", records(d.Dropped)+" given up and kept nowhere", IncidentDrop))
	}
	if d.DeadLettered > 0 {
		all = append(all, d.line(AttentionDeadLetter, PlaceEvents, "dlq", d.deadLetters(), IncidentDeadLetter))
	}
	if d.Held > 0 {
		text := oneOrMany(d.Held, "batch waits", "batches wait") + " for another revision: " + oneLine(d.Newest[IncidentHold].Reason)
		all = append(all, d.line(AttentionHeld, PlaceEvents, "held", text, IncidentHold))
	}
	if d.Timeouts > 0 {
		all = append(all, d.line(AttentionTimeout, PlaceEvents, "timeout", d.timeouts(), IncidentTimeout))
	}
	if n := d.Failures - d.Timeouts; n > 0 && d.Newest[IncidentFailure].Reason != "" {
		i := &d.Newest[IncidentFailure]
		all = append(all, d.line(AttentionFailure, PlaceEvents, "err", counted(n, "failure")+", newest "+placeOf(i)+": "+oneLine(i.Reason), IncidentFailure))
	}
	if text := d.throttles(now); text != "" {
		all = append(all, d.line(AttentionThrottle, PlaceEvents, "thr", text, IncidentThrottle))
	}
	if n := d.LastNoRoom.Sum(now); n > 0 {
		text := counted(uint64(n), "start") + " waited in the last minute: " + oneLine(d.Newest[IncidentNoRoom].Reason)
		all = append(all, d.line(AttentionRoom, PlaceFunctions, "", text, IncidentNoRoom))
	}
	if n := d.LastCold.Sum(now); n > 0 {
		i := &d.Newest[IncidentCold]
		text := counted(uint64(n), "cold start") + " in the last minute, newest e-" + strconv.Itoa(int(i.Environment))
		if i.Took > 0 {
			text += ", ready after " + durationText(i.Took)
		}
		all = append(all, d.line(AttentionCold, PlaceFunctions, "", text, IncidentCold))
	}
	return d.codeAttention(all, now)
}

// line is a line about a function; what is the predicate that filters its events.
func (d *Function) line(kind AttentionKind, to Place, what, text string, of IncidentKind) Attention {
	a := Attention{Kind: kind, Name: d.Name, Function: d.Name, Place: to, Text: text}.at(&d.Newest[of])
	if to == PlaceEvents || to == PlaceLogs {
		a.Filter = strings.TrimSuffix("fn="+quoted(d.Name)+" "+what, " ")
	}
	return a
}

// shownFor is for how long a reload is a line: a minute.
const shownFor = 60e9

// codeAttention is about the code of a function.
func (d *Function) codeAttention(all []Attention, now int64) []Attention {
	code := Attention{Name: d.Name, Function: d.Name, Place: PlaceLogs, Filter: "fn=" + quoted(d.Name)}
	switch {
	case d.Skipped != "":
		code.Kind, code.Text = AttentionBroken, "is not run: "+oneLine(d.Skipped)
	case d.Broken != "":
		code.Kind, code.Text = AttentionBroken, "r"+strconv.Itoa(int(d.BrokenRevision))+": "+oneLine(d.Broken)
		if d.BrokenRevision > d.Revision {
			code.Text = "r" + strconv.Itoa(int(d.Revision)) + " goes on, " + code.Text
		}
	case d.ReloadedAt > 0 && (now-d.ReloadedAt < shownFor || d.Draining > 0):
		code.Kind, code.At = AttentionReload, d.ReloadedAt
		code.Text = "r" + strconv.Itoa(int(d.Revision)) + " live"
		if d.ReloadTook > 0 {
			code.Text += " in " + durationText(d.ReloadTook)
		}
		if d.Draining > 0 {
			code.Text += ", " + oneOrMany(d.Draining, "older environment drains", "older environments drain")
		}
		if d.ReloadText != "" {
			code.Text += ": " + oneLine(d.ReloadText)
		}
	default:
		return all
	}
	return append(all, code)
}

func (d *Function) deadLetters() string {
	i := &d.Newest[IncidentDeadLetter]
	text := records(d.DeadLettered) + ", newest " + placeOf(i)
	if i.Attempt > 0 {
		text += " after " + oneOrMany(int(i.Attempt), "try", "tries")
	}
	return text + ": " + oneLine(i.Reason)
}

func (d *Function) timeouts() string {
	i := &d.Newest[IncidentTimeout]
	text := counted(d.Timeouts, "timeout") + ", newest " + placeOf(i) + " ran " + durationText(i.Took)
	if i.Topic == "" {
		text = counted(d.Timeouts, "timeout") + ", newest ran " + durationText(i.Took)
	}
	if d.Timeout > 0 {
		text += " of " + durationText(d.Timeout)
	}
	if i.Environment > 0 {
		text += " on e-" + strconv.Itoa(int(i.Environment))
	}
	return text
}

// throttleSlices is over how much time throttles are looked at: 10 s.
const throttleSlices = 40

// throttles is "" if there were none in the last ten seconds.
func (d *Function) throttles(now int64) string {
	n := d.ThrottleRate.Over(now, throttleSlices)
	if n == 0 {
		return ""
	}
	share := max(d.ThrottleRate.Filled(now, throttleSlices)*100/throttleSlices, 1)
	text := counted(d.Throttles, "throttle") + ", " + strconv.FormatInt(d.ThrottleRate.Per(now), 10) + "/s: " + d.limitReached() + " in " + strconv.FormatInt(share, 10) + "% of the last 10s"
	if d.Queue > 0 {
		text += ", queue " + strconv.Itoa(d.Queue)
	}
	return text
}

// limitReached says which limit throttles, in words.
func (d *Function) limitReached() string {
	switch reason := d.Newest[IncidentThrottle].Reason; {
	case reason == "ReservedFunctionConcurrentInvocationLimitExceeded" && d.Limit >= 0:
		return "reserved concurrency " + strconv.Itoa(d.Limit) + " reached"
	case reason == "ConcurrentInvocationLimitExceeded":
		return "concurrency of the account reached"
	case strings.HasSuffix(reason, "InvocationRateLimitExceeded"):
		return "rate of requests reached"
	default:
		return oneLine(reason)
	}
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
