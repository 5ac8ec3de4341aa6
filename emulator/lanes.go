package emulator

import (
	"cmp"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// A partition can be driven in lanes (platform/lanes.go): a question of ours, which
// every profile of an event source mapping can be asked.
const (
	orderPartition = "partition"
	orderKey       = "key"
	orderNone      = "none"

	defaultLanes = 10
	maxLanes     = 100
)

// lanes checks how the partitions of an event are driven.
func (v *validation) lanes(path string, e *Event) {
	v.oneOf(Path(path, "order"), e.Order, []string{orderPartition, orderKey, orderNone})
	if e.Lanes == 0 {
		return
	}
	at := Path(path, "lanes")
	within(v, at, e.Lanes, 1, maxLanes, showCount)
	if cmp.Or(e.Order, orderPartition) == orderPartition {
		v.add(at, showCount(e.Lanes), "has no effect with order partition, which has one batch of a partition in flight",
			"set order: key or order: none, or leave lanes out")
	}
}

func resolveLanes(k *profile.Kafka, e *Event) (order platform.Order, lanes int32) {
	switch {
	case k.Connector:
		return platform.ByPartition, 0
	case e.Order == orderKey:
		order = platform.ByKey
	case e.Order == orderNone:
		order = platform.Unordered
	default:
		return platform.ByPartition, 0
	}
	return order, int32(cmp.Or(e.Lanes, defaultLanes))
}

// lanes says that the cloud drives partitions otherwise.
func (w *warnings) lanes(path string, e *Event) {
	if cmp.Or(e.Order, orderPartition) != orderPartition {
		w.add(Path(path, "order"), fmt.Sprintf("%s asks what would be if a partition were driven in %d lanes: for Kafka, the cloud has one batch of it in flight",
			e.Order, cmp.Or(e.Lanes, defaultLanes)))
	}
}
