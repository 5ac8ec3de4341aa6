package eventsource

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// position is where an assignment begins.
type position struct {
	partition int32
	// offset is the next record to handle, and logStart the first that exists:
	// what lies between is gone.
	offset, logStart int64
	warning          string
}

// positions resolves committed offsets, in order of partition.
func (s *Source) positions(ctx context.Context, committed map[int32]kgo.Offset) ([]position, error) {
	admin := kadm.NewClient(s.client)
	starts, err := admin.ListStartOffsets(ctx, s.cfg.Topic)
	if err != nil {
		return nil, fmt.Errorf("topic %q: log start: %w", s.cfg.Topic, err)
	}
	// The end as a consumer sees it: open transactions lie beyond.
	ends, err := admin.ListCommittedOffsets(ctx, s.cfg.Topic)
	if err != nil {
		return nil, fmt.Errorf("topic %q: log end: %w", s.cfg.Topic, err)
	}
	first, err := s.firstOffsets(ctx, admin, starts, ends)
	if err != nil {
		return nil, err
	}
	positions := make([]position, 0, len(committed))
	for _, i := range slices.Sorted(maps.Keys(committed)) {
		start, err := s.listed(starts, i)
		if err != nil {
			return nil, err
		}
		end, err := s.listed(ends, i)
		if err != nil {
			return nil, err
		}
		p := position{partition: i, offset: committed[i].EpochOffset().Offset, logStart: start}
		s.warnOfPosition(&p)
		from, err := s.listed(first, i)
		if err != nil {
			return nil, err
		}
		p.resolve(end, from)
		positions = append(positions, p)
	}
	return positions, nil
}

// firstOffsets is where partitions begin of which no offset is committed, by the
// starting position.
func (s *Source) firstOffsets(ctx context.Context, admin *kadm.Client, starts, ends kadm.ListedOffsets) (kadm.ListedOffsets, error) {
	switch {
	case !s.cfg.StartTimestamp.IsZero():
		// Where no record is as late, the broker says the end.
		found, err := admin.ListOffsetsAfterMilli(ctx, s.cfg.StartTimestamp.UnixMilli(), s.cfg.Topic)
		if err != nil {
			return nil, fmt.Errorf("topic %q: offsets of %v: %w", s.cfg.Topic, s.cfg.StartTimestamp, err)
		}
		return found, nil
	case s.cfg.StartLatest:
		return ends, nil
	}
	return starts, nil
}

// listed returns the offset that was listed for a partition.
func (s *Source) listed(offsets kadm.ListedOffsets, partition int32) (int64, error) {
	o, ok := offsets.Lookup(s.cfg.Topic, partition)
	if !ok {
		return 0, fmt.Errorf("topic %q, partition %d: the broker does not know it", s.cfg.Topic, partition)
	}
	if o.Err != nil {
		return 0, fmt.Errorf("topic %q, partition %d: list offsets: %w", s.cfg.Topic, partition, o.Err)
	}
	return o.Offset, nil
}

// resolve chooses the offset where none is committed, or one that does not exist.
// A committed offset below the log start stays, whatever the starting position: no
// record that exists is skipped, and those that do not are counted.
func (p *position) resolve(end, start int64) {
	switch {
	case p.offset < 0:
		p.offset = start
	case p.offset > max(end, p.logStart):
		p.warning = fmt.Sprintf("partition %d: committed offset %d is beyond the end of the log, %d: starting at %d",
			p.partition, p.offset, end, start)
		p.offset = start
	}
}

// warnOfPosition says once, of the first partition that the source gets, that the
// group has an offset, so that the starting position does not count
// (kafka-starting-positions, kafka-consumer-group-id). Offsets that it finds later
// are its own.
func (s *Source) warnOfPosition(p *position) {
	s.mu.Lock()
	isFirst := len(s.partitions) == 0
	said := s.saidPosition
	s.saidPosition = s.saidPosition || isFirst && p.offset >= 0
	s.mu.Unlock()
	if s.cfg.StartingPosition != "" && isFirst && !said && p.offset >= 0 {
		p.warning = fmt.Sprintf("startingPosition %s is ignored: group %q exists and goes on from its committed offsets",
			s.cfg.StartingPosition, s.cfg.Name)
	}
}
