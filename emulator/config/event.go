package config

import (
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// events reads the list of events. One that cannot be read still takes its
// place, so that the paths of the others are right.
func (r *reader) events(path string, n ast.Node) []emulator.Event {
	var events []emulator.Event
	r.list(path, n, func(p string, element ast.Node) {
		e, read, before := emulator.Event{}, false, len(r.mistakes)
		r.object(p, element, fields{"kafka": func(path string, n ast.Node) {
			read = true
			r.event(&e, path, n)
		}})
		if !read && len(r.mistakes) == before {
			r.mistake(r.find(p), p, "is no event: kafka is missing", "write kafka: {topic: ...}")
		}
		if !read {
			r.broken[p] = true
		}
		events = append(events, e)
	})
	return events
}

// event reads an event source mapping.
func (r *reader) event(e *emulator.Event, path string, n ast.Node) {
	r.object(path, n, fields{
		"topic":                     r.text(&e.Topic),
		"profile":                   r.text(&e.Profile),
		"group":                     r.text(&e.Group),
		"source":                    r.text(&e.Source),
		"startingPosition":          r.text(&e.StartingPosition),
		"batchSize":                 r.number(&e.BatchSize, 1),
		"batchWindow":               pointer(&e.BatchWindow, r.anyDuration),
		"retries":                   pointer(&e.Retries, r.anyNumber),
		"partialResponse":           r.boolean(&e.PartialResponse),
		"partialResponseMode":       r.text(&e.PartialResponseMode),
		"bisect":                    r.boolean(&e.Bisect),
		"bisectCountsAsRetry":       r.boolean(&e.BisectCountsAsRetry),
		"maximumRecordAge":          pointer(&e.MaximumRecordAge, r.age),
		"recordAgeCondition":        r.text(&e.RecordAgeCondition),
		"onFailure":                 r.text(&e.OnFailure),
		"order":                     r.text(&e.Order),
		"lanes":                     r.number(&e.Lanes, 1),
		"pollers":                   r.number(&e.Pollers, 1),
		"retryBackoff":              pointer(&e.RetryBackoff, r.anyDuration),
		"throttleBackoff":           pointer(&e.ThrottleBackoff, r.anyDuration),
		"requestLimit":              r.text(&e.RequestLimit),
		"filters":                   func(path string, n ast.Node) { e.Filters = r.patterns(path, n) },
		"filterNulls":               r.text(&e.FilterNulls),
		"commitFiltered":            r.text(&e.CommitFiltered),
		"onError":                   r.text(&e.OnError),
		"resultTopic":               r.text(&e.ResultTopic),
		"errorTopic":                r.text(&e.ErrorTopic),
		"startingPositionTimestamp": r.instant(&e.StartingPositionTimestamp),
		"provisioned":               func(path string, n ast.Node) { e.Provisioned = r.provisioned(path, n) },
		"pollerScaleDelay":          pointer(&e.PollerScaleDelay, r.anyDuration),
		"pollerRebalance":           pointer(&e.PollerRebalance, r.boolean),
		"pollerRate":                pointer(&e.PollerRate, r.anyNumber),
	})
}

// age reads a duration, or -1 for any.
func (r *reader) age(into *time.Duration) func(string, ast.Node) {
	return func(path string, n ast.Node) {
		if i, ok := r.plain(path, n).(*ast.IntegerNode); ok && i.GetToken().Value == "-1" {
			r.places[path] = r.placeOf(n)
			*into = -1
			return
		}
		r.duration(into, "60s")(path, n)
	}
}

// processes reads what runs beside the functions.
func (r *reader) processes(path string, n ast.Node) []emulator.Process {
	var processes []emulator.Process
	r.each(path, n, func(_ place, p, name string, value ast.Node) {
		process := emulator.Process{Name: name}
		var role string
		r.object(p, value, fields{
			"command": r.text(&process.Command),
			"dir":     r.text(&process.Dir),
			"env":     func(path string, n ast.Node) { process.Env = r.variables(path, n) },
			"role":    r.text(&role),
			"watch":   r.watch(&process.Watch),
		})
		process.Source = role == "source"
		if at := emulator.Path(p, "role"); role != "" && !process.Source {
			r.mistake(r.find(at), at, "must be source, not "+short(role), "leave role out for a process that does not only feed")
		}
		processes = append(processes, process)
	})
	return processes
}
