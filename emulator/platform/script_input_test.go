package platform

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// rule reads a line that sets rules: account, function, mapping or fault, then
// names and values. What is not said is as in testConfig, but with cold starts off.
func (s *script) rule(words []string) {
	if s.m != nil {
		s.fatalf("rules come before the first input")
	}
	s.set(words)
}

func (s *script) set(words []string) {
	defaults := testConfig()
	switch words[0] {
	case "maxProcesses":
		s.cfg.MaxProcesses = int32(s.number(words[1]))
	case "account":
		s.cfg.AccountConcurrency = int32(s.number(words[1]))
	case "limits":
		s.cfg.RequestMax, s.cfg.EventMax = s.number(words[1]), s.number(words[2])
	case "function":
		f := defaults.Functions[0]
		f.Name, f.Init, f.Placement = words[1], nil, nil
		f.IdleMin, f.IdleMax = 300e9, 300e9
		for _, w := range words[2:] {
			s.functionRule(&f, w)
		}
		s.cfg.Functions = append(s.cfg.Functions, f)
	case "mapping":
		mp := defaults.Mappings[0]
		mp.Name, mp.Topic, mp.Function = words[1], words[1], FunctionID(len(s.cfg.Functions)-1)
		mp.PayloadBase, mp.PayloadPartition = 0, 0
		for _, w := range words[2:] {
			s.mappingRule(&mp, w)
		}
		s.cfg.Mappings = append(s.cfg.Mappings, mp)
	case "fault":
		s.cfg.Faults = append(s.cfg.Faults, s.fault(words[1:]))
	default:
		s.fatalf("unknown rule %q", words[0])
	}
}

func (s *script) functionRule(f *Function, word string) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "timeout":
		f.Timeout = s.duration(value)
	case "reserved":
		f.Reserved = int32(s.number(value))
	case "init":
		f.Init = profile.Constant(s.duration(value))
	case "placement":
		f.Placement = profile.Constant(s.duration(value))
	case "keepAlive":
		f.IdleMin, f.IdleMax = s.duration(value), s.duration(value)
	case "duration":
		f.Duration = profile.Constant(s.duration(value))
	case "process":
		f.Process = true
	case "debugged":
		f.Debugged = true
	case "requests":
		f.RequestsPerEnvironment = int32(s.number(value))
	case "scaling":
		most, period, _ := strings.Cut(value, "/")
		f.ScalingMost, f.ScalingPeriod = int32(s.number(most)), s.duration(period)
	case "provisioned":
		f.Provisioned = int32(s.number(value))
		f.ProvisionedInterval, f.ProvisionedInitLimit = 10e6, 130e9
	case "provisionedDelay":
		f.ProvisionedMin, f.ProvisionedMax = s.duration(value), s.duration(value)
	case "memory": // in MB
		f.Memory = s.number(value) << 20
	case "cpu":
		f.MemoryPerCPU = 1769 << 20
	case "billed":
		f.Billing.Step = s.duration(value)
	case "initBilled":
		f.Billing.Init = true
	case "initLimit":
		f.InitLimit = s.duration(value)
	case "life":
		f.LifeMin, f.LifeMax = s.duration(value), s.duration(value)
	case "proactive":
		f.Proactive = uint32(s.number(value))
	case "firstCall":
		f.FirstCall = s.duration(value)
	default:
		s.asyncRule(&f.Async, name, value)
	}
}

func (s *script) mappingRule(mp *Mapping, word string) {
	name, value, _ := strings.Cut(word, "=")
	if s.pollerRule(mp, name, value) {
		return
	}
	switch name {
	case "batch":
		mp.BatchSize = int32(s.number(value))
	case "window":
		mp.Window = s.duration(value)
	case "payload":
		mp.PayloadMax = s.number(value)
	case "payloadBase":
		mp.PayloadBase = s.number(value)
	case "payloadPartition":
		mp.PayloadPartition = s.number(value)
	case "retries":
		mp.Retries = int32(s.number(value))
	case "onFailure":
		mp.OnFailure = value
	case "exhaustedCondition":
		mp.ExhaustedCondition = value
	case "ageCondition":
		mp.AgeCondition = value
	case "maxAge":
		mp.MaxAge = s.duration(value)
	case "bisect":
		mp.Bisect, mp.BisectCounts = true, value == "counts"
	case "fromLowest":
		mp.FromLowest = true
	case "onDemand":
		mp.WindowFromInvocation = true
	case "retryBackoff":
		mp.RetryBackoff.Initial = s.duration(value)
	case "throttleBackoff":
		mp.ThrottleBackoff.Initial = s.duration(value)
		mp.ThrottleBackoff.Max = max(mp.ThrottleBackoff.Max, mp.ThrottleBackoff.Initial)
	case "onePartition":
		mp.OnePartition = true
	case "stopOnError":
		mp.StopOnError = true
	case "async":
		mp.Async = true
	case "uncounted":
		mp.RequestsUncounted = true
	case "onReload":
		mp.OnReload = map[string]OnReload{"continue": Continue, "retry": Retry, "replay-last": ReplayLast}[value]
	case "filteredWait":
		mp.FilteredWait = true
	case "order":
		mp.Order = map[string]Order{"partition": ByPartition, "key": ByKey, "none": Unordered}[value]
	case "lanes":
		mp.Lanes = int32(s.number(value))
	default:
		s.fatalf("unknown rule %q", word)
	}
}

// change reads rules that are changed: the name of a function or mapping, then what
// is different from now on.
func (s *script) change(words []string) {
	for i := range s.cfg.Functions {
		if f := &s.cfg.Functions[i]; f.Name == words[0] {
			for _, w := range words[1:] {
				s.functionRule(f, w)
			}
			rules := *f
			s.step(Input{Kind: RulesChanged, Change: &Change{Function: FunctionID(i), FunctionRules: &rules}})
		}
	}
	for i := range s.cfg.Mappings {
		if mp := &s.cfg.Mappings[i]; mp.Name == words[0] {
			for _, w := range words[1:] {
				s.mappingRule(mp, w)
			}
			rules := *mp
			s.step(Input{Kind: RulesChanged, Change: &Change{Mapping: MappingID(i), MappingRules: &rules}})
		}
	}
}

// input reads a line with ">".
func (s *script) input(words []string) {
	rest := words[1:]
	switch words[0] {
	case "wait":
		s.wait(s.duration(rest[0]))
	case "add":
		s.add(rest)
	case "remove":
		s.remove(rest[0], rest[1])
	case "deploy":
		s.step(Input{Kind: Deployed, Function: s.function(rest[0])})
	case "reload": // f [r3]
		s.reload(rest)
	case "kill": // 1
		s.step(Input{Kind: EnvironmentKilled, Environment: EnvironmentID(s.number(rest[0]))})
	case "recycle": // f
		s.step(Input{Kind: FunctionRecycled, Function: s.function(rest[0])})
	case "let-go": // f
		s.step(Input{Kind: LetGo, Function: s.function(rest[0])})
	case "drain":
		s.step(Input{Kind: Draining})
	case "fault":
		f := s.fault(rest)
		s.step(Input{Kind: FaultAdded, Fault: &f})
	case "change":
		s.change(rest)
	case "remove-fault":
		s.step(Input{Kind: FaultRemoved, FaultID: FaultID(s.number(rest[0]))})
	case "assign", "revoke", "lose", "arrive", "retention", "committed":
		s.partitionInput(words[0], rest)
	case "late": // time passes, and nobody steps the machine
		s.now += s.duration(rest[0])
	case "ready", "init-error", "gone":
		s.step(s.environment(words[0], rest))
	case "respond":
		s.step(s.response(rest))
	case "request":
		s.step(s.request(rest))
	case "handed-off": // 1 as request 2 [bytes=10]
		s.step(s.handedOff(rest))
	case "delivered":
		s.step(Input{Kind: Delivered, Request: RequestID(s.number(rest[0])), Err: strings.Join(rest[1:], " ")})
	case "published":
		s.step(Input{Kind: Published, Invocation: InvocationID(s.number(rest[0])), Err: strings.Join(rest[1:], " ")})
	case "failure-published":
		s.step(Input{Kind: FailurePublished, Invocation: InvocationID(s.number(rest[0])), Err: strings.Join(rest[1:], " ")})
	default:
		s.fatalf("unknown input %q", words[0])
	}
}

// environment reads: ready 1 [launch=2], init-error 1 [launch=2] TEXT, gone 1 TEXT.
func (s *script) environment(what string, words []string) Input {
	in := Input{Environment: EnvironmentID(s.number(words[0]))}
	in.Kind = map[string]InputKind{"ready": Ready, "init-error": InitError, "gone": Gone}[what]
	words = words[1:]
	if len(words) > 0 {
		if launch, ok := strings.CutPrefix(words[0], "launch="); ok {
			in.Launch, words = int32(s.number(launch)), words[1:]
		}
	}
	if in.Kind == Ready {
		for _, word := range words {
			s.used(&in, word)
		}
		return in
	}
	in.Reason = strings.Join(words, " ")
	return in
}

// partitionInput reads: assign g/0 [@5], revoke g/0, lose g/0, arrive g/0 3-9
// [size=100] [bytes=100] [age=0s] [next=12] [start=2] [keys=1,2,0, repeated] [filtered=4-5,7] [open=3], retention g/0 4, committed g/0 10 [ERROR].
// [old] stands for the assignment before the current one.
func (s *script) partitionInput(what string, words []string) {
	in := s.partition(words[0])
	key := partitionKey{in.Mapping, in.Partition}
	words = words[1:]
	if what == "assign" {
		s.assignments[key]++
	}
	if len(words) > 0 && words[0] == "old" {
		in.Assignment = s.assignments[key] - 1
		words = words[1:]
	} else {
		in.Assignment = s.assignments[key]
	}
	switch what {
	case "assign":
		in.Kind = Assigned
		if len(words) > 0 {
			in.Offset = s.number(strings.TrimPrefix(words[0], "@"))
		}
	case "revoke":
		in.Kind = Revoked
	case "lose":
		in.Kind = Lost
	case "arrive":
		in.Kind = Arrived
		s.records(&in, words)
	case "retention":
		in.Kind, in.LogStart = LogStarted, s.number(words[0])
	case "committed":
		in.Kind, in.Offset, in.Err = Committed, s.number(words[0]), strings.Join(words[1:], " ")
	}
	s.step(in)
}

// partition reads g/0.
func (s *script) partition(word string) Input {
	name, number, _ := strings.Cut(word, "/")
	for i := range s.cfg.Mappings {
		if s.cfg.Mappings[i].Name == name {
			return Input{Mapping: MappingID(i), Partition: int32(s.number(number))}
		}
	}
	s.fatalf("unknown mapping %q", name)
	return Input{}
}

func (s *script) records(in *Input, words []string) {
	size, bytes, stamp := int64(100), int64(-1), s.now/1e6
	var first, last int64 = 0, -1
	filtered, open, keys := map[int64]bool{}, int64(-1), []string(nil)
	for _, w := range words {
		name, value, named := strings.Cut(w, "=")
		switch {
		case !named:
			first, last = s.offsets(w)
		case name == "size":
			size = s.number(value)
		case name == "bytes":
			bytes = s.number(value)
		case name == "filtered":
			for part := range strings.SplitSeq(value, ",") {
				for o, end := s.offsets(part); o <= end; o++ {
					filtered[o] = true
				}
			}
		case name == "keys":
			keys = strings.Split(value, ",")
		case name == "open":
			open = s.number(value)
		case name == "age":
			stamp = (s.now - s.duration(value)) / 1e6
		case name == "next":
			in.Offset = s.number(value)
		case name == "start":
			in.LogStart = s.number(value)
		default:
			s.fatalf("unknown %q", w)
		}
	}
	if bytes < 0 {
		bytes = size
	}
	for o := first; o <= last; o++ {
		in.Records = append(in.Records, RecordMeta{Offset: o, Timestamp: stamp, Size: int32(size), Bytes: int32(bytes), Filtered: filtered[o]})
		if len(keys) > 0 {
			in.Records[len(in.Records)-1].KeyHash = uint64(s.number(keys[int(o-first)%len(keys)]))
		}
		if o == open {
			in.Records[len(in.Records)-1].FailedOpen = 1
		}
	}
}

// response reads: respond 1 ok [outputs=2], respond 1 partial 0:3-4,1:7 of
// 0:3-9,1:0-7, respond 1 error|exited|bad|unreadable TEXT. With a "!" after ok, partial,
// error or bad, the environment is gone with it. used says what else there may be.
func (s *script) response(words []string) Input {
	in := Input{Kind: Responded, Invocation: InvocationID(s.number(words[0]))}
	words = slices.DeleteFunc(words, func(word string) bool { return s.used(&in, word) })
	text := strings.Join(words[2:], " ")
	outcome, ended := strings.CutSuffix(words[1], "!")
	in.Ended = ended
	switch outcome {
	case "ok":
		in.Outcome = journal.Succeeded
		in.Outputs = s.outputs(text)
	case "partial":
		in.Outcome = journal.PartlyFailed
		in.Failed = s.spans(words[2])
		if len(words) > 4 {
			in.Done = s.spans(words[4])
		}
		if len(words) > 5 {
			in.Outputs = s.outputs(words[5])
		}
	case "error":
		in.Outcome, in.Reason = journal.FunctionError, text
	case "exited":
		in.Outcome, in.Reason = journal.Exited, text
	case "bad":
		in.Outcome, in.Reason = journal.BadResponse, text
	case "toolarge":
		in.Outcome, in.Reason, in.TooLarge = journal.BadResponse, text, true
	case "unreadable":
		in.Outcome, in.Reason, in.Unreadable = journal.BadResponse, text, true
	default:
		s.fatalf("unknown outcome %q", words[1])
	}
	return in
}

// used reads what an invocation used: took=20ms, cpu=10ms, memory=75 (in MB), and stood.
func (s *script) used(in *Input, word string) bool {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "took":
		in.Took = s.duration(value)
	case "cpu":
		in.CPU = s.duration(value)
	case "memory":
		in.Memory = s.number(value) << 20
	case "stood":
		in.Stood = true
	default:
		return false
	}
	return true
}

func (s *script) outputs(word string) int32 {
	value, ok := strings.CutPrefix(word, "outputs=")
	if !ok {
		return 0
	}
	return int32(s.number(value))
}

// spans reads 0:3-4,1:7.
func (s *script) spans(word string) []Span {
	var spans []Span
	for part := range strings.SplitSeq(word, ",") {
		p, offsets, _ := strings.Cut(part, ":")
		first, last := s.offsets(offsets)
		spans = append(spans, Span{Partition: int32(s.number(p)), First: first, Last: last, Records: int32(last - first + 1)})
	}
	return spans
}

func (s *script) offsets(word string) (first, last int64) {
	a, b, ranged := strings.Cut(word, "-")
	first = s.number(a)
	if !ranged {
		return first, first
	}
	return first, s.number(b)
}

func (s *script) number(word string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(word, ",", ""), 10, 64)
	if err != nil {
		s.fatalf("%v", err)
	}
	return n
}

func (s *script) duration(word string) int64 {
	d, err := time.ParseDuration(word)
	if err != nil {
		s.fatalf("%v", err)
	}
	return int64(d)
}
