package eventsource

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// awaitRevoked returns the partition that is taken away.
func awaitRevoked(m *member) (revoked platform.Input) {
	m.t.Helper()
	m.await("a revocation", func(inputs []platform.Input, _ []journal.Entry) bool {
		for _, in := range inputs {
			if in.Kind == platform.Revoked {
				revoked = in
				return true
			}
		}
		return false
	})
	return revoked
}

// TestSourceRevocationWaitsForTheRelease: the second member gets the partition
// only when the first has released it, and starts at what was committed last.
func TestSourceRevocationWaitsForTheRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 2)
		c.produce(t, 2, 0, 20)
		first := c.join(t, wanting)
		first.awaitRecords(0, 20)
		first.awaitRecords(1, 20)
		second := c.join(t, wanting)
		revoked := awaitRevoked(first)
		if revoked.Assignment != 1 {
			t.Errorf("got %+v, want assignment 1", revoked)
		}
		kept := 1 - revoked.Partition
		time.Sleep(10 * time.Second) // virtual: nothing happens without a release
		synctest.Wait()
		if n := second.count(platform.Assigned); n != 0 {
			t.Fatal("the partition has moved before it was released")
		}
		// The other partition flows on meanwhile.
		c.produce(t, 2, 20, 1)
		first.awaitRecords(kept, 21)
		first.Commit(revoked.Partition, 1, 7, 7)
		first.Release(revoked.Partition, 1)
		if in := second.awaitInput(platform.Assigned, revoked.Partition, 1); in.Offset != 7 {
			t.Errorf("assigned at %d, want 7", in.Offset)
		}
		checkOffsets(t, second.awaitRecords(revoked.Partition, 14), 7, 14)
		if n := len(first.arrived(revoked.Partition)); n != 20 {
			t.Errorf("the first member got %d records of it, want none after the revocation", n)
		}
		if in := first.awaitInput(platform.Committed, revoked.Partition, 1); in.Err != "" || in.Offset != 7 {
			t.Errorf("got %+v, want the commit", in)
		}
		first.Commit(revoked.Partition, 1, 9, 9) // a zombie's
		if in := first.awaitInput(platform.Committed, revoked.Partition, 2); in.Err == "" || in.Offset != 9 {
			t.Errorf("got %+v, want an error", in)
		}
		// The payloads stay for an environment that is about to read them.
		if r := first.Records([]platform.Span{{Partition: revoked.Partition, First: 10, Last: 12, Records: 3}}); len(r) != 3 {
			t.Errorf("got %d records, want 3", len(r))
		}
		second.stop()
		// And it comes back, with the next number.
		if in := first.awaitInput(platform.Assigned, revoked.Partition, 2); in.Assignment != 2 || in.Offset != 7 {
			t.Errorf("got %+v, want assignment 2 at 7", in)
		}
		if n := first.count(platform.Lost); n != 0 {
			t.Errorf("got %d Lost, want none", n)
		}
		first.stop()
		c.Close()
	})
}

// TestSourceGraceExpires: nobody releases, the group goes on without.
func TestSourceGraceExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 2)
		c.produce(t, 2, 0, 5)
		first := c.join(t, wanting, func(cfg *Config) { cfg.Grace = 20 * time.Second })
		first.awaitRecords(0, 5)
		first.awaitRecords(1, 5)
		second := c.join(t, wanting)
		revoked := awaitRevoked(first)
		start := time.Now()
		first.awaitInput(platform.Lost, revoked.Partition, 1)
		if held := time.Since(start); held < 19*time.Second || held > 21*time.Second {
			t.Errorf("held for %v, want 20 s", held)
		}
		first.awaitNote(func(e journal.Entry) bool {
			return e.Kind == journal.Warning && e.Partition == revoked.Partition && strings.Contains(e.Text, "not released within 20s")
		})
		if in := second.awaitInput(platform.Assigned, revoked.Partition, 1); in.Offset != 0 {
			t.Errorf("assigned at %d, want 0: nothing was committed", in.Offset)
		}
		checkOffsets(t, second.awaitRecords(revoked.Partition, 5), 0, 5)
		first.stop()
		second.stop()
		c.Close()
	})
}

// TestSourceEndsWhileARevocationIsHeld: Ctrl-C twice does not wait.
func TestSourceEndsWhileARevocationIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 2)
		first := c.join(t, wanting)
		first.awaitInput(platform.Assigned, 0, 1)
		first.awaitInput(platform.Assigned, 1, 1)
		second := c.join(t, wanting)
		awaitRevoked(first)
		start := time.Now()
		first.stop()
		if took := time.Since(start); took > leaveWait {
			t.Errorf("took %v", took)
		}
		if n := first.count(platform.Lost); n != 0 {
			t.Errorf("got %d Lost, want none: nobody is waited for at the end", n)
		}
		second.awaitInput(platform.Assigned, 0, 1)
		second.awaitInput(platform.Assigned, 1, 1)
		second.stop()
		c.Close()
	})
}

// TestSourceIsLost: the group has expelled the member.
func TestSourceIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		c.produce(t, 1, 0, 5)
		m := c.join(t, wanting)
		m.awaitRecords(0, 5)
		c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Group: group, TopLevel: true, Err: kerr.UnknownMemberID})
		m.awaitInput(platform.Lost, 0, 1)
		in := m.awaitInput(platform.Assigned, 0, 2)
		if in.Assignment != 2 || in.Offset != 0 {
			t.Errorf("got %+v, want assignment 2 at 0", in)
		}
		metas := m.awaitRecords(0, 10)
		checkOffsets(t, metas[5:], 0, 5)
		if n := m.count(platform.Revoked); n != 0 {
			t.Errorf("got %d Revoked, want none", n)
		}
		m.stop()
		c.Close()
	})
}

func TestSourceCommits(t *testing.T) {
	tests := []struct {
		name  string
		err   *kerr.Error
		count int
		want  string // error of the answer
	}{
		{"refused for now", kerr.RebalanceInProgress, 2, ""},
		{"refused for long", kerr.RebalanceInProgress, -1, "REBALANCE_IN_PROGRESS"},
		{"refused for good", kerr.GroupAuthorizationFailed, 1, "GROUP_AUTHORIZATION_FAILED"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newVirtualCluster(t, 1)
				m := c.join(t, nil)
				m.awaitInput(platform.Assigned, 0, 1)
				c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Group: group, Err: test.err, Count: test.count})
				m.Commit(0, 1, 3, 3)
				in := m.awaitInput(platform.Committed, 0, 1)
				if in.Offset != 3 || in.Assignment != 1 || !strings.HasPrefix(in.Err, test.want) || (in.Err == "") != (test.want == "") {
					t.Errorf("got %+v, want error %q", in, test.want)
				}
				if got := c.committed(0); (got == 3) != (test.want == "") {
					t.Errorf("committed offset is %d", got)
				}
				m.stop()
				c.Close()
			})
		})
	}
}

// TestSourceCommitsAfterAnOutage: a commit that has no answer is tried again for
// as long as it takes: no later commit may come.
func TestSourceCommitsAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		m := c.join(t, nil, func(cfg *Config) {
			cfg.Options = append(slices.Clone(cfg.Options), kgo.SessionTimeout(5*time.Minute), kgo.HeartbeatInterval(time.Minute))
		})
		m.awaitInput(platform.Assigned, 0, 1)
		var down atomic.Bool
		c.ControlKey(int16(kmsg.OffsetCommit), func(kmsg.Request) (kmsg.Response, error, bool) {
			c.KeepControl()
			if down.Load() {
				return nil, errors.New("the broker hangs up"), true
			}
			return nil, nil, false
		})
		down.Store(true)
		m.Commit(0, 1, 3, 3)
		time.Sleep(4 * time.Minute) // why: virtual time
		if n := m.count(platform.Committed); n != 0 {
			t.Errorf("got %d answers while nobody could answer, want none", n)
		}
		down.Store(false)
		if in := m.awaitInput(platform.Committed, 0, 1); in.Err != "" || in.Offset != 3 {
			t.Errorf("got %+v, want offset 3 to be committed", in)
		}
		if got := c.committed(0); got != 3 {
			t.Errorf("committed offset is %d, want 3", got)
		}
		m.stop()
		c.Close()
	})
}

// TestSourceCommitsCoalesce: what is ordered while a commit is under way becomes
// one commit of the newest offset.
func TestSourceCommitsCoalesce(t *testing.T) {
	c := newCluster(t, 1)
	m := c.join(t, nil)
	m.awaitInput(platform.Assigned, 0, 1)
	requests := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Group: group, Observe: true, Count: -1})
	arrived, proceed := make(chan struct{}), make(chan struct{})
	var once sync.Once
	c.ControlKey(int16(kmsg.OffsetCommit), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.SleepControl(func() { once.Do(func() { close(arrived) }); <-proceed })
		return nil, nil, false
	})
	m.Commit(0, 1, 1, 1)
	<-arrived
	for offset := range int64(100) {
		m.Commit(0, 1, offset+2, offset+2)
	}
	close(proceed)
	m.await("the last commit", func(inputs []platform.Input, _ []journal.Entry) bool {
		return len(inputs) > 0 && inputs[len(inputs)-1].Kind == platform.Committed && inputs[len(inputs)-1].Offset == 101
	})
	if n := requests.Hits(); n != 2 {
		t.Errorf("got %d requests, want 2", n)
	}
	if n := m.count(platform.Committed); n != 2 {
		t.Errorf("got %d answers, want 2", n)
	}
}

// TestSourceSaysErrorsOnce: a topic that cannot be read is one warning.
func TestSourceSaysErrorsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		fault := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Fetch}, Topic: topic, Err: kerr.TopicAuthorizationFailed, Count: -1})
		c.produce(t, 1, 0, 1)
		m := c.join(t, wanting)
		m.awaitNote(func(e journal.Entry) bool {
			return e.Kind == journal.Warning && e.Mapping == group && strings.Contains(e.Text, `mapping "ship": consume topic "bids", partition 0: TOPIC_AUTHORIZATION_FAILED`)
		})
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if err := fault.Wait(ctx, 5); err != nil {
			t.Fatal(err)
		}
		fault.Remove()
		m.awaitRecords(0, 1)
		m.mu.Lock()
		if len(m.notes) != 1 {
			t.Errorf("got %d notes, want 1: %+v", len(m.notes), m.notes)
		}
		m.mu.Unlock()
		m.stop()
		c.Close()
	})
}

// TestSourcePositionsCannotBeResolved: it is said, and tried again.
func TestSourcePositionsCannotBeResolved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		c.produce(t, 1, 0, 3)
		c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Topic: topic, Err: kerr.TopicAuthorizationFailed})
		m := c.join(t, wanting)
		m.awaitNote(func(e journal.Entry) bool { return strings.Contains(e.Text, "TOPIC_AUTHORIZATION_FAILED") })
		checkOffsets(t, m.awaitRecords(0, 3), 0, 3)
		if n := m.count(platform.Assigned); n != 1 {
			t.Errorf("got %d Assigned, want 1", n)
		}
		m.stop()
		c.Close()
	})
}

// TestSourceEndsWithoutABroker: the broker is gone, with a commit on its way.
func TestSourceEndsWithoutABroker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newVirtualCluster(t, 1)
		c.produce(t, 1, 0, 3)
		m := c.join(t, wanting)
		m.awaitRecords(0, 3)
		c.Close()
		m.Commit(0, 1, 3, 3)
		m.stop()
		if in := m.awaitInput(platform.Committed, 0, 1); in.Err == "" {
			t.Errorf("got %+v, want an error", in)
		}
	})
}
