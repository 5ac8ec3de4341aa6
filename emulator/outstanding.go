package emulator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Outstanding is the records of a partition that are in no terminal state.
type Outstanding struct {
	Mapping   string `json:"mapping"`
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	// First is the first of their offsets, Records how many there are.
	First   int64 `json:"first"`
	Records int64 `json:"records"`
}

// String returns it in words.
func (o Outstanding) String() string {
	return fmt.Sprintf("%s: %d of %s/%d, from offset %d on", o.Mapping, o.Records, o.Topic, o.Partition, o.First)
}

// Outstanding returns what no mapping has brought to a terminal state: what is
// above the committed offsets. Mappings of skipped functions are left out. After
// the run it is what was left when it ended.
func (e *Emulator) Outstanding() []Outstanding {
	if left := e.left.Load(); left != nil {
		return *left
	}
	return e.outstanding()
}

// Unfinished is Outstanding without records that were filtered and whose offsets
// wait for the next batch (Event.CommitFiltered).
func (e *Emulator) Unfinished() []Outstanding {
	waits := func(m *mappingPart) bool { return m.rules.FilteredWait }
	if e.left.Load() != nil || !slices.ContainsFunc(e.parts().mappings, waits) {
		return e.Outstanding()
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var out []Outstanding
	err := e.conductor.do(ctx, func() {
		out = e.outstandingFrom(func(id platform.MappingID, partition int32) (int64, bool) {
			offset, assigned := e.conductor.machine.Position(id, partition)
			return offset, assigned && e.parts().mappings[id].rules.FilteredWait
		})
	})
	if err != nil { // the run has just ended
		return e.Outstanding()
	}
	return out
}

func (e *Emulator) outstanding() []Outstanding { return e.outstandingFrom(nil) }

// outstandingFrom takes positions into account that are not committed yet or,
// where a mapping starts at the end of a log, never will be.
func (e *Emulator) outstandingFrom(at positions) []Outstanding {
	topics := map[string][]broker.PartitionInfo{}
	for _, t := range e.broker.Topics() {
		topics[t.Name] = t.Partitions
	}
	committed := e.committed()
	var out []Outstanding
	for i, mp := range e.parts().mappings {
		m := &mp.rules
		if mp.removed || e.skipped(mp.owner) != "" {
			continue
		}
		for _, p := range topics[m.Topic] {
			first := max(p.Start, committed[position{m.Name, m.Topic, p.Partition}])
			if at != nil {
				if offset, assigned := at(platform.MappingID(i), p.Partition); assigned {
					first = max(first, offset)
				}
			}
			if first < p.End {
				out = append(out, Outstanding{Mapping: m.Name, Topic: m.Topic, Partition: p.Partition, First: first, Records: p.End - first})
			}
		}
	}
	return out
}

type position struct {
	group, topic string
	partition    int32
}

// committed is what every group has committed.
func (e *Emulator) committed() map[position]int64 {
	committed := map[position]int64{}
	for _, g := range e.broker.Groups() {
		for _, c := range g.Committed {
			committed[position{g.Name, c.Topic, c.Partition}] = c.Offset
		}
	}
	return committed
}

// drainPoll is how often Drain looks.
const drainPoll = 50 * time.Millisecond

// Drain brings the run to rest: it resumes a world that is paused, ends the processes that only feed, waits
// until nothing was produced for the time idle and every record of every mapping
// is in a terminal state, ends the other processes, and waits for what those
// produced last. Batches that are held until there is another revision (OnReload) with
// what waits behind them, and the records of functions of which no revision serves, are
// not waited for: they are journalled, and returned as an error. It returns the cause of ctx if that ends first.
func (e *Emulator) Drain(ctx context.Context, idle time.Duration) error {
	if !e.world.Virtual() {
		if err := e.Resume(ctx); err != nil {
			return err
		}
	}
	e.stopProcesses(func(p *Process) bool { return p.Source })
	if err := e.awaitIdle(ctx, idle); err != nil {
		return err
	}
	e.stopProcesses(func(*Process) bool { return true })
	if err := e.awaitIdle(ctx, 0); err != nil {
		return err
	}
	return e.sayHeld(ctx)
}

// awaitIdle waits until no invocation is open, nothing is outstanding but what is held
// up, and nothing was produced for the time idle.
func (e *Emulator) awaitIdle(ctx context.Context, idle time.Duration) error {
	ticker := time.NewTicker(drainPoll)
	defer ticker.Stop()
	var produced uint64
	quietSince := time.Now()
	for {
		total := uint64(0)
		for _, n := range e.log.Counts().Produced {
			total += n
		}
		busy := e.busy(ctx)
		if total != produced || busy {
			produced, quietSince = total, time.Now()
		}
		if !busy && time.Since(quietSince) >= idle {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (e *Emulator) busy(ctx context.Context) bool {
	idle := false
	err := e.conductor.do(ctx, func() {
		if idle = e.isIdle(); !idle {
			idle = e.heldUp().all
		}
	})
	return err != nil || !idle
}
