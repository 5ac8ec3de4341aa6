package emulator

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// platformLog writes what the platform writes into the log of a function about its
// environments and invocations, from the journal alone: INIT_START, START, END,
// REPORT and INIT_REPORT, in the form of today, where REPORT has the status (docs:
// lambda-runtime-environment, samples of REPORT; python-logging). The conductor
// owns it.
//
// Fields are separated by tabs; where there is no status, a tab ends the line. What
// has no value here is left out: Max Memory Used where memory was not measured. The
// version of a runtime is that of no real one, and its ARN has nothing but zeros.
type platformLog struct {
	seed      uint64
	functions map[string]loggedFunction
	// journalled says that the lines are entries of the journal, and not only in the
	// log of who invoked a function. measured says that they may have what differs
	// from run to run.
	journalled, measured bool

	environments map[uint32]*loggedEnvironment
	buffer       []journal.Entry // of logWithLines
}

type loggedFunction struct {
	runtime              string
	memory               int64 // bytes
	initLimit, longLimit int64 // ns; the second is that of provisioned concurrency
}

// loggedEnvironment is what is remembered of an environment.
type loggedEnvironment struct {
	initBegan   int64
	provisioned bool
	isReset     bool // no init has succeeded since its processes ended
	// begun is the invocation whose START is to come: it follows the init inside it.
	begun journal.Entry
}

// Of what Config.Logs can be the first is the default.
var logModes = []string{"handler", "platform"}

// reasonPlatform is the Reason of entries that the platform printed.
const reasonPlatform = "platform"

func newPlatformLog(cfg *Config, resolved *platform.Config, virtual bool) *platformLog {
	l := &platformLog{
		seed: resolved.Seed, measured: !virtual,
		functions: map[string]loggedFunction{}, environments: map[uint32]*loggedEnvironment{},
	}
	l.turn(cfg, resolved)
	return l
}

// turn takes another configuration. What was removed stays known, for what is late.
func (l *platformLog) turn(cfg *Config, resolved *platform.Config) {
	l.journalled = cfg.Logs == logModes[1]
	for i := range resolved.Functions {
		f := &resolved.Functions[i]
		l.functions[f.Name] = loggedFunction{cfg.Functions[i].Runtime, f.Memory, f.InitLimit, f.ProvisionedInitLimit}
	}
}

// loggedLine is a line, and what it is about: the numbers of an invocation and of
// the request it is for, or 0.
type loggedLine struct {
	text                string
	invocation, request uint64
}

func about(e *journal.Entry, text string) loggedLine {
	return loggedLine{text, e.Invocation, e.Request}
}

// lines returns what the platform prints at an entry. Of invocations that nobody
// reads the lines of, there are none.
func (l *platformLog) lines(e *journal.Entry) []loggedLine {
	switch e.Kind {
	case journal.EnvironmentStarting:
		return l.initBegan(e)
	case journal.EnvironmentReset, journal.EnvironmentGone:
		return l.ended(e)
	case journal.EnvironmentReady:
		return l.ready(e)
	case journal.InvocationStarted:
		if l.journalled || e.Request != 0 {
			return l.started(e)
		}
	case journal.InvocationEnded:
		// An output that could not be produced comes after the end.
		if e.Outcome != journal.OutputFailed && (l.journalled || e.Request != 0) {
			return l.invocationEnded(e)
		}
	}
	return nil
}

func (l *platformLog) environment(e *journal.Entry) *loggedEnvironment {
	v := l.environments[e.Environment]
	if v == nil {
		v = &loggedEnvironment{}
		l.environments[e.Environment] = v
	}
	return v
}

// initBegan is INIT_START for a new environment: whether there is another for an
// init inside an invocation is not documented.
func (l *platformLog) initBegan(e *journal.Entry) []loggedLine {
	v := l.environment(e)
	v.initBegan = e.At
	if e.Invocation != 0 {
		return nil
	}
	v.provisioned = e.Text == journal.Provisioned
	return []loggedLine{{text: "INIT_START Runtime Version: " + runtimeVersion(l.functions[e.Function].runtime) +
		"\tRuntime Version ARN: arn:aws:lambda:" + region + "::runtime:" + strings.Repeat("0", 64)}}
}

// ended tells of an init that failed before an invocation.
func (l *platformLog) ended(e *journal.Entry) []loggedLine {
	v, f := l.environment(e), l.functions[e.Function]
	v.isReset = true
	if e.Kind == journal.EnvironmentGone {
		delete(l.environments, e.Environment)
	}
	if e.Outcome != journal.InitFailed {
		return nil
	}
	limit := f.initLimit
	if v.provisioned {
		limit = f.longLimit
	}
	reason, status := strings.TrimPrefix(e.Reason, platform.PhaseInit), ""
	if !strings.HasPrefix(reason, platform.InitTookLonger) {
		status = errorOf(journal.InitFailed, reason).Type
	}
	return []loggedLine{{text: initReport(min(e.At-v.initBegan, limit), "init", status)}} // placement is no part of it
}

// ready is the START of an invocation that had an init inside.
func (l *platformLog) ready(e *journal.Entry) []loggedLine {
	v := l.environment(e)
	v.isReset = false
	if e.Invocation == 0 || v.begun.Invocation != e.Invocation {
		return nil
	}
	return []loggedLine{l.start(&v.begun)}
}

// started is START, unless an init comes first.
func (l *platformLog) started(e *journal.Entry) []loggedLine {
	if v := l.environment(e); v.isReset {
		v.begun = *e
		return nil
	}
	return []loggedLine{l.start(e)}
}

func (l *platformLog) start(e *journal.Entry) loggedLine {
	return about(e, "START RequestId: "+l.requestID(e)+" Version: $LATEST")
}

// invocationEnded is END and REPORT; before them, where its init failed, what is
// said of that.
func (l *platformLog) invocationEnded(e *journal.Entry) []loggedLine {
	v, id := l.environment(e), l.requestID(e)
	status, kind := reportStatus(e)
	var lines []loggedLine
	if v.isReset && v.begun.Invocation == e.Invocation {
		if e.Outcome == journal.InitFailed || e.Outcome == journal.TimedOut {
			lines = append(lines, about(e, initReport(e.At-v.initBegan, "invoke", kind)))
		}
		lines = append(lines, l.start(&v.begun))
	}
	return append(lines, about(e, "END RequestId: "+id), about(e, l.report(e, id, status, kind)))
}

func (l *platformLog) report(e *journal.Entry, id, status, kind string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "REPORT RequestId: %s\tDuration: %s\tBilled Duration: %d ms\tMemory Size: %d MB\t",
		id, milliseconds(e.Duration), e.Billed, l.functions[e.Function].memory>>20)
	if l.measured && e.Measured.Memory > 0 {
		fmt.Fprintf(&b, "Max Memory Used: %d MB\t", (e.Measured.Memory+1<<20-1)>>20)
	}
	if e.Init > 0 {
		fmt.Fprintf(&b, "Init Duration: %s\t", milliseconds(e.Init))
	}
	if status != "" {
		b.WriteString("Status: " + status)
	}
	if kind != "" {
		b.WriteString("\tError Type: " + kind)
	}
	return b.String()
}

// initReport is INIT_REPORT: without a type of error, of a timeout.
func initReport(took int64, phase, kind string) string {
	s := "INIT_REPORT Init Duration: " + milliseconds(took) + "\tPhase: " + phase + "\tStatus: "
	if kind == "" {
		return s + "timeout"
	}
	return s + "error\tError Type: " + kind
}

// reportStatus is how an invocation ended for the function: what its mapping made
// of the response is no part of that. A type of error that is none of the platform's
// is Function.Unknown in the log (runtime interface emulator, fatalerror.go).
func reportStatus(e *journal.Entry) (status, kind string) {
	named, _, _ := strings.Cut(e.Reason, ": ")
	isNamed := platformError.MatchString(named)
	switch e.Outcome {
	case journal.TimedOut:
		return "timeout", ""
	case journal.Exited, journal.InitFailed:
		return "error", errorOf(e.Outcome, e.Reason).Type
	case journal.BadResponse:
		if named == errorTooLarge {
			return "error", errorTooLarge
		}
	case journal.FunctionError:
		switch {
		case isNamed:
			return "error", named
		case strings.HasPrefix(named, "Runtime."):
			return "error", "Runtime.Unknown"
		}
		return "error", "Function.Unknown"
	}
	return "", ""
}

// requestID is what the handler saw.
func (l *platformLog) requestID(e *journal.Entry) string {
	if e.Request != 0 {
		return outsideID(l.seed, platform.RequestID(e.Request))
	}
	return requestID(l.seed, platform.InvocationID(e.Invocation))
}

// milliseconds writes a duration in ns with two decimals.
func milliseconds(d int64) string {
	hundredths := (d + 5_000) / 10_000
	return fmt.Sprintf("%d.%02d ms", hundredths/100, hundredths%100)
}

// runtimeName is the parts of a name such as nodejs24.x or provided.al2023.
var runtimeName = regexp.MustCompile(`^([a-z]+)\.?(.*?)(\.x)?$`)

func runtimeVersion(runtime string) string {
	if runtime == "" {
		runtime = "provided.al2023"
	}
	if m := runtimeName.FindStringSubmatch(runtime); m != nil {
		return m[1] + ":" + m[2] + ".v1"
	}
	return runtime
}

// logStep journals what a step of the machine gave, and what the platform prints
// about it: for all, if that is asked for, and for who waits for an answer.
func (c *conductor) logStep(entries []journal.Entry) {
	if c.lines.journalled {
		c.logWithLines(entries)
		return
	}
	c.log.Append(entries...)
	for i := range entries {
		for _, line := range c.lines.lines(&entries[i]) {
			c.requests.printedLine(line)
		}
	}
}

func (c *conductor) logWithLines(entries []journal.Entry) {
	all := c.lines.buffer[:0]
	for i := range entries {
		e := &entries[i]
		all = append(all, *e)
		for _, line := range c.lines.lines(e) {
			all = append(all, journal.Entry{
				Kind: journal.Output, At: e.At, Function: e.Function, Environment: e.Environment,
				Invocation: line.invocation, Reason: reasonPlatform, Text: line.text,
			})
			c.requests.printedLine(line)
		}
	}
	c.log.Append(all...)
	clear(all)
	c.lines.buffer = all
}
