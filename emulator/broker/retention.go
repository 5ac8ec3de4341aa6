package broker

import (
	"fmt"
	"maps"
	"math/bits"
	"strconv"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	// retainEvery is how often the log is measured when little is produced.
	retainEvery = 2 * time.Second
	// batchOverhead is what a batch takes in memory beside its bytes: kfake's
	// index entry of 72, with room to grow, and its index file.
	batchOverhead = 128
	// Bounds of a segment. kfake frees memory by segments, and keeps a file
	// open for each on disk.
	segmentMin, segmentMax         = 16 << 10, 4 << 20
	segmentMinDisk, segmentMaxDisk = 1 << 20, 64 << 20
)

// logUse is what the gate knows of the log without asking kfake. It is safe for
// concurrent use.
type logUse struct {
	retention int64
	full      chan struct{} // receives when an eighth of retention was produced

	mu         sync.Mutex // guards all below
	partitions map[partition]*partitionUse
	since      int64 // bytes since full was sent to
}

type partition struct {
	topic string
	index int32
}

type partitionUse struct {
	// batches and bytes are what was appended through the gate.
	batches, bytes int64
	last           int64 // greatest offset counted
	start          int64 // log start as last seen
}

func newLogUse(retention int64) *logUse {
	return &logUse{retention: retention, full: make(chan struct{}, 1), partitions: map[partition]*partitionUse{}}
}

// count notes a batch that ends with offset last. again says that kfake had it
// already; count then returns whether it is the first to hear of it.
func (l *logUse) count(topic string, index int32, last, size int64, again bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.use(partition{topic, index})
	if again && last <= u.last {
		return false
	}
	u.last = max(u.last, last)
	u.batches++
	u.bytes += size
	if l.since += size + batchOverhead; l.since >= l.retention/8 {
		l.since = 0
		select {
		case l.full <- struct{}{}:
		default: // the janitor is told already
		}
	}
	return true
}

func (l *logUse) use(p partition) *partitionUse {
	u := l.partitions[p]
	if u == nil {
		u = &partitionUse{last: -1}
		l.partitions[p] = u
	}
	return u
}

// started notes the log start of p and reports whether it moved forward.
func (l *logUse) started(p partition, start int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	u := l.use(p)
	moved := start > u.start
	u.start = start // a topic that was deleted and created again begins at 0
	return moved
}

// measured is a partition's share of the log.
type measured struct {
	bytes   int64
	batches float64 // estimated
}

func (m measured) cost(level int64) float64 {
	if m.bytes == 0 {
		return 0
	}
	kept := float64(min(m.bytes, level))
	return kept + kept/float64(m.bytes)*m.batches*batchOverhead
}

// measure estimates how many batches are in size bytes of p from those that
// passed the gate.
func (l *logUse) measure(p partition, size int64) measured {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := measured{bytes: size}
	if u := l.partitions[p]; u != nil && u.bytes > 0 {
		m.batches = float64(size) * float64(u.batches) / float64(u.bytes)
	}
	return m
}

// level returns how many bytes each partition may keep so that all together
// keep no more than retention, as water finds its level; -1 if there is no need.
func (l *logUse) level(parts []measured) int64 {
	total := func(level int64) (sum float64) {
		for _, m := range parts {
			sum += m.cost(level)
		}
		return sum
	}
	var high int64
	for _, m := range parts {
		high = max(high, m.bytes)
	}
	if total(high) <= float64(l.retention) {
		return -1
	}
	low := int64(0)
	for low < high-1 {
		if mid := low + (high-low)/2; total(mid) <= float64(l.retention) {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// settings are the broker settings for so many partitions, each of at most
// level bytes.
func (l *logUse) settings(onDisk bool, partitions int, level int64) map[string]string {
	least, most := int64(segmentMin), int64(segmentMax)
	if onDisk {
		least, most = segmentMinDisk, segmentMaxDisk
	}
	// What is held of segments that are only partly trimmed stays below an
	// eighth of retention. A power of two, so that it seldom changes.
	size := max(1, l.retention/8/int64(max(partitions, 1)))
	size = int64(1) << (bits.Len64(uint64(size)) - 1)
	return map[string]string{
		"log.segment.bytes":   strconv.FormatInt(min(max(size, least), most), 10),
		"log.retention.bytes": strconv.FormatInt(level, 10),
	}
}

// Retain brings the log within Config.Retention now, and announces each
// partition whose log start has moved since, by this or by a client. The
// janitor calls it.
func (b *Broker) Retain() error {
	b.janitor.mu.Lock()
	defer b.janitor.mu.Unlock()
	if err := b.retain(); err != nil {
		return fmt.Errorf("enforce the retention of %d bytes: %w", b.cfg.Retention, err)
	}
	return nil
}

func (b *Broker) retain() error {
	names, err := b.topicNames()
	if err != nil {
		return err
	}
	var parts []measured
	b.eachPartition(names, func(p partition, info *kfake.PartitionInfo) {
		parts = append(parts, b.log.measure(p, info.NumBytes))
	})
	level := b.log.level(parts)
	settings := b.log.settings(b.cfg.DataDir != "", len(parts), level)
	if !maps.Equal(settings, b.janitor.settings) {
		if err := b.alterSettings(settings); err != nil {
			return err
		}
		b.janitor.settings = settings
	}
	if level >= 0 {
		if err := b.ask(b.cluster.ApplyRetention); err != nil {
			return err
		}
	}
	b.eachPartition(names, func(p partition, info *kfake.PartitionInfo) {
		if b.log.started(p, info.LogStartOffset) {
			b.notify(journal.Entry{Kind: journal.RetentionMoved, Topic: p.topic, Partition: p.index, First: info.LogStartOffset})
		}
	})
	return nil
}

// noteStarts takes the log starts of a data directory as they are, so that they
// are not announced as moves.
func (b *Broker) noteStarts() error {
	names, err := b.topicNames()
	if err != nil {
		return err
	}
	b.eachPartition(names, func(p partition, info *kfake.PartitionInfo) { b.log.started(p, info.LogStartOffset) })
	return nil
}

func (b *Broker) eachPartition(topics []string, fn func(partition, *kfake.PartitionInfo)) {
	for _, topic := range topics {
		for _, info := range b.partitions(topic) {
			fn(partition{topic, info.Partition}, info)
		}
	}
}

// alterSettings sets broker settings while kfake runs.
func (b *Broker) alterSettings(settings map[string]string) error {
	req := kmsg.NewPtrIncrementalAlterConfigsRequest()
	req.SetVersion(0)
	r := kmsg.NewIncrementalAlterConfigsRequestResource()
	r.ResourceType = kmsg.ConfigResourceTypeBroker
	for name, value := range settings {
		c := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
		c.Name, c.Value = name, new(value)
		r.Configs = append(r.Configs, c)
	}
	req.Resources = append(req.Resources, r)
	resp, err := call[*kmsg.IncrementalAlterConfigsResponse](b.inside, req)
	if err != nil {
		return err
	}
	for _, r := range resp.Resources {
		if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
			return fmt.Errorf("set %v: %w", settings, err)
		}
	}
	return nil
}
