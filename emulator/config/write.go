package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// Write returns the text of a configuration file that Parse reads as c: what is set, in the
// order in which a person would write it, durations and sizes with their units. header are
// lines of a comment at the top, and comments stand above the values with their paths
// (emulator.Path, and [0] for the events of a function).
//
// What no file can say is left out: Dir, Reload, Journal, Debug and handlers in process.
// Patterns of filters are written as the JSON that they are.
func Write(c *emulator.Config, header []string, comments map[string]string) []byte {
	w := &writing{comments: comments}
	for _, line := range header {
		w.comment(0, line)
	}
	top := block{w: w}
	if len(header) > 0 {
		w.b.WriteByte('\n')
	}
	top.text("profile", c.Profile)
	top.seed(c.Seed)
	top.optionalBool("freeze", c.Freeze)
	top.number("maxProcesses", c.MaxProcesses)
	top.number("accountConcurrency", c.AccountConcurrency)
	top.text("cpu", c.CPU)
	top.text("memoryLimit", c.MemoryLimit)
	top.text("logs", c.Logs)
	top.texts("passEnv", c.PassEnv)
	top.watch(&c.Watch)
	top.text("onReload", c.OnReload)
	top.broker(&c.Kafka)
	if c.Invoke.Port != 0 {
		top.child("invoke").number("port", c.Invoke.Port)
	}
	top.topics(c.Topics)
	top.functions(c.Functions)
	top.processes(c.Processes)
	return []byte(w.b.String())
}

func (b block) broker(k *emulator.Kafka) {
	if reflect.ValueOf(k).Elem().IsZero() {
		return
	}
	in := b.child("kafka")
	in.optional("port", k.Port)
	in.text("dataDir", k.DataDir)
	in.size("retention", k.Retention)
	in.optionalBool("autoCreate", k.AutoCreate)
	in.number("defaultPartitions", k.DefaultPartitions)
	in.text("tls", k.TLS)
	in.text("sasl", k.SASL)
	in.variables("users", k.Users)
}

func (b block) topics(all []emulator.Topic) {
	if len(all) == 0 {
		return
	}
	in := b.child("topics")
	for _, t := range all {
		value := "{}"
		if t.Partitions != 0 {
			value = "{partitions: " + digits(t.Partitions) + "}"
		}
		in.line(t.Name, value)
	}
}

func (b block) functions(all []emulator.Function) {
	if len(all) == 0 {
		return
	}
	in := b.child("functions")
	for i := range all {
		f := in.child(all[i].Name)
		f.handler(&all[i])
		f.limits(&all[i])
		f.rest(&all[i])
		f.events(all[i].Events)
	}
}

func (b block) handler(f *emulator.Function) {
	b.text("runtime", f.Runtime)
	b.text("code", f.Code)
	b.text("handler", f.Handler)
	b.texts("layers", f.Layers)
	b.text("build", f.Build)
	b.texts("command", f.Command)
	b.text("architecture", f.Architecture)
}

func (b block) limits(f *emulator.Function) {
	b.text("profile", f.Profile)
	b.size("memory", f.Memory)
	b.size("ephemeralStorage", f.EphemeralStorage)
	b.text("cpu", f.CPU)
	b.duration("timeout", f.Timeout)
	b.optional("reservedConcurrency", f.ReservedConcurrency)
	b.number("provisionedConcurrency", f.ProvisionedConcurrency)
	b.optionalDuration("provisionedDelay", f.ProvisionedDelay)
	b.coldStart(f.ColdStart)
	b.distribution("duration", f.Duration)
	b.optionalDuration("keepAlive", f.KeepAlive)
	b.optionalDuration("maximumLifetime", f.MaximumLifetime)
	b.number("proactiveInit", f.ProactiveInit)
}

func (b block) rest(f *emulator.Function) {
	b.text("envFile", f.EnvFile)
	b.variables("env", f.Env)
	b.texts("passEnv", f.PassEnv)
	b.watch(&f.Watch)
	b.text("onReload", f.OnReload)
	b.text("output", f.Output)
	b.text("deadLetter", f.DeadLetter)
	if f.Async != (emulator.Async{}) {
		in := b.child("async")
		in.optional("maximumRetryAttempts", f.Async.MaximumRetryAttempts)
		in.optionalDuration("maximumEventAge", f.Async.MaximumEventAge)
		in.text("onSuccess", f.Async.OnSuccess)
		in.text("onFailure", f.Async.OnFailure)
	}
}

func (b block) variables(key string, env map[string]string) {
	if len(env) == 0 {
		return
	}
	in := b.child(key)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		in.line(name, emulator.YAMLText(env[name]))
	}
}

func (b block) processes(all []emulator.Process) {
	if len(all) == 0 {
		return
	}
	in := b.child("processes")
	for i := range all {
		p := in.child(all[i].Name)
		p.text("command", all[i].Command)
		p.text("dir", all[i].Dir)
		if all[i].Source {
			p.text("role", "source")
		}
		p.variables("env", all[i].Env)
		p.watch(&all[i].Watch)
	}
}

// watch writes off, or what is set in one line.
func (b block) watch(w *emulator.Watch) {
	var all []string
	if len(w.Include) > 0 {
		all = append(all, "include: "+emulator.YAMLTexts(w.Include))
	}
	if len(w.Exclude) > 0 {
		all = append(all, "exclude: "+emulator.YAMLTexts(w.Exclude))
	}
	if w.Debounce != 0 {
		all = append(all, "debounce: "+durationText(w.Debounce))
	}
	switch {
	case w.Off:
		b.line("watch", "off")
	case len(all) > 0:
		b.line("watch", "{"+strings.Join(all, ", ")+"}")
	}
}
