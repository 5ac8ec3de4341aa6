package emulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// handlerName is file.function; a file may lie in a folder, and for Python be in
// a package. At most 128 characters (API model).
var handlerName = regexp.MustCompile(`^[^\s.][^\s]*\.[^\s./\\]+$`)

const maxHandler = 128

// family says what starts a handler of a runtime: nodejs, python, provided, java, or ""
// if only a command can.
func family(runtime string) string {
	for _, name := range []string{"nodejs", "python", "provided", "java"} {
		if strings.HasPrefix(runtime, name) {
			return name
		}
	}
	return ""
}

// code checks how the handler is found and started.
func (v *validation) code(path string, f *Function) {
	if f.isInProcess() {
		if f.InProcess != nil && f.Handle != nil {
			v.add(path, "InProcess, Handle", "a function has one handler, not two", "")
		}
		names := []string{"code", "handler", "build", "command", "layers"}
		if set := given(names, f.Code != "", f.Handler != "", f.Build != "", len(f.Command) > 0, len(f.Layers) > 0); set != "" {
			v.add(path, set, "an in-process function has no "+set, "")
		}
		if f.Runtime != "" {
			v.runtime(path, f)
		}
		return
	}
	if f.Runtime == "" && len(f.Command) == 0 {
		v.add(Path(path, "runtime"), "", "is missing", "there are "+strings.Join(v.profile.Function.Runtimes, ", "))
	}
	if f.Runtime != "" {
		v.runtime(path, f)
	}
	if f.Code == "" && len(f.Command) == 0 {
		v.add(Path(path, "code"), "", "is missing", "give the folder of the function's code")
	}
	if len(f.Command) > 0 && strings.TrimSpace(f.Command[0]) == "" {
		v.add(Path(path, "command"), "", "the command is empty", "")
	}
	v.handler(path, f)
	v.layers(path, f)
}

// runtime checks the name of a runtime, and that something can start it.
func (v *validation) runtime(path string, f *Function) {
	at, known := Path(path, "runtime"), v.profile.Function.Runtimes
	if !slices.Contains(known, f.Runtime) {
		v.add(at, f.Runtime, fmt.Sprintf("there is no runtime %q", f.Runtime), runtimeHint(f.Runtime, known))
		return
	}
	if !f.isInProcess() && len(f.Command) == 0 && family(f.Runtime) == "" {
		v.add(at, f.Runtime, fmt.Sprintf("%s needs a command: its own way to start handlers is not emulated yet", f.Runtime),
			"give command: a program that speaks the Runtime API")
	}
}

// handler checks the name of the handler as far as the runtime uses one.
func (v *validation) handler(path string, f *Function) {
	at, kind := Path(path, "handler"), family(f.Runtime)
	if len(f.Handler) > maxHandler {
		v.add(at, f.Handler, fmt.Sprintf("the name of %d characters is over the limit of %d", len(f.Handler), maxHandler), "")
		return
	}
	if len(f.Command) == 0 && kind == "java" && f.Handler == "" {
		v.add(at, "", "is missing", "write package.Class::method, as in orders.Ship::handleRequest")
	}
	if len(f.Command) > 0 || kind != "nodejs" && kind != "python" {
		if strings.ContainsAny(f.Handler, " \t\r\n") {
			v.add(at, f.Handler, fmt.Sprintf("%q has blanks in it", f.Handler), "")
		}
		return
	}
	example := map[string]string{"nodejs": "index.handler", "python": "app.handler"}[kind]
	switch {
	case f.Handler == "":
		v.add(at, "", "is missing", "write file.function, as in "+example)
	case !handlerName.MatchString(f.Handler):
		v.add(at, f.Handler, fmt.Sprintf("%q is not of the form file.function", f.Handler), "as in "+example)
	}
}

// runtimeHint names the platform's runtime for what people write instead.
func runtimeHint(name string, known []string) string {
	lower := strings.ToLower(name)
	switch {
	case slices.Contains([]string{"go", "golang", "go1.x", "rust", "provided", "custom", "bun", "deno", "c++", "shell", "bash"}, lower):
		return fmt.Sprintf("on AWS, such functions run on %q", "provided.al2023")
	case strings.HasPrefix(lower, "go1."):
		return fmt.Sprintf("on AWS, Go functions run on %q", "provided.al2023")
	}
	if exact := DidYouMean(name, known); exact != "" && strings.ContainsAny(lower, "0123456789") {
		return fmt.Sprintf("did you mean %q? There are %s", exact, strings.Join(known, ", "))
	}
	base := strings.TrimRight(lower, "0123456789.x")
	for spelling, prefix := range map[string]string{
		"node": "nodejs", "nodejs": "nodejs", "javascript": "nodejs", "js": "nodejs", "typescript": "nodejs", "ts": "nodejs",
		"python": "python", "py": "python", "java": "java", "dotnet": "dotnet", ".net": "dotnet", "ruby": "ruby",
	} {
		if base == spelling {
			return fmt.Sprintf("the platform's names have the version: %s", strings.Join(startingWith(known, prefix), ", "))
		}
	}
	return "there are " + strings.Join(known, ", ")
}

func startingWith(names []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !strings.HasPrefix(n, prefix) })
}
