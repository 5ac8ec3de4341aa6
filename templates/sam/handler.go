package sam

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// runtime reads the runtime; one that is gone becomes the nearest that there is.
func (r *reader) runtime(f *function) bool {
	defer r.about(f.id, "Runtime")()
	v := r.values.value(f.properties.Get("Runtime"))
	switch why, yes := r.values.isOpen(v); {
	case v == nil:
		return r.leave(plan.Wrong, f.at, "it has no Runtime", "")
	case yes:
		return r.leave(plan.NeedsValue, v.At, why.reason, why.advice)
	case r.values.isBroken(v):
		return r.leave(plan.Wrong, f.at, "its Runtime is not known", "")
	}
	f.config.Runtime = plan.Runtime(v.Scalar)
	f.from("runtime", v, "Runtime", nil)
	switch {
	case f.config.Runtime == "" || !v.IsScalar():
		return r.leave(plan.Wrong, v.At, fmt.Sprintf("there is no runtime %s", shown(v)), "")
	case f.config.Runtime != v.Scalar:
		r.say(plan.Changed, v.At, fmt.Sprintf("the emulator has no %s: %s is taken", v.Scalar, f.config.Runtime), "")
	}
	return true
}

// handler reads the handler, and how the code is built.
func (r *reader) handler(f *function) bool {
	defer r.about(f.id, "Handler")()
	prefix := f.config.Handler // the folder that a build makes
	f.config.Handler = ""
	given := f.properties.Get("Handler")
	name, ok := r.text(given, "nothing")
	if !ok && !strings.HasPrefix(f.config.Runtime, "provided") {
		return r.leave(plan.Wrong, f.at, "it has no Handler", "")
	}
	at := f.at
	if given != nil {
		at = given.At
		f.from("handler", given, "Handler", nil)
	}
	if f.config.Handler = name; prefix != "" {
		f.config.Handler = path.Join(prefix, name)
	}
	r.build(f)
	return r.command(f, at) && r.handlerFile(f, at)
}

// handlerFile looks for the file of a handler of Node or Python. What is not there is made
// by npm run build, if there is that.
func (r *reader) handlerFile(f *function, at tree.Place) bool {
	if f.config.Build != "" || len(f.config.Command) > 0 || len(r.handlerFiles(f)) == 0 {
		return true
	}
	files := r.handlerFiles(f)
	if slices.ContainsFunc(files, func(file string) bool { return r.has(f.config.Code, file) }) {
		return true
	}
	if strings.HasPrefix(f.config.Runtime, "nodejs") && r.hasBuildScript(f.config.Code) {
		f.config.Build = "npm run build"
		r.say(plan.Changed, at, fmt.Sprintf("there is no %s in %s yet: npm run build makes it", files[0], f.config.Code), "")
		return true
	}
	return r.leave(plan.Wrong, at, fmt.Sprintf("there is no %s in %s", files[0], f.config.Code), "")
}

// handlerFiles are the files that a handler may be in; none for runtimes that have no such.
func (r *reader) handlerFiles(f *function) []string {
	dir, file := path.Split(f.config.Handler)
	switch {
	case strings.HasPrefix(f.config.Runtime, "nodejs"):
		module, _, _ := strings.Cut(file, ".")
		return endings(dir+module, ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", "/index.js", "/index.mjs", "/index.ts", "")
	case strings.HasPrefix(f.config.Runtime, "python"):
		module := f.config.Handler
		if dot := strings.LastIndexByte(module, '.'); dot >= 0 {
			module = strings.ReplaceAll(module[:dot], ".", "/")
		}
		return endings(module, ".py", "/__init__.py", ".pyc", ".so")
	}
	return nil
}

func endings(module string, all ...string) []string {
	names := make([]string, len(all))
	for i, ending := range all {
		names[i] = module + ending
	}
	return names
}

// hasBuildScript says whether the package.json of a folder has a script build.
func (r *reader) hasBuildScript(folder string) bool {
	text, err := tree.ReadText(r.local(path.Join(folder, "package.json")))
	var file struct{ Scripts map[string]string }
	return err == nil && json.Unmarshal(text, &file) == nil && file.Scripts["build"] != ""
}

// command starts handlers of runtimes that the emulator does not start itself, with the
// official client of the language.
func (r *reader) command(f *function, at tree.Place) bool {
	switch {
	case strings.HasPrefix(f.config.Runtime, "ruby"):
		f.config.Command = []string{"bundle", "exec", "aws_lambda_ric", f.config.Handler}
		r.say(plan.Changed, at, "bundle exec aws_lambda_ric starts it: the emulator starts no Ruby itself", "add the gem aws_lambda_ric to the Gemfile")
	case strings.HasPrefix(f.config.Runtime, "dotnet") && strings.Contains(f.config.Handler, "::"):
		return r.leave(plan.Dropped, at, "the emulator does not start class libraries of .NET", "give it in coldbrook.yaml with command: a program that speaks the Runtime API, such as one with LambdaBootstrapBuilder")
	case strings.HasPrefix(f.config.Runtime, "dotnet"):
		f.config.Command = []string{"dotnet", "run"}
		r.say(plan.Changed, at, "dotnet run starts it: the emulator starts no .NET itself", "")
	}
	return true
}
