package config

import (
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// file reads the top of the file.
func (r *reader) file(c *emulator.Config, root ast.Node) {
	r.object("", root, fields{
		"profile":   r.text(&c.Profile),
		"seed":      r.seed(&c.Seed),
		"freeze":    pointer(&c.Freeze, r.boolean),
		"kafka":     func(path string, n ast.Node) { r.broker(&c.Kafka, path, n) },
		"invoke":    func(path string, n ast.Node) { r.object(path, n, fields{"port": r.anyNumber(&c.Invoke.Port)}) },
		"topics":    func(path string, n ast.Node) { c.Topics = r.topics(path, n) },
		"functions": func(path string, n ast.Node) { c.Functions = r.functions(path, n) },
		"processes": func(path string, n ast.Node) { c.Processes = r.processes(path, n) },

		"maxProcesses":       r.anyNumber(&c.MaxProcesses),
		"accountConcurrency": r.number(&c.AccountConcurrency, 1),
		"cpu":                r.text(&c.CPU),
		"memoryLimit":        r.text(&c.MemoryLimit),
		"logs":               r.text(&c.Logs),
		"passEnv":            func(path string, n ast.Node) { c.PassEnv = r.texts(path, n) },
		"watch":              r.watch(&c.Watch),
		"onReload":           r.text(&c.OnReload),
	})
}

func (r *reader) broker(k *emulator.Kafka, path string, n ast.Node) {
	r.object(path, n, fields{
		"port":              pointer(&k.Port, r.anyNumber),
		"dataDir":           r.text(&k.DataDir),
		"retention":         r.size(&k.Retention, "1MB"),
		"autoCreate":        pointer(&k.AutoCreate, r.boolean),
		"defaultPartitions": r.number(&k.DefaultPartitions, 1),
		"tls":               r.text(&k.TLS),
		"sasl":              r.text(&k.SASL),
		// Values that name variables, ${env:NAME}, are filled in by what reads env, once it does.
		"users": func(path string, n ast.Node) { k.Users = r.variables(path, n) },
	})
}

func (r *reader) topics(path string, n ast.Node) []emulator.Topic {
	var topics []emulator.Topic
	r.each(path, n, func(_ place, p, name string, value ast.Node) {
		t := emulator.Topic{Name: name}
		r.object(p, value, fields{"partitions": r.number(&t.Partitions, 1)})
		topics = append(topics, t)
	})
	return topics
}

func (r *reader) functions(path string, n ast.Node) []emulator.Function {
	var functions []emulator.Function
	r.each(path, n, func(_ place, p, name string, value ast.Node) {
		f := emulator.Function{Name: name}
		r.function(&f, p, value)
		functions = append(functions, f)
	})
	return functions
}

func (r *reader) function(f *emulator.Function, path string, n ast.Node) {
	r.object(path, n, fields{
		"runtime":             r.text(&f.Runtime),
		"code":                r.text(&f.Code),
		"handler":             r.text(&f.Handler),
		"build":               r.text(&f.Build),
		"command":             func(path string, n ast.Node) { f.Command = r.command(path, n) },
		"layers":              func(path string, n ast.Node) { f.Layers = r.layers(path, n) },
		"memory":              r.size(&f.Memory, "128MB"),
		"cpu":                 r.text(&f.CPU),
		"ephemeralStorage":    r.size(&f.EphemeralStorage, "512MB"),
		"timeout":             r.duration(&f.Timeout, "1s"),
		"reservedConcurrency": pointer(&f.ReservedConcurrency, r.anyNumber),
		"env":                 func(path string, n ast.Node) { f.Env = r.variables(path, n) },
		"envFile":             r.text(&f.EnvFile),
		"passEnv":             func(path string, n ast.Node) { f.PassEnv = r.texts(path, n) },
		"profile":             r.text(&f.Profile),
		"architecture":        r.text(&f.Architecture),
		"coldStart":           func(path string, n ast.Node) { f.ColdStart = r.coldStart(path, n) },
		"duration":            func(path string, n ast.Node) { f.Duration = r.distribution(path, n) },
		"keepAlive":           pointer(&f.KeepAlive, r.anyDuration),
		"maximumLifetime":     pointer(&f.MaximumLifetime, r.anyDuration),
		"proactiveInit":       r.anyNumber(&f.ProactiveInit),
		"output":              r.text(&f.Output),
		"async":               func(path string, n ast.Node) { r.async(&f.Async, path, n) },
		"deadLetter":          r.text(&f.DeadLetter),
		"events":              func(path string, n ast.Node) { f.Events = r.events(path, n) },
		"watch":               r.watch(&f.Watch),
		"onReload":            r.text(&f.OnReload),

		"provisionedConcurrency": r.anyNumber(&f.ProvisionedConcurrency),
		"provisionedDelay":       pointer(&f.ProvisionedDelay, r.anyDuration),
	})
}

// anyNumber and anyDuration read values of which zero is a legal one.
func (r *reader) anyNumber(into *int) func(string, ast.Node) { return r.number(into, 0) }

func (r *reader) anyDuration(into *time.Duration) func(string, ast.Node) {
	return r.duration(into, "")
}

// command reads a list of words, or a line that needs no shell to be split.
func (r *reader) command(path string, n ast.Node) []string {
	var words []string
	n = r.plain(path, n)
	if n == nil {
		return nil
	}
	if n.Type() == ast.SequenceType {
		r.list(path, n, func(p string, element ast.Node) {
			if element = r.scalar(p, element); element == nil {
				return
			}
			word, ok := verbatim(element)
			if !ok {
				r.wrongType(p, element, "a text")
			}
			words = append(words, word)
		})
		return words
	}
	var line string
	r.text(&line)(path, n)
	if strings.ContainsAny(line, "\"'`$&|;<>()*?[]{}~#\\\n") {
		r.mistake(r.places[path], path, "has characters that only a shell understands", "write a list: [sh, -c, \"...\"]")
		return nil
	}
	return strings.Fields(line)
}

// variables reads environment variables; numbers and the like are kept as they
// are written.
func (r *reader) variables(path string, n ast.Node) map[string]string {
	var env map[string]string
	r.each(path, n, func(at place, p, name string, value ast.Node) {
		value = r.plain(p, value)
		if value == nil {
			return
		}
		if value.Type() == ast.NullType {
			r.mistake(at, p, "has no value", `write "" for an empty one`)
			return
		}
		text, ok := verbatim(value)
		if !ok {
			r.wrongType(p, value, "a text")
			return
		}
		r.places[p] = r.placeOf(value)
		if env == nil {
			env = map[string]string{}
		}
		env[name] = text
	})
	return env
}

// coldStart reads off or {p50, p99}.
func (r *reader) coldStart(path string, n ast.Node) *emulator.ColdStart {
	n = r.plain(path, n)
	if n == nil {
		return nil
	}
	c := &emulator.ColdStart{}
	if _, ok := entriesOf(n); ok {
		r.object(path, n, fields{
			"p50": r.duration(&c.P50, "1ms"),
			"p99": r.duration(&c.P99, "1ms"),
		})
		return c
	}
	if n = r.scalar(path, n); n == nil {
		return nil
	}
	if s, ok := textOf(n); ok && s == "off" {
		c.Off = true
		return c
	}
	r.mistake(r.places[path], path, "must be off or a map, not "+describe(n), "write off or {p50: 300ms, p99: 1s}")
	return nil
}

// distribution reads {p50, p99}, or one duration that is always taken.
func (r *reader) distribution(path string, n ast.Node) *emulator.Duration {
	n = r.plain(path, n)
	if n == nil {
		return nil
	}
	d := &emulator.Duration{}
	if _, ok := entriesOf(n); ok {
		r.object(path, n, fields{
			"p50": r.duration(&d.P50, "1ms"),
			"p99": r.duration(&d.P99, "1ms"),
		})
		return d
	}
	r.duration(&d.P50, "1ms")(path, n)
	return d
}
