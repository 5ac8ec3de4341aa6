package platform

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// asyncRule reads a rule of a function's asynchronous queue.
func (s *script) asyncRule(a *Async, name, value string) {
	switch name {
	case "asyncRetries":
		a.Retries = int32(s.number(value))
	case "eventAge":
		a.MaxAge = s.duration(value)
	case "onSuccess":
		a.OnSuccess = true
	case "onFailure":
		a.OnFailure = true
	case "deadLetter":
		a.DeadLetter = true
	default:
		s.fatalf("unknown rule %q", name)
	}
}

// awsAsync is the rules of AWS.
func awsAsync() Async {
	return Async{
		Retries: 2, MaxAge: 6 * 3600e9,
		Retry: profile.Backoff{Initial: 60e9, Max: 120e9}, Throttle: profile.Backoff{Initial: 1e9, Max: 300e9},
	}
}

// request reads: request 1 f [event] [dry] [bytes=10].
func (s *script) request(words []string) Input {
	in := Input{Kind: Requested, Request: RequestID(s.number(words[0])), Function: -1, Bytes: 10}
	for i := range s.cfg.Functions {
		if s.cfg.Functions[i].Name == words[1] {
			in.Function = FunctionID(i)
		}
	}
	if in.Function < 0 {
		s.fatalf("unknown function %q", words[1])
	}
	for _, w := range words[2:] {
		switch name, value, _ := strings.Cut(w, "="); name {
		case "event":
			in.Async = true
		case "dry":
			in.DryRun = true
		case "bytes":
			in.Bytes = s.number(value)
		default:
			s.fatalf("unknown %q", w)
		}
	}
	return in
}

// handedOff reads: handed-off 1 as request 2 [bytes=10].
func (s *script) handedOff(words []string) Input {
	in := s.request([]string{words[3], s.cfg.Functions[0].Name})
	in.Kind, in.Invocation = HandedOff, InvocationID(s.number(words[0]))
	if len(words) > 4 {
		in.Bytes = s.number(strings.TrimPrefix(words[4], "bytes="))
	}
	return in
}

// describeRequestAction is describeAction for what is about a request.
func describeRequestAction(a *Action) string {
	switch a.Kind {
	case Invoke:
		return fmt.Sprintf("invoke %d in environment %d: request %d, attempt %d, until %s%s", a.Invocation, a.Environment,
			a.Request, a.Attempt, seconds(a.Deadline),
			[...]string{CrashNone: "", CrashBefore: ", crash before", CrashAfter: ", crash after"}[a.Crash])
	case Forget:
		return fmt.Sprintf("forget request %d", a.Request)
	case Deliver:
		return fmt.Sprintf("deliver request %d: %s, invoked %d times, last %d [%s] %q", a.Request, a.Condition, a.Attempt,
			a.Invocation, a.Outcome, a.Reason)
	}
	switch {
	case a.Refused != NotRefused:
		return fmt.Sprintf("refuse request %d: %s: %q", a.Request,
			[...]string{RefusedThrottled: "throttled", RefusedTooLarge: "too large", RefusedStopping: "stopping", RefusedRemoved: "removed"}[a.Refused], a.Reason)
	case a.Invocation == 0:
		return fmt.Sprintf("accept request %d", a.Request)
	}
	return fmt.Sprintf("respond to request %d: invocation %d [%s] %q", a.Request, a.Invocation, a.Outcome, a.Reason)
}
