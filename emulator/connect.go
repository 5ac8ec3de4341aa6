package emulator

import (
	"context"
	"errors"
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
	e.producer.Looks = e.cfg.Journal.Records
	p := parts{config: e.cfg}
	templates := make([]function.Template, len(e.cfg.Functions))
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		templates[i] = function.Template{Name: f.Name, Open: e.opener(f.Name)}
		p.functions = append(p.functions, newFunctionPart(f, platform.FunctionID(i), &templates[i]))
		for j := range f.Events {
			m, err := e.connectMapping(&e.cfg, f, j, platform.MappingID(len(p.mappings)), &e.resolved.Mappings[len(p.mappings)])
			if err != nil {
				return err
			}
			p.mappings = append(p.mappings, m)
			e.conductor.mappings[m.topic] = append(e.conductor.mappings[m.topic], m.id)
		}
	}
	if err := e.connectDestinations(&p); err != nil {
		return err
	}
	if err := e.connectProcesses(&p); err != nil {
		return err
	}
	e.published.Store(&p)
	e.pool = function.NewPool(templates, e.conductor.deliver, e.conductor.note)
	e.resolved.Epoch = e.conductor.clock.start.UnixNano()
	e.conductor.machine = platform.New(e.resolved)
	e.conductor.perform = e.perform
	if e.cfg.Journal.Records {
		e.conductor.arrived = e.journalArrival
	}
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

// newFunctionPart makes what the run has of a function of a configuration.
func newFunctionPart(f *Function, id platform.FunctionID, t *function.Template) *functionPart {
	return &functionPart{id: id, config: f, launcher: &launcher{prepared: make(chan struct{})}, template: t}
}

// connectMapping makes the event source of a mapping, event i of a function. It fills
// in what of the rules is a fact of the event document.
func (e *Emulator) connectMapping(cfg *Config, f *Function, i int, id platform.MappingID, rules *platform.Mapping) (*mappingPart, error) {
	event, b := &f.Events[i], e.newBinding(cfg, f, i, id, rules)
	address, err := e.broker.Open(broker.Owner{Mapping: rules.Name, Internal: true})
	if err != nil {
		return nil, err
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
		return nil, fmt.Errorf("mapping %q: %w", rules.Name, errors.Join(err, address.Close()))
	}
	m := &mappingPart{binding: b, owner: rules.Function, settings: event, rules: *rules, source: source, address: address, life: &mappingLife{left: make(chan struct{})}}
	m.life.leaving, m.life.leave = context.WithCancel(context.Background())
	return m, nil
}

// newBinding makes what lies between a mapping and its function.
func (e *Emulator) newBinding(cfg *Config, f *Function, i int, id platform.MappingID, rules *platform.Mapping) binding {
	event := &f.Events[i]
	b := binding{
		id: id, mapping: rules.Name, topic: rules.Topic, function: f.Name, arn: functionARN(f.Name),
		inProcess: f.InProcess != nil, partial: event.PartialResponse, output: f.Output, onFailure: rules.OnFailure, destination: event.OnFailure,
		event: kafkaevent.Source{EventSource: kafkaevent.SelfManaged, Bootstrap: e.broker.Addr()},
	}
	if cfg.connector(f, event) {
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
	return b
}
