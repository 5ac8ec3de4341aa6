package sam

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// buildsAlone are the BuildMethods for which nothing is needed: the emulator runs TypeScript,
// finds virtual environments, and builds Go itself.
var buildsAlone = regexp.MustCompile(`^(esbuild|go1\.x|provided|provided\.al2|provided\.al2023|nodejs\d+\.x|python\d\.\d+|python-uv|java\d+(\.al2)?|ruby\d\.\d)$`)

// build reads how sam build builds a function.
func (r *reader) build(f *function) {
	method := r.values.value(f.resource.Get("Metadata").Get("BuildMethod"))
	if !method.IsScalar() {
		return
	}
	defer r.about(f.id, "Metadata.BuildMethod")()
	switch properties := f.resource.Get("Metadata").Get("BuildProperties"); {
	case method.Scalar == "makefile":
		r.makefile(f, method)
	case method.Scalar == "rust-cargolambda":
		r.cargo(f, method, properties)
	case method.Scalar == "esbuild":
		r.entryPoint(f, properties)
	case !buildsAlone.MatchString(method.Scalar):
		r.say(plan.Dropped, method.At, fmt.Sprintf("%s is not run", method.Scalar), "give build: in coldbrook.yaml if the code needs one")
	}
}

// makefile runs the target that sam build runs, where a handler is not found as it is. Its
// result goes to the folder of the code.
func (r *reader) makefile(f *function, method *tree.Node) {
	if files := r.handlerFiles(f); len(files) > 0 {
		for _, file := range files {
			if r.has(f.config.Code, file) {
				r.say(plan.Changed, method.At, "make is not run: the handler is there without it", "")
				return
			}
		}
	}
	// make itself knows where it is, whatever the shell.
	f.config.Build = fmt.Sprintf("make build-%s 'ARTIFACTS_DIR=$(CURDIR)'", f.id)
	r.say(plan.Taken, method.At, fmt.Sprintf("make build-%s, into %s", f.id, f.config.Code), "")
}

var packageName = regexp.MustCompile(`(?ms)^\[package\][^\[]*?^name\s*=\s*"([A-Za-z0-9_-]+)"`)

// cargo builds with cargo lambda, which puts the executable of each binary into a folder of
// its own.
func (r *reader) cargo(f *function, method, properties *tree.Node) {
	binary := ""
	if v := r.values.value(properties.Get("Binary")); v.IsScalar() {
		binary = v.Scalar
	}
	if text, err := tree.ReadText(r.local(path.Join(f.config.Code, "Cargo.toml"))); err == nil && binary == "" {
		if m := packageName.FindSubmatch(text); m != nil {
			binary = string(m[1])
		}
	}
	f.config.Build = "cargo lambda build --release"
	if binary == "" {
		r.say(plan.NeedsValue, method.At, "the name of the executable is not known", "give handler: target/lambda/NAME/bootstrap in coldbrook.yaml")
		f.comments = append(f.comments, comment{"handler", "target/lambda/NAME/bootstrap, by the name of the executable"})
		return
	}
	f.config.Handler = "target/lambda/" + binary + "/bootstrap"
	r.say(plan.Taken, method.At, f.config.Build+" makes "+f.config.Handler, "")
}

// entryPoint finds the source of a handler that esbuild puts elsewhere: one in a folder
// becomes a file at the top.
func (r *reader) entryPoint(f *function, properties *tree.Node) {
	files := r.handlerFiles(f)
	for _, file := range files {
		if r.has(f.config.Code, file) {
			return
		}
	}
	module, function, ok := strings.Cut(path.Base(f.config.Handler), ".")
	points := r.values.value(properties.Get("EntryPoints"))
	if !ok || !points.Is(tree.List) {
		return
	}
	for _, point := range points.Items {
		source := path.Clean(point.Scalar)
		name := strings.TrimSuffix(source, path.Ext(source))
		if point.IsScalar() && path.Base(name) == module && r.has(f.config.Code, source) {
			f.config.Handler = name + "." + function
			r.say(plan.Changed, point.At, fmt.Sprintf("the handler is %s, in the source itself", f.config.Handler), "")
			return
		}
	}
}
