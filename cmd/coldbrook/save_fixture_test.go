package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// TestSaveFixtureKeepsTheOrderOfARun: by when records were produced, and of a partition by
// offset, where an entry is gone and the timestamp says something else.
func TestSaveFixtureKeepsTheOrderOfARun(t *testing.T) {
	started := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	src := &journal.Held{
		Of: journal.Description{Profile: "aws", Seed: 3, Started: started.UnixNano(), Topics: []journal.DescribedTopic{{Name: "a", Partitions: 4}}},
		Entries: []journal.Entry{
			{Seq: 1, Kind: journal.RecordsProduced, At: 2000, Topic: "a", First: 5, Last: 6, Records: 2},
			{Seq: 2, Kind: journal.RecordsProduced, At: 1500, Topic: "b", Partition: 1, First: 0, Last: 0, Records: 1},
		},
		Messages: []journal.Message{
			{Topic: "a", Offset: 5, Value: []byte("5")}, {Topic: "a", Offset: 6, Value: []byte("6")},
			{Topic: "a", Offset: 7, Timestamp: started.UnixMilli() - 1000, Value: []byte("7")}, {Topic: "b", Partition: 1, Value: []byte("b")},
		},
	}
	path := filepath.Join(t.TempDir(), "new", "f.jsonl")
	names := []lineage.Record{{Topic: "a", Offset: 7}, {Topic: "a", Offset: 6}, {Topic: "b", Partition: 1}, {Topic: "a", Offset: 5}, {Topic: "a", Offset: 6}}
	if n, err := saveFixture(src, names, path, false); n != 4 || err != nil {
		t.Fatalf("got %d, %v; want 4 records", n, err)
	}
	if _, err := saveFixture(src, names, path, false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("again: got %v, want that it is there", err)
	}
	f, err := fixtures.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := fixtures.Header{Version: 1, Profile: "aws", Seed: 3, Base: started.Add(1500), Topics: []fixtures.Topic{{Name: "a", Partitions: 4}, {Name: "b", Partitions: 2}}}
	if !reflect.DeepEqual(*f.Header(), want) {
		t.Errorf("got %+v, want %+v", *f.Header(), want)
	}
	got := ""
	for r, err := f.Read(); err == nil; r, err = f.Read() {
		got += string(r.Value) + " " + r.At.String() + " "
	}
	if want := "b 0s 5 500ns 6 500ns 7 500ns "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSaveFixtureWritesAllOrNothing(t *testing.T) {
	src := &journal.Held{Of: journal.Description{Topics: []journal.DescribedTopic{{Name: "a", Partitions: 1}}}, Messages: []journal.Message{{Topic: "a"}}}
	path := filepath.Join(t.TempDir(), "new", "f.jsonl")
	if _, err := saveFixture(src, []lineage.Record{{Topic: "a"}, {Topic: "a", Offset: 1}}, path, false); err == nil {
		t.Error("a record that is not there was saved")
	}
	if _, err := fixtures.Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want no file", err)
	}
}
