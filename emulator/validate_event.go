package emulator

import (
	"fmt"
	"regexp"
	"time"
)

const (
	maxGroup = 200
	// maxBackoff bounds the back-offs, which are knobs of ours.
	maxBackoff = time.Hour
)

// groupName is that of the API model.
var groupName = regexp.MustCompile(`^[a-zA-Z0-9/*:_+=.@-]*$`)

// group returns the consumer group of event i.
func (f *Function) group(i int) string {
	switch {
	case f.Events[i].Group != "":
		return f.Events[i].Group
	case len(f.Events) == 1:
		return f.Name
	}
	return f.Name + "-" + f.Events[i].Topic
}

// event checks one event source mapping.
func (v *validation) event(path string, f *Function, i int) {
	e, k := &f.Events[i], &v.profile.Kafka
	if e.Topic == "" {
		v.add(Path(path, "topic"), "", "is missing", "give the topic whose records the function gets")
	} else {
		v.reference(Path(path, "topic"), e.Topic)
	}
	v.profileName(Path(path, "profile"), e.Profile)
	v.oneOf(Path(path, "source"), e.Source, []string{"self-managed", "msk"})
	v.startingPosition(path, e)
	if e.BatchSize != 0 {
		v.platformRange(Path(path, "batchSize"), "batchSize", int64(e.BatchSize), 1, int64(k.BatchSizeMax), 1, showNumber)
	}
	if w := e.BatchWindow; w != nil && !k.Connector {
		at := Path(path, "batchWindow")
		v.platformRange(at, "maximumBatchingWindowInSeconds", int64(*w), 0, int64(k.WindowMax), int64(time.Second), showSeconds)
		v.wholeSeconds(at, *w, k.WindowStep)
	}
	if k.Connector {
		v.connectorEvent(path, f, i)
		return
	}
	v.pollers(path, e)
	v.lanes(path, e)
	v.backoff(Path(path, "retryBackoff"), e.RetryBackoff)
	v.backoff(Path(path, "throttleBackoff"), e.ThrottleBackoff)
	v.mappingEvent(path, e)
	v.oneOf(Path(path, "requestLimit"), e.RequestLimit, requestLimits)
	v.errorControls(path, f, e)
	v.filters(path, e)
}

func (v *validation) backoff(path string, d *time.Duration) {
	if d != nil {
		within(v, path, int64(*d), 0, int64(maxBackoff), showDuration)
	}
}

// groups checks the consumer groups, which must be unique over all mappings
// (kafka-consumer-group-id).
func (v *validation) groups() {
	first := map[string]string{}
	for i := range v.config.Functions {
		f := &v.config.Functions[i]
		for j, e := range f.Events {
			if e.Group == "" && e.Topic == "" {
				continue // its group is not known
			}
			path := fmt.Sprintf("%s.events[%d].kafka.group", Path("functions", f.Name), j)
			group := f.group(j)
			switch {
			case len(group) > maxGroup:
				v.add(path, group, fmt.Sprintf("the group's name of %d characters is over the limit of %d", len(group), maxGroup), "set a shorter group")
			case e.Group != "" && !groupName.MatchString(group):
				v.add(path, group, fmt.Sprintf("%q is not a name for a consumer group", group), "letters, digits and -/*:_+=.@ are allowed")
			case first[group] != "":
				v.add(path, group, fmt.Sprintf("group %q is taken by %s", group, first[group]), "set a group of its own: it is unique over all mappings")
			default:
				first[group] = fmt.Sprintf("%s.events[%d]", Path("functions", f.Name), j)
			}
		}
	}
}
