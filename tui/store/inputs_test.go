package store

import (
	"fmt"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// A run is fed through what neither functions nor processes that read others write to.
func TestSources(t *testing.T) {
	v := New(&journal.Description{
		Topics:    []journal.DescribedTopic{{Name: "orders"}, {Name: "bids"}, {Name: "done"}, {Name: "joined"}, {Name: "failed"}, {Name: "__offsets"}},
		Functions: []journal.DescribedFunction{{Name: "ship", Output: "done"}},
		Mappings:  []journal.DescribedMapping{{Group: "g", Function: "ship", Topic: "orders", OnFailure: "kafka://failed"}},
		Processes: []journal.DescribedProcess{{Name: "feed"}, {Name: "join"}},
	})
	for i, e := range []journal.Entry{
		{Kind: journal.RecordsProduced, Process: "feed", Topic: "bids"},
		{Kind: journal.RecordsFetched, Process: "join", Topic: "bids"},
		{Kind: journal.RecordsProduced, Process: "join", Topic: "joined"},
	} {
		e.Seq = uint64(i + 1)
		v.Add(&e)
	}
	if got := fmt.Sprint(v.Flow.Sources()); got != "[bids orders]" {
		t.Errorf("sources: got %s", got)
	}
	if got := fmt.Sprint(v.Flow.Inputs("ship")); got != "[orders]" {
		t.Errorf("inputs: got %s", got)
	}
	only := New(&journal.Description{Topics: []journal.DescribedTopic{{Name: "done"}},
		Functions: []journal.DescribedFunction{{Name: "ship", Output: "done"}}})
	if got := fmt.Sprint(only.Flow.Sources()); got != "[done]" {
		t.Errorf("sources where there are only destinations: got %s", got)
	}
}
