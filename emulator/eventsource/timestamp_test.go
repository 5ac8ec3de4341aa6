package eventsource

import (
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// produceAt appends a record to a partition for each of the times.
func (c *cluster) produceAt(t *testing.T, partition int32, times ...time.Time) {
	t.Helper()
	client := c.client(t)
	for i, at := range times {
		r := record(partition, i)
		r.Timestamp = at
		if err := client.ProduceSync(t.Context(), r).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// The same log from each of the starting positions: AT_TIMESTAMP takes the first
// record that is not older, and the end where all are. What comes later is handed
// over, however old it says it is.
func TestSourceStartsAtATimestamp(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	second := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }
	for _, c := range []struct {
		name string
		set  func(*Config)
		want [3]int64 // of partitions 0 and 1, and of 2, which is empty
	}{
		{"TRIM_HORIZON", func(*Config) {}, [3]int64{0, 0, 0}},
		{"LATEST", func(cfg *Config) { cfg.StartLatest = true }, [3]int64{4, 2, 0}},
		{"before all", func(cfg *Config) { cfg.StartTimestamp = second(-1) }, [3]int64{0, 0, 0}},
		{"at one", func(cfg *Config) { cfg.StartTimestamp = second(2) }, [3]int64{2, 2, 0}},
		{"between", func(cfg *Config) { cfg.StartTimestamp = second(2).Add(time.Millisecond) }, [3]int64{3, 2, 0}},
		{"after all", func(cfg *Config) { cfg.StartTimestamp = second(4) }, [3]int64{4, 2, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster := newCluster(t, 3)
			cluster.produceAt(t, 0, second(0), second(1), second(2), second(3))
			cluster.produceAt(t, 1, second(0), second(1))
			m := cluster.join(t, wanting, c.set)
			for p, want := range c.want {
				if in := m.awaitInput(platform.Assigned, int32(p), 1); in.Offset != want {
					t.Errorf("partition %d: assigned at %d, want %d", p, in.Offset, want)
				}
			}
			cluster.produceAt(t, 0, second(-100))
			checkOffsets(t, m.awaitRecords(0, int(5-c.want[0])), c.want[0], int(5-c.want[0]))
		})
	}
}

// A group that has a position ignores the timestamp, and says so; a position that
// is gone from the log falls back to it.
func TestSourceIgnoresTheTimestampWhereItHasAPosition(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	cluster := newCluster(t, 1)
	cluster.produceAt(t, 0, noon, noon, noon.Add(time.Hour))
	stamped := func(cfg *Config) {
		cfg.StartTimestamp, cfg.StartingPosition = noon.Add(time.Minute), "AT_TIMESTAMP"
	}
	first := cluster.join(t, wanting, stamped)
	if in := first.awaitInput(platform.Assigned, 0, 1); in.Offset != 2 {
		t.Errorf("assigned at %d, want 2", in.Offset)
	}
	first.Commit(0, 1, 1, 1)
	first.Release(0, 1)
	first.stop()
	second := cluster.join(t, wanting, stamped)
	if in := second.awaitInput(platform.Assigned, 0, 1); in.Offset != 1 {
		t.Errorf("assigned at %d, want the position 1", in.Offset)
	}
	second.awaitNote(func(n journal.Entry) bool {
		return strings.Contains(n.Text, "startingPosition AT_TIMESTAMP is ignored: group")
	})
	second.Commit(0, 1, 100, 100)
	second.Release(0, 1)
	second.stop()
	third := cluster.join(t, wanting, stamped)
	if in := third.awaitInput(platform.Assigned, 0, 1); in.Offset != 2 {
		t.Errorf("assigned at %d, want 2: the position is beyond the log", in.Offset)
	}
}
