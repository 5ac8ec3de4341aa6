package record

import (
	"context"
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Name is a record as users write it: orders/3@17.
func Name(topic string, partition int32, offset int64) string {
	return topic + "/" + strconv.Itoa(int(partition)) + "@" + strconv.FormatInt(offset, 10)
}

// Message returns a record with its payload. there is false until that is known; then m is
// nil if the payload is not there any more.
func Message(c *ui.Context, topic string, partition int32, offset int64) (m *journal.Message, there bool, err error) {
	driver := c.Driver
	v, err := c.Load("message "+Name(topic, partition, offset), func(ctx context.Context) (any, error) {
		m, err := driver.Message(ctx, topic, partition, offset)
		return m, err
	})
	if err != nil {
		return nil, true, err
	}
	m, there = v.(*journal.Message)
	return m, there, nil
}

// Story returns what is known of where a record came from and what it led to, nil until it
// was read.
func Story(c *ui.Context, topic string, partition int32, offset int64) (*lineage.Story, error) {
	driver := c.Driver
	v, err := c.Load("state story "+Name(topic, partition, offset), func(ctx context.Context) (any, error) {
		src, done, err := driver.Source(ctx)
		if err != nil {
			return nil, err
		}
		s, err := lineage.Explain(src, lineage.Record{Topic: topic, Partition: partition, Offset: offset}, lineage.Options{})
		if e := done(); err == nil {
			err = e
		}
		return s, err
	})
	s, _ := v.(*lineage.Story)
	return s, err
}
