package emulator

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The functions below plant a mistake in a configuration, so that tests can show
// what it takes to find it.

// CommitEarly commits the offsets of a batch when it is invoked, before it is
// known to have succeeded.
func CommitEarly(cfg Config) Config {
	cfg.tamper = func(e *Emulator) func([]platform.Action) {
		assignments := map[assignedTo]int32{}
		return eachAction(e, func(a *platform.Action) {
			switch a.Kind {
			case platform.Want:
				assignments[assignedTo{a.Mapping, a.Partition}] = a.Assignment
			case platform.Invoke:
				for _, s := range a.Spans {
					e.parts().mappings[a.Mapping].source.Commit(s.Partition, assignments[assignedTo{a.Mapping, s.Partition}], s.Last+1, s.Last+1)
				}
			}
		}, nil)
	}
	return cfg
}

type assignedTo struct {
	mapping   platform.MappingID
	partition int32
}

// SkipOnRetry leaves the first record of a batch out when it is tried again.
func SkipOnRetry(cfg Config) Config {
	cfg.tamper = func(e *Emulator) func([]platform.Action) {
		return eachAction(e, nil, func(a *platform.Action) {
			// The spans are the machine's own: to it, too, the record was never in
			// the batch.
			if a.Kind == platform.Invoke && a.Attempt > 1 && a.Spans[0].Records > 1 {
				a.Spans[0].First++
				a.Spans[0].Records--
			}
		})
	}
	return cfg
}

// PublishTwice produces the outputs of an invocation twice if there are as many
// as given.
func PublishTwice(cfg Config, outputs int) Config {
	cfg.tamper = func(e *Emulator) func([]platform.Action) {
		return eachAction(e, nil, func(a *platform.Action) {
			if a.Kind != platform.Publish || len(e.conductor.outputs[a.Invocation]) != outputs {
				return
			}
			once := e.conductor.outputs[a.Invocation]
			twice := slices.Clone(once)
			for _, r := range once {
				twice = append(twice, &kgo.Record{Topic: r.Topic, Key: r.Key, Value: r.Value})
			}
			e.conductor.outputs[a.Invocation] = twice
		})
	}
	return cfg
}

// eachAction performs actions, with a call after and before each; either may be
// nil.
func eachAction(e *Emulator, after, before func(*platform.Action)) func([]platform.Action) {
	return func(actions []platform.Action) {
		for i := range actions {
			if before != nil {
				before(&actions[i])
			}
			e.perform(actions[i : i+1])
			if after != nil {
				after(&actions[i])
			}
		}
	}
}

// SettingsOf are the settings of a configuration of which said is the file.
func SettingsOf(now, said Config) []Setting { return settingsOf(&now, &said) }
