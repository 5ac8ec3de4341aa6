package serverless

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// The framework's defaults, which are not those of the platform.
const (
	defaultMemory  = 1024 // MB
	defaultTimeout = 6 * time.Second
)

// reading is one function that is being read.
type reading struct {
	*file
	*entry
	out *emulator.Function
	// path is that of the function in the configuration.
	path string
}

// function takes one function over, if its code is there.
func (f *file) function(e *entry) {
	r := &reading{file: f, entry: e, out: &emulator.Function{Name: e.key}, path: emulator.Path("functions", e.key)}
	f.origins[r.path] = origin{at: e.at}
	if image := f.setting(e, "image"); image != nil && image.Kind != tree.Null && f.value(e.node.Get("handler")) == nil {
		r.add(plan.Dropped, e.at, "image", "is a container image, and none are run: the function is left out", "give it a handler, or run it with command: in coldbrook.yaml")
		return
	}
	if !r.code() {
		return
	}
	r.sizes()
	r.concurrency()
	r.environment()
	r.async()
	r.layers()
	f.plan.Config.Functions = append(f.plan.Config.Functions, *r.out)
	r.out = &f.plan.Config.Functions[len(f.plan.Config.Functions)-1]
	r.events()
	r.keys()
}

// add says what became of a part of the function. What the provider says for all functions
// is said once, and of none of them.
func (r *reading) add(v plan.Verdict, at tree.Place, key, text, advice string) {
	said, shared := r.shared[at]
	switch {
	case !shared:
		r.plan.Add(v, at, r.key, key, text, advice)
	case !said:
		r.plan.Add(v, at, "", "provider."+key, text, advice)
		r.shared[at] = true
	}
}

// summary is a function in a line.
func summary(f *emulator.Function) string {
	where := f.Handler
	if f.Code != "." {
		where = strings.TrimSuffix(f.Code+" "+f.Handler, " ")
	}
	return fmt.Sprintf("%s, %s, %d MB, %v", cmp.Or(where, "."), f.Runtime, f.Memory>>20, f.Timeout)
}

// code finds the handler and its runtime; false says that the function is left out.
func (r *reading) code() bool {
	node := r.value(r.node.Get("handler"))
	handler := scalarOf(node)
	switch {
	case r.noteLack(r.lack(node), node.Place(), r.key, "handler"):
		return false
	case handler == "":
		r.add(plan.Wrong, r.at, "handler", "is missing: the function is left out", "write handler: FILE.FUNCTION")
		return false
	}
	r.origins[emulator.Path(r.path, "handler")] = origin{node.At, "handler"}
	runtime, ok := r.runtime(handler)
	if !ok {
		return false
	}
	var at found
	if strings.HasPrefix(runtime, "provided") {
		at = r.findProgram(handler, r.artifact(), []string{r.key, path.Base(handler), strings.TrimSuffix(path.Base(r.artifact()), ".zip"), path.Base(path.Dir(handler))})
	} else {
		at = r.findHandler(runtime, handler, scalarOf(r.value(r.node.Get("module"))))
	}
	if at.looked != "" {
		r.add(plan.Wrong, node.At, "handler", fmt.Sprintf("handler %q: there is no %s: the function is left out", handler, at.looked), "build the project first if that file is made by a build")
		return false
	}
	r.out.Runtime, r.out.Code, r.out.Handler = runtime, at.code, at.handler
	if at.note != "" {
		r.add(plan.Changed, node.At, "handler", at.note, "")
	}
	return true
}

func (r *reading) artifact() string {
	v := r.get(r.node, "package", "artifact")
	if v == nil {
		v = r.get(r.root, "package", "artifact")
	}
	return scalarOf(v)
}

// runtime is that of the function, of the provider, or what the handler looks like.
func (r *reading) runtime(handler string) (string, bool) {
	node := r.setting(r.entry, "runtime")
	if !node.IsScalar() || r.lack(node) != nil {
		guess, module := defaultNode, scalarOf(r.value(r.node.Get("module")))
		if r.findHandler(defaultNode, handler, module).looked != "" && r.findHandler(defaultPython, handler, module).looked == "" {
			guess = defaultPython
		}
		if l := r.lack(node); l != nil {
			r.add(l.verdict, node.At, "runtime", l.why+": "+guess+" for now", l.advice)
		} else {
			r.add(plan.Changed, r.at, "runtime", "none is given: "+guess, "")
		}
		return guess, true
	}
	r.origins[emulator.Path(r.path, "runtime")] = origin{node.At, "runtime"}
	runtime := plan.Runtime(node.Scalar)
	if runtime == "" {
		r.add(plan.Wrong, node.At, "runtime", fmt.Sprintf("there is no runtime %q: the function is left out", node.Scalar), "")
		return "", false
	}
	if runtime != node.Scalar {
		r.add(plan.Changed, node.At, "runtime", fmt.Sprintf("%s is not among those that are emulated: %s", node.Scalar, runtime), "")
	}
	return runtime, true
}

// sizes reads memory, time and the rest of what one execution has.
func (r *reading) sizes() {
	r.out.Memory = int64(r.number(r.setting(r.entry, "memorySize"), "memorySize", "memory", defaultMemory)) << 20
	r.out.Timeout = time.Duration(r.number(r.setting(r.entry, "timeout"), "timeout", "timeout", int(defaultTimeout/time.Second))) * time.Second
	r.out.EphemeralStorage = int64(r.number(r.setting(r.entry, "ephemeralStorageSize"), "ephemeralStorageSize", "ephemeralStorage", 0)) << 20
	node := r.setting(r.entry, "architecture")
	if node == nil || r.noteLack(r.lack(node), node.At, r.key, "architecture") {
		return
	}
	r.origins[emulator.Path(r.path, "architecture")] = origin{node.At, "architecture"}
	r.out.Architecture = scalarOf(node)
}

// number reads a whole number of at most what the emulator's settings can be; of one that is
// not known or is none, otherwise counts.
func (r *reading) number(node *tree.Node, key, field string, otherwise int) int {
	if node == nil || node.Kind == tree.Null {
		return otherwise
	}
	if l := r.lack(node); l != nil {
		text := l.why
		if otherwise != 0 {
			text = fmt.Sprintf("%s: %d for now", l.why, otherwise)
		}
		r.add(l.verdict, node.At, key, text, l.advice)
		return otherwise
	}
	if field != "" {
		r.origins[emulator.Path(r.path, field)] = origin{node.At, key}
	}
	n, ok := node.Int()
	if !ok || n < -1 || n > math.MaxInt32 {
		r.add(plan.Wrong, node.At, key, fmt.Sprintf("%q is not a whole number: it is left out", short(shownText(node))), "")
		return otherwise
	}
	return n
}

// shownText is a value as a message shows it.
func shownText(n *tree.Node) string {
	if n.IsScalar() {
		return n.Scalar
	}
	if n == nil {
		return ""
	}
	return n.Kind.String()
}

// kindOf names what a value is.
func kindOf(n *tree.Node) string {
	if n == nil {
		return tree.Null.String()
	}
	return n.Kind.String()
}

func (r *reading) concurrency() {
	if node := r.value(r.node.Get("reservedConcurrency")); node != nil && node.Kind != tree.Null {
		if n := r.number(node, "reservedConcurrency", "reservedConcurrency", -1); n >= 0 {
			r.out.ReservedConcurrency = &n
		}
	}
	r.out.ProvisionedConcurrency = max(r.number(r.value(r.node.Get("provisionedConcurrency")), "provisionedConcurrency", "provisionedConcurrency", 0), 0)
}
