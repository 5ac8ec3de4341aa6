package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// freshConfig is that of a project as it is run again: nothing of it is written to the
// project, no environment has a second invocation, and nothing waits that need not. dir is
// the folder for what is built. What limits the profile has stay.
func freshConfig(cfg emulator.Config, dir string, in *pastInput) (emulator.Config, error) {
	project, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return cfg, err
	}
	cfg.Dir = dir
	cfg.Kafka.Port, cfg.Kafka.DataDir, cfg.Invoke = new(0), "", emulator.Invoke{}
	cfg.Watch, cfg.Reload, cfg.OnReload = emulator.Watch{}, emulator.Reload{}, ""
	cfg.CPU = "off"
	cfg.Functions = slices.Clone(cfg.Functions)
	for i := range cfg.Functions {
		freshFunction(&cfg, &cfg.Functions[i], project)
	}
	var processes []emulator.Process
	for _, p := range cfg.Processes {
		source, known := in.sources[p.Name]
		if known && !source || !known && !p.Source {
			p.Dir, p.Watch = within(project, cmp.Or(p.Dir, ".")), emulator.Watch{}
			processes = append(processes, p)
		}
	}
	cfg.Processes = processes
	cfg.Topics = freshTopics(&cfg, in)
	return cfg, nil
}

// freshFunction has every invocation get an environment of its own: one whose life is over
// when it has begun is not used again.
func freshFunction(cfg *emulator.Config, f *emulator.Function, project string) {
	f.Code, f.EnvFile = within(project, f.Code), within(project, f.EnvFile)
	f.MaximumLifetime, f.KeepAlive = new(time.Nanosecond), nil
	f.ProvisionedConcurrency, f.ProvisionedDelay, f.ProactiveInit = 0, nil, 0
	f.ColdStart = &emulator.ColdStart{Off: true}
	f.CPU, f.OnReload, f.Watch = "", "", emulator.Watch{}
	p, known := profile.Lookup(cmp.Or(f.Profile, cfg.Profile, emulator.DefaultProfile))
	if f.Duration != nil || known && p.Function.Duration != nil {
		f.Duration = &emulator.Duration{P50: time.Millisecond}
	}
	f.Events = slices.Clone(f.Events)
	for i := range f.Events {
		f.Events[i].MaximumRecordAge = nil // the records are as old as the journal
	}
}

// within is a path of the project, absolute.
func within(project, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(project, filepath.FromSlash(path))
}

// freshTopics are those of the project, with partitions for all the input.
func freshTopics(cfg *emulator.Config, in *pastInput) []emulator.Topic {
	topics := slices.Clone(cfg.Topics)
	need := in.partitions()
	for i := range topics {
		t := &topics[i]
		if n := cmp.Or(t.Partitions, cfg.Kafka.DefaultPartitions, emulator.DefaultPartitions); need[t.Name] > n {
			t.Partitions = need[t.Name]
		}
		delete(need, t.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(need)) {
		n := max(need[name], cmp.Or(cfg.Kafka.DefaultPartitions, emulator.DefaultPartitions))
		topics = append(topics, emulator.Topic{Name: name, Partitions: n})
	}
	return topics
}

// changes says how a project differs from the one that a journal is of, a sentence each.
func changes(d *journal.Description, cfg *emulator.Config) []string {
	var all []string
	say := func(format string, a ...any) { all = append(all, fmt.Sprintf(format, a...)) }
	if now := cmp.Or(cfg.Profile, emulator.DefaultProfile); d.Profile != now {
		say("the first run had the profile %s, the project has %s", d.Profile, now)
	}
	before := map[string]journal.DescribedFunction{}
	for _, f := range d.Functions {
		before[f.Name] = f
	}
	for i := range cfg.Functions {
		f := &cfg.Functions[i]
		was, there := before[f.Name]
		delete(before, f.Name)
		switch {
		case !there:
			say("the function %s was not in the first run", f.Name)
		case was.Output != f.Output:
			say("the function %s had the output %q in the first run, and has %q", f.Name, was.Output, f.Output)
		case was.Runtime != f.Runtime:
			say("the function %s had the runtime %q in the first run, and has %q", f.Name, was.Runtime, f.Runtime)
		}
		if had, has := topicsBefore(d, f.Name), topicsNow(f); there && had != has {
			say("the function %s read %s in the first run, and reads %s", f.Name, cmp.Or(had, "no topic"), cmp.Or(has, "no topic"))
		}
	}
	if gone := slices.Sorted(maps.Keys(before)); len(gone) > 0 {
		say("the project has no function %s any more", strings.Join(gone, ", "))
	}
	return append(all, changedProcesses(d, cfg)...)
}

// changedProcesses is changes of the processes that are run again.
func changedProcesses(d *journal.Description, cfg *emulator.Config) (all []string) {
	before := map[string]bool{}
	for _, p := range d.Processes {
		before[p.Name] = true
		if !p.Source && !slices.ContainsFunc(cfg.Processes, func(now emulator.Process) bool { return now.Name == p.Name }) {
			all = append(all, fmt.Sprintf("the project has no process %s any more: what it produced does not come again", p.Name))
		}
	}
	for i := range cfg.Processes {
		if p := &cfg.Processes[i]; !before[p.Name] && !p.Source {
			all = append(all, fmt.Sprintf("the process %s was not in the first run", p.Name))
		}
	}
	return all
}

func topicsBefore(d *journal.Description, function string) string {
	var all []string
	for _, m := range d.Mappings {
		if m.Function == function {
			all = append(all, m.Topic)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func topicsNow(f *emulator.Function) string {
	var all []string
	for i := range f.Events {
		all = append(all, f.Events[i].Topic)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
