package emulator

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// connectTurn makes what a turn needs, topics first. Nothing of it runs yet, and all
// but the topics is closed again if it fails.
func (e *Emulator) connectTurn(t *turn) (err error) {
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	t.destined = parts{config: t.next, uploader: t.parts.uploader}
	if err := e.createTopics(t); err != nil {
		return err
	}
	if err := e.connectDestinations(&t.destined); err != nil {
		return err
	}
	if err := e.connectFunctions(t); err != nil {
		return err
	}
	for _, p := range t.started {
		s, err := e.connectProcess(p)
		if err != nil {
			return err
		}
		t.processes = append(t.processes, s)
	}
	return nil
}

// connectFunctions makes the parts of the functions and of their events.
func (e *Emulator) connectFunctions(t *turn) error {
	nextFunction, nextMapping, rules := platform.FunctionID(len(t.parts.functions)), platform.MappingID(len(t.parts.mappings)), 0
	for i := range t.functions {
		of := &t.functions[i]
		if of.was == nil {
			of.template = function.Template{Name: of.config.Name, Open: e.opener(of.config.Name)}
			of.part = newFunctionPart(of.config, nextFunction, &of.template)
			nextFunction++
		} else {
			part := *of.was
			part.config = of.config
			of.part = &part
		}
		for j := range of.events {
			r := &t.resolved.Mappings[rules]
			rules++
			isNew, err := e.connectEvent(t, of, j, nextMapping, r)
			if err != nil {
				return err
			}
			if isNew {
				nextMapping++
			}
		}
	}
	return nil
}

// connectEvent makes the part of an event; next is its id if it is new.
func (e *Emulator) connectEvent(t *turn, of *turnedFunction, j int, next platform.MappingID, r *platform.Mapping) (isNew bool, err error) {
	event := &of.events[j]
	if event.was != nil && !event.anew {
		part := *event.was
		part.settings, part.binding = &of.config.Events[j], e.newBinding(&t.next, of.config, j, event.was.id, r)
		part.rules = *r
		event.part = &part
		return false, nil
	}
	if event.part, err = e.connectMapping(&t.next, of.config, j, next, r); err != nil {
		return false, err
	}
	event.part.life.after = t.formerOf(event.part.mapping)
	return true, nil
}

// createTopics creates the topics that are new, and adds partitions.
func (e *Emulator) createTopics(t *turn) error {
	now := append(t.parts.config.destinationTopics(), t.parts.config.connectorTopics()...)
	for _, topic := range append(t.next.destinationTopics(), t.next.connectorTopics()...) {
		if !slices.Contains(now, topic) {
			t.topics = append(t.topics, topic)
		}
	}
	return e.broker.CreateTopics(t.topics...)
}

// formerOf returns what is closed when all former sources of a group have left it,
// or nil: the last of them waits for those before.
func (t *turn) formerOf(group string) <-chan struct{} {
	for _, m := range slices.Backward(t.parts.mappings) {
		if m.mapping == group {
			return m.life.left
		}
	}
	return nil
}

// close closes what was made for a turn that is not applied.
func (t *turn) close() {
	for i := range t.functions {
		for _, event := range t.functions[i].events {
			if event.part != nil && (event.was == nil || event.anew) {
				event.part.address.Close()
			}
		}
	}
	for _, s := range t.processes {
		s.cancel()
		s.kafka.Close()
	}
	if t.destined.uploader != t.parts.uploader {
		t.destined.uploader.Close()
	}
}

// apply applies a turn at one moment. The conductor calls it.
func (e *Emulator) apply(t *turn) {
	e.publishParts(t.publish)
	e.addAndRemove(t)
	for _, c := range t.rules {
		e.conductor.step(&platform.Input{Kind: platform.RulesChanged, Change: c})
	}
	e.conductor.lines.turn(&t.next, &t.resolved)
	e.conductor.append(t.entries())
	e.restartProcesses(t)
	for i := range t.functions {
		of := &t.functions[i]
		switch {
		case of.was == nil:
			e.reloader.configure(of.part.id, of.config)
			e.startFunction(of.part, func(err error) { e.notBuilt(of.part, err) })
		case of.revises:
			e.reloader.supersede(of.part.id, of.config, change{files: []string{ownsConfig}, first: time.Now()})
		default:
			e.reloader.configure(of.part.id, of.config)
		}
		for _, event := range of.events {
			if (event.was == nil || event.anew) && of.part.launcher.isReady() {
				e.startMapping(event.part)
			}
		}
	}
	ask(e.reloader.rewatch)
	if len(t.topics) > 0 {
		e.lookForPartitions()
	}
}

// publish changes the parts.
func (t *turn) publish(p *parts) {
	p.config, p.uploader = t.next, t.destined.uploader
	if t.fromFile {
		p.pending, p.mistakes = t.refused, ""
	}
	for _, m := range t.gone {
		part := *m
		part.removed = true
		p.mappings[m.id] = &part
	}
	for _, f := range t.removed {
		part := *f
		part.removed = true
		p.functions[f.id] = &part
	}
	for i := range t.functions {
		of := &t.functions[i]
		if of.was == nil {
			p.functions = append(p.functions, of.part)
		} else {
			p.functions[of.part.id] = of.part
		}
		for _, event := range of.events {
			if event.was == nil || event.anew {
				p.mappings = append(p.mappings, event.part)
			} else {
				p.mappings[event.part.id] = event.part
			}
		}
	}
	p.processes = slices.DeleteFunc(p.processes, func(s *supervised) bool { return slices.Contains(t.stopped, s) })
	p.processes = append(p.processes, t.processes...)
}

// addAndRemove tells the machine what comes and what goes.
func (e *Emulator) addAndRemove(t *turn) {
	for _, m := range t.gone {
		e.conductor.leaving = append(e.conductor.leaving, m)
		e.conductor.step(&platform.Input{Kind: platform.MappingRemoved, Mapping: m.id})
	}
	for _, f := range t.removed {
		code := e.reloader.forget(f.id)
		_, going := e.pool.Supersede(f.id, func() {
			e.conductor.step(&platform.Input{Kind: platform.FunctionRemoved, Function: f.id})
		})
		e.work.Go(func() {
			for _, gone := range going {
				<-gone // at the latest when the pool is closed
			}
			e.pool.Retire(f.id, math.MaxInt32)
			code.remove()
			if e.parts().named(f.config.Name) == nil { // else another has its executables
				spec := e.buildSpec(f.config, 1)
				spec.Retire(math.MaxInt32)
			}
		})
	}
	mapping := 0
	for i := range t.functions {
		of := &t.functions[i]
		if of.was == nil {
			e.pool.Add(&of.template)
			e.conductor.step(&platform.Input{Kind: platform.FunctionAdded, Function: of.part.id,
				Change: &platform.Change{FunctionRules: &t.resolved.Functions[i]}})
		}
		for _, event := range of.events {
			rules := &t.resolved.Mappings[mapping]
			mapping++
			if event.was != nil && !event.anew {
				continue
			}
			id, topic := event.part.id, event.part.topic
			e.conductor.mappings[topic] = append(e.conductor.mappings[topic], id)
			e.conductor.step(&platform.Input{Kind: platform.MappingAdded, Mapping: id, Change: &platform.Change{MappingRules: rules}})
		}
	}
}

// notBuilt says that a function that came while running cannot be built. It is
// skipped until it can.
func (e *Emulator) notBuilt(f *functionPart, err error) {
	f.launcher.skip(err.Error())
	f.launcher.known()
	e.conductor.note(journal.Entry{Kind: journal.Warning, Function: f.config.Name, Text: fmt.Sprintf("not started: %v", err)})
}

// restartProcesses stops the processes that go, and starts those that come; one that
// was changed starts when it has ended.
func (e *Emulator) restartProcesses(t *turn) {
	for _, s := range t.stopped {
		s.cancel()
	}
	for _, s := range t.processes {
		var former *supervised
		if i := slices.IndexFunc(t.stopped, func(o *supervised) bool { return o.cfg.Name == s.cfg.Name }); i >= 0 {
			former = t.stopped[i]
		}
		e.work.Go(func() {
			if former != nil {
				<-former.done
			}
			e.startProcess(s, func(err error) {
				e.conductor.note(journal.Entry{Kind: journal.Warning, Process: s.cfg.Name, Text: err.Error()})
			})
		})
	}
}

// lookForPartitions has event sources see partitions that are new now, and not when
// their clients look next.
func (e *Emulator) lookForPartitions() {
	for _, m := range e.parts().mappings {
		if !m.removed {
			m.source.Refresh()
		}
	}
}
