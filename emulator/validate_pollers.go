package emulator

import (
	"cmp"
	"fmt"
)

// Limits of the knobs of pollers that are ours.
const (
	minPollerRate = 1000
	maxPollerRate = 1_000_000_000
)

// pollers checks what an event says of pollers.
func (v *validation) pollers(path string, e *Event) {
	if e.Pollers != 0 {
		within(v, Path(path, "pollers"), e.Pollers, 1, v.profile.Kafka.PollersMax, showCount)
	}
	if d := e.PollerScaleDelay; d != nil {
		within(v, Path(path, "pollerScaleDelay"), int64(*d), 0, int64(maxBackoff), showDuration)
	}
	if r := e.PollerRate; r != nil && *r != 0 {
		within(v, Path(path, "pollerRate"), *r, minPollerRate, maxPollerRate, showCount)
	}
	at := Path(path, "provisioned")
	if e.Provisioned == nil || !v.available(at, "provisioned", "", "AWS chooses the number of pollers") {
		return
	}
	if e.Pollers != 0 {
		v.add(Path(path, "pollers"), showCount(e.Pollers), "pollers and provisioned both say how many pollers there are",
			fmt.Sprintf("leave one of them out: pollers: %d is provisioned: {minimumPollers: %d, maximumPollers: %d}", e.Pollers, e.Pollers, e.Pollers))
	}
	v.provisionedPollers(at, e.Provisioned)
}

// provisionedPollers checks the bounds against those of the API model, and each other.
func (v *validation) provisionedPollers(path string, p *Provisioned) {
	k, before := &v.profile.Kafka, len(v.mistakes)
	least, most := Path(path, "minimumPollers"), Path(path, "maximumPollers")
	if p.MinimumPollers != 0 {
		v.platformRange(least, "provisionedPollerConfig.minimumPollers", int64(p.MinimumPollers), 1, int64(k.PollersMax), 1, showNumber)
	}
	if p.MaximumPollers != 0 {
		v.platformRange(most, "provisionedPollerConfig.maximumPollers", int64(p.MaximumPollers), 1, int64(k.PollersScaleMax), 1, showNumber)
	}
	if n := cmp.Or(p.MinimumPollers, k.PollersDefault); len(v.mistakes) == before && p.MaximumPollers != 0 && p.MaximumPollers < n {
		v.add(most, showCount(p.MaximumPollers), fmt.Sprintf("%d is under minimumPollers, which is %d", p.MaximumPollers, n), "")
	}
}
