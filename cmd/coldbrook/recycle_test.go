package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

func recycledProject(name string) emulator.Config {
	return emulator.Config{
		Dir: "shop", Profile: name, CPU: "enforce",
		Kafka:  emulator.Kafka{Port: new(9092), DataDir: "data"},
		Topics: []emulator.Topic{{Name: "in", Partitions: 2}, {Name: "out"}},
		Functions: []emulator.Function{{
			Name: "f", Runtime: "nodejs24.x", Code: "f", EnvFile: "f.env", Handler: "index.handler", Output: "out",
			ColdStart: &emulator.ColdStart{P50: time.Second}, KeepAlive: new(time.Hour), Duration: &emulator.Duration{P50: time.Second},
			Events: []emulator.Event{{Topic: "in"}},
		}},
		Processes: []emulator.Process{
			{Name: "feed", Command: "feed", Source: true}, {Name: "was-source", Command: "w"}, {Name: "join", Command: "join"},
		},
	}
}

// What is run again is valid in every profile, leads back to the project, and serves once.
func TestFreshConfig(t *testing.T) {
	in := &pastInput{sources: map[string]bool{"feed": true, "was-source": true, "join": false},
		ranges: []inputRange{{topic: "in", partition: 4}, {topic: "made", partition: 1}}}
	for _, name := range profile.Names() {
		project := recycledProject(name)
		cfg, err := freshConfig(project, "/tmp/fresh", in)
		if err != nil {
			t.Fatal(err)
		}
		if err := cfg.Validate(); err != nil {
			t.Errorf("profile %s: %v", name, err)
		}
		f := &cfg.Functions[0]
		if *f.MaximumLifetime != time.Nanosecond || !f.ColdStart.Off || f.Duration.P50 != time.Millisecond || f.KeepAlive != nil {
			t.Errorf("profile %s: got %+v", name, f)
		}
		if !filepath.IsAbs(f.Code) || !filepath.IsAbs(f.EnvFile) || cfg.Dir != "/tmp/fresh" || cfg.Kafka.DataDir != "" || *cfg.Kafka.Port != 0 {
			t.Errorf("profile %s: what leads to the project is not left alone: %+v", name, cfg)
		}
		if len(cfg.Processes) != 1 || cfg.Processes[0].Name != "join" || !strings.HasSuffix(cfg.Processes[0].Dir, "shop") {
			t.Errorf("profile %s: got processes %+v", name, cfg.Processes)
		}
		if want := []emulator.Topic{{Name: "in", Partitions: 5}, {Name: "out"}, {Name: "made", Partitions: 3}}; !slices.Equal(cfg.Topics, want) {
			t.Errorf("profile %s: got topics %+v, want %+v", name, cfg.Topics, want)
		}
		if project.Functions[0].MaximumLifetime != nil || project.Topics[0].Partitions != 2 {
			t.Error("the project's own configuration was changed")
		}
	}
}

// Input is what came from outside: not what functions, mappings and other processes made.
func TestReadInput(t *testing.T) {
	src := &journal.Held{Of: journal.Description{Processes: []journal.DescribedProcess{{Name: "feed", Source: true}, {Name: "join"}}}}
	for i, e := range []journal.Entry{
		{Process: "feed"}, {Measured: journal.Measured{Client: "kcat"}}, {Process: "a test's client"},
		{Process: "join"}, {Function: "f", Environment: 1, Invocation: 2}, {Function: "f", Mapping: "f", Invocation: 2, Reason: "output"},
		{Mapping: "sink", Reason: "output"}, {Function: "f", Environment: 1, Reason: "ambiguous"},
	} {
		e.Kind, e.Topic, e.First, e.Last, e.Records, e.At = journal.RecordsProduced, "in", int64(2*i), int64(2*i+1), 2, int64(100-i)
		src.Entries = append(src.Entries, e)
	}
	src.Entries = append(src.Entries, journal.Entry{Kind: journal.InvocationStarted, Request: 1, Attempt: 1},
		journal.Entry{Kind: journal.InvocationStarted, Request: 1, Attempt: 2}, journal.Entry{Kind: journal.InvocationStarted, Batch: 1, Attempt: 1})
	in, err := readInput(src)
	if err != nil {
		t.Fatal(err)
	}
	var firsts []int64
	for _, r := range in.ranges {
		firsts = append(firsts, r.first)
	}
	if !slices.Equal(firsts, []int64{4, 2, 0}) || in.records != 6 || in.requests != 1 || in.length() != 2 {
		t.Errorf("got input %v, %d records, %d requests over %v", firsts, in.records, in.requests, in.length())
	}
}

func TestChangesOfAProject(t *testing.T) {
	cfg := recycledProject("")
	same := &journal.Description{Profile: emulator.DefaultProfile,
		Functions: []journal.DescribedFunction{{Name: "f", Runtime: "nodejs24.x", Output: "out"}},
		Mappings:  []journal.DescribedMapping{{Function: "f", Topic: "in"}},
		Processes: []journal.DescribedProcess{{Name: "feed", Source: true}, {Name: "was-source", Source: true}, {Name: "join"}}}
	if got := changes(same, &cfg); len(got) != 0 {
		t.Errorf("got %q, want nothing", got)
	}
	other := &journal.Description{Profile: "other", Functions: []journal.DescribedFunction{{Name: "f", Output: "x"}, {Name: "gone"}},
		Processes: []journal.DescribedProcess{{Name: "lost"}}}
	if got := changes(other, &cfg); len(got) != 7 {
		t.Errorf("got %d: %q, want 7: profile, output, topics, gone, lost, 2 new processes", len(got), got)
	}
}
