package eventsource

import (
	"errors"
	"fmt"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/filter"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Limits of time that no rule of a platform depends on.
const (
	// fetchWait is how long the broker may hold a fetch that has nothing. A
	// partition that is resumed waits for the open fetch, so it must be short.
	fetchWait = 50 * time.Millisecond
	// defaultGrace is Config.Grace unless set.
	defaultGrace = 45 * time.Second
	// commitWait is how long the end of an assignment waits for its commits.
	commitWait = 10 * time.Second
	// leaveWait is how long the end of a run waits for leaving the group.
	leaveWait = 5 * time.Second
)

// Config is what a Source is made of.
type Config struct {
	Mapping platform.MappingID
	// Name is the consumer group.
	Name string
	// Topic is what is consumed.
	Topic string
	// Bootstrap is the address of a broker, host:port.
	Bootstrap string
	// StartLatest begins at the end of a log for which the group has no committed
	// offset. The default is its beginning.
	StartLatest bool
	// StartTimestamp begins, for such a group, at the first record that is not older,
	// or at the end of the log if there is none. Zero means neither. It has
	// milliseconds, and counts before StartLatest.
	StartTimestamp time.Time
	// StartingPosition is what the user set, "" if nothing: a group that has
	// offsets ignores it, and a warning says so.
	StartingPosition string
	// Event tells the sizes of records.
	Event kafkaevent.Source
	// Filters say which records the machine is to leave out. Nil leaves out none.
	Filters *filter.Set
	// Grace is how long a revocation is held for partitions that are not
	// released. Default 45 s. The group's rebalance timeout is made longer by
	// what committing may take.
	Grace time.Duration
	// Options are added to those of the Kafka client.
	Options []kgo.Opt
	// Unpaused keeps a partition that is not read fast enough from being paused
	// in the client: what is in the log may all be held in memory. Without a
	// pause no partition waits for an open fetch to end when it is resumed.
	Unpaused bool
	// Deliver hands an input to the conductor: Assigned, Revoked, Lost, Arrived,
	// LogStarted, Committed. It may block, and must take inputs until Run has
	// returned. One goroutine calls it. The slices in an input are the receiver's.
	Deliver func(platform.Input)
	// Note hands on an entry for the journal: warnings. It may block, is called
	// by several goroutines, and must work until Run has returned.
	Note func(journal.Entry)
}

// validate reports all that is missing, and options the client refuses.
func (c *Config) validate() error {
	var errs []error
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"name", c.Name == ""}, {"topic", c.Topic == ""}, {"bootstrap address", c.Bootstrap == ""},
		{"deliver function", c.Deliver == nil}, {"note function", c.Note == nil},
	} {
		if f.missing {
			errs = append(errs, fmt.Errorf("event source %q: no %s", c.Name, f.name))
		}
	}
	if c.Grace < 0 {
		errs = append(errs, fmt.Errorf("event source %q: grace %v is negative", c.Name, c.Grace))
	}
	return errors.Join(errs...)
}

func (s *Source) options() []kgo.Opt {
	start := kgo.NewOffset().AtStart()
	if s.cfg.StartLatest {
		start = kgo.NewOffset().AtEnd()
	}
	if t := s.cfg.StartTimestamp; !t.IsZero() {
		start = kgo.NewOffset().AfterMilli(t.UnixMilli())
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(s.cfg.Bootstrap),
		kgo.ClientID("coldbrook-" + s.cfg.Name),
		kgo.DisableClientMetrics(),
		kgo.AlwaysRetryEOF(), // else a commit that meets an outage is given up at once
		kgo.ConsumerGroup(s.cfg.Name),
		kgo.ConsumeTopics(s.cfg.Topic),
		kgo.ConsumeStartOffset(start),
		// Positions are resolved before; this is for a log start that passes a
		// position later. What still exists was never consumed.
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.FetchMaxWait(fetchWait),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.KeepControlRecords(),
		kgo.RebalanceTimeout(s.cfg.Grace + commitWait + leaveWait),
		kgo.AdjustFetchOffsetsFn(s.onOffsetsFetched),
		kgo.OnPartitionsRevoked(s.onRevoked),
		kgo.OnPartitionsLost(s.onLost),
	}
	return append(opts, s.cfg.Options...)
}
