package emulatortest

import (
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// goroutine is one entry of a dump by runtime.Stack.
type goroutine struct {
	id        int
	state     string  // what it does or waits for, in the runtime's words without "(durable)": "IO wait"
	durable   bool    // it waits for something inside its bubble, so it does not hold virtual time up
	bubble    int     // the bubble it runs in, 0 for none
	minutes   int     // how long it has waited in real time, 0 below one minute
	stack     []frame // innermost first
	createdBy frame   // the function whose go statement started it, zero if unknown
	creator   int     // the goroutine that executed this statement, 0 if unknown
	text      string  // the entry as it stands in the dump
}

// frame is one call of a stack.
type frame struct {
	function string // with its package path: "net/http.(*Server).Serve"
	file     string
	line     int
}

// maxDump is how much of a dump is looked at, in bytes: some 50,000 goroutines.
const maxDump = 64 << 20

// dumpGoroutines returns the stacks of all goroutines. It stops the world for
// as long as that takes, so it is for the moment in which something is wrong.
func dumpGoroutines() string {
	for size := 256 << 10; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= maxDump {
			return string(buf[:n])
		}
	}
}

// currentGoroutine returns the ids of the goroutine that calls it and of the
// bubble this goroutine is in, 0 for none.
func currentGoroutine() (id, bubble int) {
	buf := make([]byte, 4<<10)
	line, _, _ := strings.Cut(string(buf[:runtime.Stack(buf, false)]), "\n")
	g, _ := parseHeader(line)
	return g.id, g.bubble
}

// currentBubble returns the id of the bubble the caller is in, 0 for none.
func currentBubble() int {
	_, bubble := currentGoroutine()
	return bubble
}

// parseGoroutines reads a dump. What it does not understand it leaves out: a
// dump is read when a test has gone wrong, and half a report beats none.
func parseGoroutines(dump string) []goroutine {
	var all []goroutine
	var place *frame // whose file and line come next
	open := false
	begin := 0
	for at := 0; at < len(dump); {
		line, _, _ := strings.Cut(dump[at:], "\n")
		end := at + len(line)
		if g, ok := parseHeader(line); ok {
			all = append(all, g)
			begin, open, place = at, true, nil
		} else if line == "" {
			open = false
		} else if open {
			place = parseLine(&all[len(all)-1], line, place)
		}
		if open {
			all[len(all)-1].text = dump[begin:end]
		}
		at = end + 1
	}
	return all
}

var (
	headerLine  = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[(.*)\]:$`)
	creatorLine = regexp.MustCompile(`^created by (.+?)(?: in goroutine (\d+))?$`)
	placeLine   = regexp.MustCompile(`^\t(.+):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=\S+ sp=\S+ pc=\S+)?$`)
)

// parseHeader reads a line such as
//
//	goroutine 18 [select (durable), 2 minutes, synctest bubble 3]:
func parseHeader(line string) (g goroutine, ok bool) {
	m := headerLine.FindStringSubmatch(line)
	if m == nil {
		return goroutine{}, false
	}
	inside, _, _ := strings.Cut(m[2], " labels:{") // a label may say anything
	parts := strings.Split(inside, ", ")
	g = goroutine{id: dumpNumber(m[1]), state: parts[0]}
	for _, suffix := range []string{" (durable)", " (scan)", " (leaked)"} { // the runtime's order, from the right
		rest, found := strings.CutSuffix(g.state, suffix)
		g.state = rest
		g.durable = g.durable || found && suffix == " (durable)"
	}
	for _, part := range parts[1:] {
		if n, found := strings.CutPrefix(part, "synctest bubble "); found {
			g.bubble = dumpNumber(n)
		} else if n, found := strings.CutSuffix(part, " minutes"); found {
			g.minutes = dumpNumber(n)
		}
	}
	return g, true
}

// parseLine reads one line below a header into g. place is the frame whose
// file is awaited; parseLine returns the next one.
func parseLine(g *goroutine, line string, place *frame) *frame {
	if strings.HasPrefix(line, "\t") {
		if m := placeLine.FindStringSubmatch(line); m != nil && place != nil {
			place.file, place.line = m[1], dumpNumber(m[2])
		}
		return nil
	}
	if m := creatorLine.FindStringSubmatch(line); m != nil {
		g.createdBy, g.creator = frame{function: m[1]}, dumpNumber(m[2])
		return &g.createdBy
	}
	// The arguments are the last parentheses: they hold numbers and braces only.
	if open := strings.LastIndexByte(line, '('); open > 0 && strings.HasSuffix(line, ")") {
		g.stack = append(g.stack, frame{function: line[:open]})
		return &g.stack[len(g.stack)-1]
	}
	return nil
}

// dumpNumber is s as a number, 0 if it is none or too large for an int.
func dumpNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// calls reports whether one of g's frames is a function whose full name begins
// with one of the prefixes.
func (g goroutine) calls(prefixes ...string) bool {
	for _, f := range g.stack {
		for _, prefix := range prefixes {
			if strings.HasPrefix(f.function, prefix) {
				return true
			}
		}
	}
	return false
}

// pkg returns the import path of the package of f.
func (f frame) pkg() string {
	slash := strings.LastIndexByte(f.function, '/') + 1
	name, _, _ := strings.Cut(f.function[slash:], ".")
	// The linker writes the dots of a path's last element as %2e.
	return f.function[:slash] + strings.ReplaceAll(name, "%2e", ".")
}

// String says where f is, as a person would: "bids.readPrices at bids.go:42".
func (f frame) String() string {
	name := f.function[strings.LastIndexByte(f.function, '/')+1:]
	file := f.file[strings.LastIndexAny(f.file, `/\`)+1:]
	return name + " at " + file + ":" + strconv.Itoa(f.line)
}

// origin is whose code a frame is.
type origin int

const (
	userCode     origin = iota // that of the test, its module and the libraries it uses
	standardCode               // Go's standard library and runtime
	kafkaCode                  // kgo and kfake
	ourCode                    // Coldbrook's
)

// origins tells whose code frames are. The zero value knows no modules.
type origins struct{ modules []string }

// buildOrigins returns the origins of the running program.
func buildOrigins() origins {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return origins{}
	}
	o := origins{modules: []string{build.Main.Path}}
	for _, dep := range build.Deps {
		o.modules = append(o.modules, dep.Path)
	}
	return o
}

const (
	ourModule   = "github.com/coldbrook-dev/coldbrook"
	kafkaModule = "github.com/twmb/franz-go"
)

// of returns whose code f is. Tests are their users', also Coldbrook's own and
// those of its examples.
func (o origins) of(f frame) origin {
	pkg := f.pkg()
	first, _, _ := strings.Cut(pkg, "/")
	switch {
	case !strings.Contains(first, ".") && first != "main" && first != "command-line-arguments" && !o.module(pkg):
		return standardCode
	case strings.HasSuffix(f.file, "_test.go"):
		return userCode
	case belowPath(pkg, kafkaModule):
		return kafkaCode
	case belowPath(pkg, ourModule) && !belowPath(pkg, ourModule+"/examples"):
		return ourCode
	}
	return userCode
}

// module reports whether pkg is in a module of the program. The standard
// library is none, and paths such as "shop/orders" cannot be told from it
// otherwise.
func (o origins) module(pkg string) bool {
	pkg = strings.TrimSuffix(pkg, "_test")
	for _, m := range o.modules {
		if m != "" && belowPath(pkg, m) {
			return true
		}
	}
	return false
}

// belowPath reports whether the import path is parent or below it.
func belowPath(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

// users returns the innermost frame of g that is the user's own.
func (o origins) users(g goroutine) (frame, bool) {
	for _, f := range g.stack {
		if o.of(f) == userCode {
			return f, true
		}
	}
	return frame{}, false
}

// culprit returns the frame of g to show first: the user's; without one, the
// first that is not of the standard library; without one, the first that is not
// the runtime's.
func (o origins) culprit(g goroutine) frame {
	if f, ok := o.users(g); ok {
		return f
	}
	if f, ok := o.library(g); ok {
		return f
	}
	for _, f := range g.stack {
		if p := f.pkg(); p != "runtime" && p != "syscall" && !strings.HasPrefix(p, "internal/") && !strings.HasPrefix(f.function, "sync.runtime_") {
			return f
		}
	}
	if len(g.stack) > 0 {
		return g.stack[0]
	}
	return g.createdBy
}

// library returns the innermost frame of g outside the standard library: the
// code that waits, whoever called it.
func (o origins) library(g goroutine) (frame, bool) {
	for _, f := range g.stack {
		if o.of(f) != standardCode {
			return f, true
		}
	}
	return frame{}, false
}
