package emulator

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/eventsource"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// parts are what a run consists of now. What is published never changes: whoever
// changes something publishes other parts (Emulator.publishParts), so that readers
// need no lock, and see a whole.
type parts struct {
	// config is the configuration with all that was turned.
	config Config
	// functions and mappings are by id; those that were removed keep their place.
	functions []*functionPart
	mappings  []*mappingPart
	processes []*supervised
	pending   []refusedKey          // what the configuration file says and needs a restart
	mistakes  string                // why the file as it is does not count; "" if it does
	uploader  *eventsource.Producer // of large failure records; nil unless there may be some
}

// functionPart is a function of the run.
type functionPart struct {
	id       platform.FunctionID
	config   *Function
	launcher *launcher
	template *function.Template
	removed  bool
}

// mappingPart is an event source mapping of the run.
type mappingPart struct {
	binding
	owner    platform.FunctionID
	settings *Event
	rules    platform.Mapping
	source   *eventsource.Source
	address  *broker.Address
	life     *mappingLife
	removed  bool
}

// mappingLife is the life of an event source.
type mappingLife struct {
	started atomic.Bool
	// after is closed when another source of the group has left it; nil if there is none.
	after <-chan struct{}
	// leaving ends when the source is to leave; leave is called when nothing of the
	// mapping is assigned any more.
	leaving context.Context
	leave   context.CancelFunc
	left    chan struct{} // closed when it has left its group, or never joins it
}

// parts returns the parts as they are now. It is safe for concurrent use.
func (e *Emulator) parts() *parts { return e.published.Load() }

// publishParts publishes other parts. The conductor calls it, or Start.
func (e *Emulator) publishParts(change func(*parts)) {
	next := *e.parts()
	next.functions, next.mappings = slices.Clone(next.functions), slices.Clone(next.mappings)
	next.processes = slices.Clone(next.processes)
	change(&next)
	e.published.Store(&next)
}

// present are the functions that were not removed, in the order of their ids.
func (p *parts) present() []*functionPart {
	return slices.DeleteFunc(slices.Clone(p.functions), func(f *functionPart) bool { return f.removed })
}

// named returns the function with a name, or nil.
func (p *parts) named(name string) *functionPart {
	for _, f := range p.functions {
		if !f.removed && f.config.Name == name {
			return f
		}
	}
	return nil
}

// of are the mappings of a function that were not removed.
func (p *parts) of(f platform.FunctionID) []*mappingPart {
	var all []*mappingPart
	for _, m := range p.mappings {
		if m.owner == f && !m.removed {
			all = append(all, m)
		}
	}
	return all
}

// launcher is how the environments of a function are started.
func (e *Emulator) launcher(f platform.FunctionID) *launcher { return e.parts().functions[f].launcher }
