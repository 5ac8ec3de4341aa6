package emulator

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const (
	testID       = "ID"
	millisecond  = int64(1e6)
	megabyte     = int64(1 << 20)
	zeroARN      = "arn:aws:lambda:us-east-1::runtime:0000000000000000000000000000000000000000000000000000000000000000"
	syntaxReason = "Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token"
)

// ms turns hundredths of a millisecond into ns.
func ms(hundredths int64) int64 { return hundredths * 10_000 }

// TestPlatformLogLines is of the samples of AWS: python-logging and golang-logging
// for REPORT, lambda-runtime-environment for its status, and a captured log of an
// init that failed.
func TestPlatformLogLines(t *testing.T) {
	ended := func(duration, billed, init, memory int64, outcome journal.Outcome, reason string) journal.Entry {
		return journal.Entry{Kind: journal.InvocationEnded, Invocation: 1, Duration: duration, Billed: billed, Init: init,
			Outcome: outcome, Reason: reason, Measured: journal.Measured{Memory: memory}}
	}
	starting := journal.Entry{Kind: journal.EnvironmentStarting}
	ready := journal.Entry{Kind: journal.EnvironmentReady}
	started := journal.Entry{Kind: journal.InvocationStarted, Invocation: 1, Reason: journal.Cold}
	begin := []string{"INIT_START Runtime Version: python:3.11.v1\tRuntime Version ARN: " + zeroARN, "START RequestId: ID Version: $LATEST"}
	normal := []journal.Entry{starting, ready, started}
	for name, c := range map[string]struct {
		entries []journal.Entry
		want    []string
	}{
		"warm": {append(normal[:3:3], ended(ms(2673), 27, 0, 75*megabyte, journal.Succeeded, "")), append(begin[:2:2],
			"END RequestId: ID", "REPORT RequestId: ID\tDuration: 26.73 ms\tBilled Duration: 27 ms\tMemory Size: 128 MB\tMax Memory Used: 75 MB\t")},
		"cold": {append(normal[:3:3], ended(ms(3866), 39, ms(20369), 54*megabyte-1, journal.Succeeded, "")), append(begin[:2:2],
			"END RequestId: ID", "REPORT RequestId: ID\tDuration: 38.66 ms\tBilled Duration: 39 ms\tMemory Size: 128 MB\tMax Memory Used: 54 MB\tInit Duration: 203.69 ms\t")},
		"not measured": {append(normal[:3:3], ended(ms(2673), 27, 0, 0, journal.PartlyFailed, "1 record")), append(begin[:2:2],
			"END RequestId: ID", "REPORT RequestId: ID\tDuration: 26.73 ms\tBilled Duration: 27 ms\tMemory Size: 128 MB\t")},
		"exit": {append(normal[:3:3], ended(ms(13361), 214, ms(8000), 31*megabyte, journal.Exited, "RequestId: x Error: Runtime exited")), append(begin[:2:2],
			"END RequestId: ID", "REPORT RequestId: ID\tDuration: 133.61 ms\tBilled Duration: 214 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\tInit Duration: 80.00 ms\tStatus: error\tError Type: Runtime.ExitError")},
		"timeout": {append(normal[:3:3], ended(ms(301678), 3101, ms(8400), 31*megabyte, journal.TimedOut, "Sandbox.Timedout: Task timed out after 3.00 seconds")), append(begin[:2:2],
			"END RequestId: ID", "REPORT RequestId: ID\tDuration: 3016.78 ms\tBilled Duration: 3101 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\tInit Duration: 84.00 ms\tStatus: timeout")},
		"init": {[]journal.Entry{starting,
			{Kind: journal.EnvironmentReset, At: ms(15079), Outcome: journal.InitFailed, Reason: "phase init: " + syntaxReason},
			{Kind: journal.InvocationStarted, At: ms(15079), Invocation: 1, Reason: journal.Cold},
			{Kind: journal.EnvironmentStarting, At: ms(15079 + 885), Invocation: 1},
			func() journal.Entry {
				e := ended(ms(133834), 1339, 0, 71*megabyte, journal.InitFailed, syntaxReason)
				e.At = ms(15079 + 885 + 132949)
				return e
			}(),
		}, []string{begin[0],
			"INIT_REPORT Init Duration: 150.79 ms\tPhase: init\tStatus: error\tError Type: Runtime.UserCodeSyntaxError",
			"INIT_REPORT Init Duration: 1329.49 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.UserCodeSyntaxError",
			begin[1], "END RequestId: ID",
			"REPORT RequestId: ID\tDuration: 1338.34 ms\tBilled Duration: 1339 ms\tMemory Size: 128 MB\tMax Memory Used: 71 MB\tStatus: error\tError Type: Runtime.UserCodeSyntaxError"}},
		"init timeout": {[]journal.Entry{starting,
			{Kind: journal.EnvironmentReset, At: 10_400 * millisecond, Outcome: journal.InitFailed, Reason: "phase init: init took longer than 10000 ms"},
		}, []string{begin[0], "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout"}},
	} {
		l := testLog()
		var got []string
		for i := range c.entries {
			e := &c.entries[i]
			e.Function, e.Environment = "f", 1
			for _, line := range l.lines(e) {
				got = append(got, strings.ReplaceAll(line.text, requestID(l.seed, 1), testID))
			}
		}
		if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
			t.Errorf("%s: got\n%s\nwant\n%s", name, g, w)
		}
	}
}

func testLog() *platformLog {
	return &platformLog{seed: 7, journalled: true, measured: true, environments: map[uint32]*loggedEnvironment{},
		functions: map[string]loggedFunction{"f": {"python3.11", 128 << 20, 10_000 * millisecond, 900_000 * millisecond}}}
}

// TestPlatformLogStartsAfterTheInitInside: what an init inside an invocation prints
// comes before START, also in an environment that is used again.
func TestPlatformLogStartsAfterTheInitInside(t *testing.T) {
	l := testLog()
	for _, c := range []struct {
		entry journal.Entry
		want  int
	}{
		{journal.Entry{Kind: journal.EnvironmentStarting}, 1},
		{journal.Entry{Kind: journal.EnvironmentReady}, 0},
		{journal.Entry{Kind: journal.InvocationStarted, Invocation: 1}, 1},
		{journal.Entry{Kind: journal.InvocationEnded, Invocation: 1, Outcome: journal.TimedOut}, 2},
		{journal.Entry{Kind: journal.EnvironmentReset}, 0},
		{journal.Entry{Kind: journal.InvocationStarted, Invocation: 2, Reason: journal.Suppressed}, 0},
		{journal.Entry{Kind: journal.EnvironmentStarting, Invocation: 2}, 0},
		{journal.Entry{Kind: journal.EnvironmentReady, Invocation: 2}, 1},
		{journal.Entry{Kind: journal.InvocationEnded, Invocation: 2, Outcome: journal.Succeeded}, 2},
		{journal.Entry{Kind: journal.InvocationEnded, Invocation: 2, Outcome: journal.OutputFailed}, 0},
		{journal.Entry{Kind: journal.InvocationStarted, Invocation: 3, Reason: journal.Warm}, 1},
	} {
		c.entry.Function, c.entry.Environment = "f", 1
		if got := l.lines(&c.entry); len(got) != c.want {
			t.Errorf("%s of invocation %d: got %v, want %d lines", c.entry.Kind, c.entry.Invocation, got, c.want)
		}
	}
}

// TestReportStatus: types of errors that are not the platform's are not in its log.
func TestReportStatus(t *testing.T) {
	for _, c := range []struct {
		outcome             journal.Outcome
		reason, status, typ string
	}{
		{journal.Succeeded, "", "", ""},
		{journal.FunctionError, "ValueError: no", "error", "Function.Unknown"},
		{journal.FunctionError, "Runtime.oops: no", "error", "Runtime.Unknown"},
		{journal.FunctionError, "Function.Poison: no", "error", "Function.Poison"},
		{journal.Exited, "Runtime.OutOfMemory: RequestId: 1 Error: killed", "error", "Runtime.OutOfMemory"},
		{journal.BadResponse, "output: no JSON", "", ""},
		{journal.BadResponse, "Function.ResponseSizeTooLarge: Response payload size exceeded", "error", "Function.ResponseSizeTooLarge"},
	} {
		if status, typ := reportStatus(&journal.Entry{Outcome: c.outcome, Reason: c.reason}); status != c.status || typ != c.typ {
			t.Errorf("%v %q: got %q %q, want %q %q", c.outcome, c.reason, status, typ, c.status, c.typ)
		}
	}
}

func TestRuntimeVersions(t *testing.T) {
	for name, want := range map[string]string{"nodejs24.x": "nodejs:24.v1", "provided.al2023": "provided:al2023.v1",
		"java21": "java:21.v1", "": "provided:al2023.v1"} {
		if got := runtimeVersion(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
