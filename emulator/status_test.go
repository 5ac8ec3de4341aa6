package emulator

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// TestStatusSaysWhatItDoesNotKnow: a run that does not answer has environments, and may be
// paused; one that has ended has none, and is not waited for.
func TestStatusSaysWhatItDoesNotKnow(t *testing.T) {
	cfg := Config{Functions: []Function{{
		Name: "f", InProcess: func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil },
	}}}
	inVirtualTime(t, cfg, func(t *testing.T, e *Emulator) {
		if s := e.Status(); s.Unknown != "" {
			t.Errorf("it answers, and the status says %q", s.Unknown)
		}
		held := make(chan struct{})
		e.conductor.queue <- message{call: func() { <-held }}
		asked := time.Now()
		if s := e.Status(); !strings.Contains(s.Unknown, "did not answer within 5s") || time.Since(asked) != statusWait {
			t.Errorf("it does not answer, and after %v the status says %q", time.Since(asked), s.Unknown)
		}
		close(held)
		if err := e.Rest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := e.Status(); s.Unknown != "" {
			t.Errorf("it answers again, and the status says %q", s.Unknown)
		}
		e.Stop("it is to end")
		<-e.ended
		asked = time.Now()
		if s := e.Status(); s.Unknown != "" || len(s.Functions) != 1 || time.Since(asked) > 0 {
			t.Errorf("it has ended, and after %v the status is %+v", time.Since(asked), s)
		}
	})
}
