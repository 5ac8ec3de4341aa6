package emulator

import (
	"reflect"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// knob is a row of the tables of what can be changed while running.
type knob struct {
	field   string // of Config, Function or Event
	kind    SettingKind
	choices []string
	unit    string
	meaning string
	// origin is the path of the profile's number that the default is, or comes from; ""
	// where it is Coldbrook's.
	origin string
	// standard is the default where it is not the number of origin; fixed is one that is
	// always the same.
	standard func(*knobAt) string
	fixed    string
	// least and most are the bounds; nil for none.
	least, most func(*knobAt) string
	// lacking says where it has no effect or is refused; nil for nowhere.
	lacking func(*knobAt) bool
}

// knobAt is where a knob is. function is nil for the whole run, event is nil for a
// function; number is the event's.
type knobAt struct {
	config   *Config
	function *Function
	event    *Event
	number   int
	profile  *profile.Profile // that of the event, function or run
}

func (k *knob) defaultAt(at *knobAt) string {
	switch {
	case k.standard != nil:
		return k.standard(at)
	case k.fixed != "":
		return k.fixed
	case len(k.choices) > 0 && k.origin == "":
		return k.choices[0]
	}
	number, _ := at.profile.Field(k.origin)
	return writeNumber(&number)
}

// short is the shortest form of a path that set takes: without functions., and without
// events[0].kafka. where the function has one event and no such key itself.
func (at *knobAt) short(path, key string) string {
	if at.function == nil {
		return path
	}
	if at.event != nil && len(at.function.Events) == 1 && !slices.Contains(keysOfFunction, key) {
		return at.function.Name + "." + key
	}
	return strings.TrimPrefix(path, "functions.")
}

// keysOfFunction are the keys that a function has itself.
var keysOfFunction = func() []string {
	var all []string
	for f := range reflect.TypeFor[Function]().Fields() {
		all = append(all, keyOf(&f))
	}
	return all
}()

// revisionOfRun are the fields of the whole run whose change makes new revisions.
var revisionOfRun = []string{"Freeze", "CPU", "MemoryLimit", "PassEnv"}

// change is what another value of a field comes to while running.
func (at *knobAt) change(field string) string {
	switch {
	case at.function == nil && slices.Contains(revisionOfRun, field), at.function != nil && at.event == nil && slices.Contains(revisionFields, field):
		return SettingNewRevision
	case at.event == nil, slices.Contains(rulesOfEvents, field):
		return SettingApplies
	case field == "Topic" || field == "Group":
		return SettingComesAndGoes
	}
	return SettingBeginsAnew
}

// always returns what is the same everywhere.
func always(value string) func(*knobAt) string { return func(*knobAt) string { return value } }

// bound returns a number of the profile as a bound; one of 0 is none.
func bound(path string) func(*knobAt) string {
	return func(at *knobAt) string {
		number, _ := at.profile.Field(path)
		if number.Value == int64(0) {
			return ""
		}
		return writeNumber(&number)
	}
}

// Where knobs have no effect, or are refused.

// inProcess is a function whose handler is Go code of this process.
func inProcess(at *knobAt) bool { return at.function.isInProcess() }

// behindConnector is an event of a sink connector.
func behindConnector(at *knobAt) bool { return at.profile.Kafka.Connector }

// notConnector is an event of a mapping.
func notConnector(at *knobAt) bool { return !at.profile.Kafka.Connector }

// notWaiting is what waits for no response of a connector.
func notWaiting(at *knobAt) bool { return notConnector(at) || at.profile.Kafka.Async }

// withoutControls is an event without the error controls of provisioned mode.
func withoutControls(at *knobAt) bool { return !at.profile.Kafka.ErrorControls }
