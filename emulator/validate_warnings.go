package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Warnings returns what is legal and yet probably not what the user expects, a
// sentence each, with its path. The configuration must be valid.
func (c Config) Warnings() []string {
	w := &warnings{config: &c}
	var outputs []string
	w.passed("passEnv", c.PassEnv)
	for i := range c.Functions {
		f := &c.Functions[i]
		path := Path("functions", f.Name)
		w.function(path, f)
		for j := range f.Events {
			w.event(fmt.Sprintf("%s.events[%d].kafka", path, j), f, &f.Events[j])
		}
		if f.Output != "" {
			outputs = append(outputs, f.Name)
		}
	}
	if len(outputs) > 0 {
		w.add("output", "Coldbrook makes records from the responses of "+strings.Join(outputs, ", ")+": AWS does not do this")
	}
	return w.lines
}

type warnings struct {
	config *Config
	lines  []string
}

func (w *warnings) add(path, sentence string) { w.lines = append(w.lines, path+": "+sentence) }

func (w *warnings) function(path string, f *Function) {
	for i := range f.Events {
		longest := w.config.eventProfile(f, &f.Events[i]).Kafka.TimeoutMax
		if longest > 0 && f.Timeout > longest {
			w.add(Path(path, "timeout"), fmt.Sprintf("with a Kafka event, %s counts as %s",
				showDuration(int64(f.Timeout)), showDuration(int64(longest))))
			break
		}
	}
	if n := f.ReservedConcurrency; n != nil && *n == 0 {
		w.add(Path(path, "reservedConcurrency"), "0 switches the function off: its records wait until they expire")
	}
	if len(f.Events) == 0 {
		w.add(path, "no events: it runs only when it is invoked from outside")
	}
	for _, name := range slices.Sorted(maps.Keys(f.Env)) {
		if strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, endpointVariables) {
			w.add(Path(Path(path, "env"), name), "the handler gets it instead of a dummy: what it does there may be real")
		}
		for _, stray := range strayReferences(f.Env[name]) {
			w.add(Path(Path(path, "env"), name), stray)
		}
	}
	w.passed(Path(path, "passEnv"), f.PassEnv)
}

func (w *warnings) event(path string, f *Function, e *Event) {
	if e.OnFailure != "" && (e.Retries == nil || *e.Retries < 0) {
		w.add(Path(path, "onFailure"), fmt.Sprintf("with a destination, unlimited retries end after %d, as on AWS",
			w.config.eventProfile(f, e).Kafka.RetriesWithDestination))
	}
	at, least := Path(path, "pollers"), e.Pollers
	if p := e.Provisioned; p != nil {
		at, least = Path(Path(path, "provisioned"), "minimumPollers"), p.MinimumPollers
	}
	if n := w.config.partitions(e.Topic); n > 0 && least > n {
		w.add(at, fmt.Sprintf("topic %q has %d partitions: %d pollers have nothing to do", e.Topic, n, least-n))
	}
	w.lanes(path, e)
	w.filters(path, e)
	if f.Output != "" && f.InProcess == nil && w.config.connector(f, e) {
		w.add(Path(path, "profile"), fmt.Sprintf("a sink connector takes the response: the function's output %q gets nothing of these records", f.Output))
	}
	if f.Output != "" && f.Output == e.Topic {
		w.add(Path(path, "topic"), fmt.Sprintf("%q is also the function's output: its records come back to it", e.Topic))
	}
}

// partitions returns how many partitions a declared topic has, else 0.
func (c *Config) partitions(topic string) int {
	for _, t := range c.Topics {
		if t.Name != topic {
			continue
		}
		for _, n := range []int{t.Partitions, c.Kafka.DefaultPartitions} {
			if n != 0 {
				return n
			}
		}
		return DefaultPartitions
	}
	return 0
}
