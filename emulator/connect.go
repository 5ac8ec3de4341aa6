package emulator

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/eventsource"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// releaseGrace is how long a revoked partition may wait for its batch in flight.
// It stays below the rebalance timeout of the event source's client (60 s).
const releaseGrace = 45 * time.Second

// path makes a path of the configuration absolute or relative to the project.
func (e *Emulator) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(e.cfg.Dir, p)
}

// dir is path where empty means the project's folder.
func (e *Emulator) dir(p string) string {
	if p == "" {
		return e.cfg.Dir
	}
	return e.path(p)
}

// connect makes the clients of the broker and what is ordered by the machine.
// Nothing of it runs yet.
func (e *Emulator) connect() error {
	address, err := e.broker.Open(broker.Owner{Internal: true})
	if err != nil {
		return err
	}
	if e.producer, err = eventsource.NewProducer(address.Addr(), e.ClientOptions(address.Addr())...); err != nil {
		return err
	}
	if err := e.connectDestinations(); err != nil {
		return err
	}
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		e.templates = append(e.templates, function.Template{Name: f.Name, Open: e.opener(f.Name)})
		for j := range f.Events {
			if err := e.connectMapping(f, j); err != nil {
				return err
			}
		}
	}
	if err := e.connectProcesses(); err != nil {
		return err
	}
	e.pool = function.NewPool(e.templates, e.conductor.deliver, e.conductor.note)
	e.resolved.Epoch = e.conductor.start.UnixNano()
	e.conductor.machine = platform.New(e.resolved)
	e.conductor.perform = e.perform
	if e.cfg.tamper != nil {
		e.conductor.perform = e.cfg.tamper(e)
	}
	return nil
}

func (e *Emulator) opener(name string) func(uint32) (function.Address, error) {
	return func(environment uint32) (function.Address, error) {
		a, err := e.broker.Open(broker.Owner{Function: name, Environment: environment})
		if err != nil || !e.world.Virtual() {
			return a, err
		}
		return lasting{a}, nil
	}
}

// connectMapping makes the event source of the next mapping, event i of a function.
func (e *Emulator) connectMapping(f *Function, i int) error {
	id, event := len(e.bindings), &f.Events[i]
	rules := &e.resolved.Mappings[id]
	b := binding{
		id: platform.MappingID(id), mapping: rules.Name, topic: rules.Topic, function: f.Name, arn: functionARN(f.Name),
		inProcess: f.InProcess != nil, partial: event.PartialResponse, output: f.Output, onFailure: rules.OnFailure, destination: event.OnFailure,
		event: kafkaevent.Source{EventSource: kafkaevent.SelfManaged, Bootstrap: e.broker.Addr()},
	}
	if e.cfg.connector(f, event) {
		b.event.Connector, b.results = true, f.resultTopic(i)
		if rules.Async {
			b.results = "" // nobody waits for any
		}
	}
	if event.Source == "msk" {
		b.event.EventSource, b.event.ARN = kafkaevent.MSK, clusterARN
	}
	rules.PayloadBase = int64(b.event.BaseSize())
	rules.PayloadPartition = int64(b.event.PartitionSize(rules.Topic, maxPartitions-1))
	address, err := e.broker.Open(broker.Owner{Mapping: rules.Name, Internal: true})
	if err != nil {
		return err
	}
	source, err := eventsource.New(eventsource.Config{
		Mapping: b.id, Name: rules.Name, Topic: rules.Topic, Bootstrap: address.Addr(),
		StartLatest: event.StartingPosition == "LATEST", StartingPosition: event.StartingPosition,
		StartTimestamp: event.StartingPositionTimestamp,
		Options:        e.sourceOptions(address.Addr()), Unpaused: e.world.Virtual(),
		Filters: event.filterSet(),
		Event:   b.event, Grace: e.grace(f), Deliver: e.conductor.deliver, Note: e.conductor.note,
	})
	if err != nil {
		return fmt.Errorf("mapping %q: %w", rules.Name, err)
	}
	e.conductor.mappings[rules.Topic] = append(e.conductor.mappings[rules.Topic], b.id)
	e.bindings = append(e.bindings, b)
	e.sources = append(e.sources, source)
	return nil
}
