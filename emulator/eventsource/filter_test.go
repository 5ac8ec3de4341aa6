package eventsource

import (
	"slices"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/filter"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The machine is told which records are filtered, and a batch whose range they
// lie in does not have them.
func TestFilteredRecordsAreMarkedAndNotHandedOut(t *testing.T) {
	f, err := filter.Compile(`{"value":{"a":[1]}}`)
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{cfg: Config{Filters: &filter.Set{Filters: []*filter.Filter{f}}}}
	var records []*kgo.Record
	for i, value := range []string{`{"a":1}`, `{"a":2}`, "text", `{"a":1}`, `{}`} {
		records = append(records, &kgo.Record{Offset: int64(i), Value: []byte(value)})
	}
	c := s.chunk(kgo.FetchPartition{Records: records})
	var marks []platform.RecordMeta
	for _, m := range c.metas {
		marks = append(marks, platform.RecordMeta{Offset: m.Offset, Filtered: m.Filtered, FailedOpen: m.FailedOpen})
	}
	want := []platform.RecordMeta{{Offset: 0}, {Offset: 1, Filtered: true}, {Offset: 2, FailedOpen: uint8(filter.NoJSON)},
		{Offset: 3}, {Offset: 4, Filtered: true}}
	if !slices.Equal(marks, want) {
		t.Errorf("got %+v\nwant %+v", marks, want)
	}
	a := &assignment{}
	a.add(c)
	var got []int64
	for _, r := range a.find(nil, platform.Span{First: 0, Last: 4, Records: 3}) {
		got = append(got, r.Offset)
	}
	if !slices.Equal(got, []int64{0, 2, 3}) {
		t.Errorf("the batch has %v, want 0, 2 and 3", got)
	}
}
