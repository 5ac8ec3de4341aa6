package emulator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestDrainDoesNotWaitForWhatIsHeld: nobody saves any more. What waits behind the batch is
// left with it, what is on its way elsewhere is waited for.
func TestDrainDoesNotWaitForWhatIsHeld(t *testing.T) {
	t.Parallel()
	cfg := oneFunction(func(_ context.Context, records []*kgo.Record) ([]*kgo.Record, error) {
		if string(records[0].Value) == "poison" {
			return nil, errors.New("cannot digest this")
		}
		return nil, nil
	})
	cfg.OnReload = "retry"
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Partition: 0, Value: []byte("poison")})
	s.await(func(e *journal.Entry) bool { return e.Kind == journal.BatchHeld })
	s.produce(&kgo.Record{Topic: "in", Partition: 0, Value: []byte("bread")})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := s.Drain(ctx, 10*time.Millisecond)
	if ctx.Err() != nil || err == nil || !strings.Contains(err.Error(), "is left as it is held: function error on revision 1: errorString: cannot digest this") {
		t.Errorf("got %v, want the batch that is held", err)
	}
	s.await(func(e *journal.Entry) bool {
		return e.Kind == journal.Warning && e.Batch != 0 && strings.Contains(e.Text, "is held")
	})
	if left := s.Outstanding(); len(left) != 1 || left[0].Records != 2 {
		t.Errorf("left %v, want both records", left)
	}
	if _, err := s.Release(t.Context(), cfg.Functions[0].Name); err != nil {
		t.Fatal(err)
	}
}

// TestOnReloadIsTurned: what is held goes on when it is not to be held any more, and what
// fails later is not.
func TestOnReloadIsTurned(t *testing.T) {
	t.Parallel()
	cfg := oneFunction(func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, errors.New("no") })
	cfg.Functions[0].Events[0].Retries, cfg.Functions[0].Events[0].OnFailure = new(1), ""
	cfg.Functions[0].OnReload = "retry"
	s := start(t, cfg)
	s.run()
	s.produce(&kgo.Record{Topic: "in", Partition: 0, Value: []byte("bread")})
	s.await(func(e *journal.Entry) bool { return e.Kind == journal.BatchHeld })
	turn := func(to string) {
		t.Helper()
		turned, err := s.Turn(t.Context(), func(c emulator.Config) (emulator.Config, error) {
			c.Functions[0].OnReload = to
			return c, nil
		})
		if err != nil || len(turned) != 1 || turned[0].To != to || !strings.HasSuffix(turned[0].Path, ".onReload") {
			t.Fatalf("got %v, %v", turned, err)
		}
	}
	turn("continue")
	s.awaitEnded(1)
	held := 0
	s.produce(&kgo.Record{Topic: "in", Partition: 0, Value: []byte("butter")})
	ended := 0
	s.await(func(e *journal.Entry) bool {
		switch e.Kind {
		case journal.BatchHeld:
			held++
		case journal.RecordsEnded:
			ended++
		}
		return ended == 2
	})
	if held != 1 {
		t.Errorf("%d batches were held, want the one before the turn", held)
	}
	turn("retry")
	after := s.Journal().Last()
	s.produce(&kgo.Record{Topic: "in", Partition: 0, Value: []byte("salt")})
	s.await(func(e *journal.Entry) bool { return e.Seq > after && e.Kind == journal.BatchHeld })
}
