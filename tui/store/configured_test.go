package store

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestConfiguredLimits(t *testing.T) {
	v := New(&journal.Description{Functions: []journal.DescribedFunction{{Name: "ship", Reserved: 100, Timeout: 3e9}}})
	d := v.Flow.Function("ship")
	for _, step := range []struct {
		entry   journal.Entry
		limit   int
		timeout int64
		removed bool
		broken  string
	}{
		{entry: journal.Entry{Kind: journal.Note, Function: "ship", Text: "functions.ship.reservedConcurrency: 10 in place of 100 from now on"}, limit: 10, timeout: 3e9},
		{entry: journal.Entry{Kind: journal.Note, Function: "ship", Text: "functions.ship.timeout: 1m30s in place of 3s from now on"}, limit: 10, timeout: 90e9},
		{entry: journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.FunctionError, Reason: "no: key"}, limit: 10, timeout: 90e9, broken: "no: key"},
		{entry: journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.Succeeded,
			Text: "functions.ship.reservedConcurrency: unset in place of 10\nfunctions.other.timeout: 1s in place of 2s\nkafka: needs a restart"}, limit: -1, timeout: 90e9},
		{entry: journal.Entry{Kind: journal.ConfigReloaded, Outcome: journal.Succeeded, Text: "functions.ship: removed"}, limit: -1, timeout: 90e9, removed: true},
	} {
		v.Add(&step.entry)
		if d.Limit != step.limit || d.Timeout != step.timeout || d.Removed != step.removed || v.Flow.ConfigBroken != step.broken {
			t.Errorf("after %q: got limit %d, timeout %d, removed %v, broken %q", step.entry.Text, d.Limit, d.Timeout, d.Removed, v.Flow.ConfigBroken)
		}
		if broken := len(v.Attentions(nil)) > 0; broken != (step.broken != "") {
			t.Errorf("after %q: got %v", step.entry.Text, v.Attentions(nil))
		}
	}
	if len(v.Flow.Functions) != 1 {
		t.Errorf("got %d functions, want one", len(v.Flow.Functions))
	}
}
