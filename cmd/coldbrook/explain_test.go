package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

func TestParseRecord(t *testing.T) {
	for s, want := range map[string]string{
		"orders/3@17": "orders/3@17", "a/b/0@0": "a/b/0@0", "a@b/1@2": "a@b/1@2",
		"orders/3": "", "orders@3": "", "/3@1": "", "orders/-1@1": "", "orders/1@-1": "", "orders/1@x": "", "orders/99999999999@1": "", "": "",
	} {
		r, ok := parseRecord(s)
		if got := r.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %s, %v; want %q", s, got, ok, want)
		}
	}
}

// explainHeld tells of a name from entries that are at hand.
func explainHeld(t *testing.T, o explainOptions, name string) (stdout, stderr string, err error) {
	t.Helper()
	src := &journal.Held{
		Of: journal.Description{Profile: "aws", Functions: []journal.DescribedFunction{{Name: "f", Memory: 128 << 20}}},
		Entries: []journal.Entry{
			{Seq: 1, At: 1e9, Kind: journal.RecordsProduced, Topic: "in", Last: 1, Records: 2, Measured: journal.Measured{Client: "me"},
				Each: &journal.Records{Each: []journal.Known{{Key: journal.HashKey([]byte("ann"))}, {Key: journal.HashKey([]byte("bob")), Offset: 1}}}},
			{Seq: 2, At: 2e9, Kind: journal.BatchFormed, Function: "f", Mapping: "f", Batch: 1, Topic: "in", Last: 1, Records: 2, Reason: "size"},
			{Seq: 3, At: 2e9, Kind: journal.InvocationStarted, Function: "f", Mapping: "f", Batch: 1, Invocation: 1, Attempt: 1, Environment: 4, Records: 2, Reason: journal.Warm},
			{Seq: 4, At: 3e9, Kind: journal.InvocationEnded, Function: "f", Mapping: "f", Batch: 1, Invocation: 1, Attempt: 1, Environment: 4, Records: 2, Outcome: journal.Succeeded, Billed: 1000},
			{Seq: 5, At: 3e9, Kind: journal.RecordsProduced, Function: "f", Mapping: "f", Invocation: 1, Reason: "output", Topic: "out", Records: 1,
				Each: &journal.Records{Each: []journal.Known{{Key: journal.HashKey([]byte("ann"))}}}},
			{Seq: 6, At: 3e9, Kind: journal.RecordsEnded, Function: "f", Mapping: "f", Batch: 1, Invocation: 1, Topic: "in", Last: 1, Records: 2, Outcome: journal.Succeeded},
		},
	}
	cmd := explainCommand()
	var out, errs bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	err = o.explain(cmd, src, name)
	return out.String(), errs.String(), err
}

func TestExplain(t *testing.T) {
	o := explainOptions{depth: 16, breadth: 12, format: &choice{value: "text"}}
	out, _, err := explainHeld(t, o, "in/0@0")
	for _, want := range []string{"in/0@0  produced by client me", "1 hop   2 s end to end   $0.0000011", "try 1  warm  environment 4", "out/0@0  (same key)", "window 1 s (50%), run 1 s (50%)"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("no %q, %v, in\n%s", want, err, out)
		}
	}
	out, hint, err := explainHeld(t, o, "ann")
	if err != nil || !strings.Contains(out, "out/0@0  3 s  key") || !strings.Contains(hint, "coldbrook explain out/0@0 tells the story") {
		t.Errorf("got %v\n%s%s", err, out, hint)
	}
	if out, _, err = explainHeld(t, o, "bob"); err != nil || !strings.HasPrefix(out, "in/0@1") {
		t.Errorf("got %v\n%s", err, out)
	}
	_, _, err = explainHeld(t, o, "cleo")
	if err == nil || err.Error() != `explain: no record has the key or event id "cleo"` || exitStatus(err) != 1 {
		t.Errorf("got %v", err)
	}
	o.format, o.up = &choice{value: "json"}, true
	var s struct{ Causes, Readings []any }
	if out, _, err = explainHeld(t, o, "out/0@0"); err != nil || json.Unmarshal([]byte(out), &s) != nil || len(s.Causes) != 1 || s.Readings != nil {
		t.Errorf("got %v\n%s", err, out)
	}
}
