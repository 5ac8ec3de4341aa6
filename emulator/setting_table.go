package emulator

import "cmp"

// runKnobs are the keys of the whole run that can be changed while running, in the
// order in which they are shown.
var runKnobs = []knob{
	{field: "AccountConcurrency", kind: KindNumber, unit: "environments", meaning: "concurrent invocations of the whole account",
		origin: "Function.AccountConcurrency", least: always("1"), most: always(showCount(maxAccountConcurrency))},
	{field: "MaxProcesses", kind: KindNumber, unit: "processes", meaning: "environments that are processes of this machine at once",
		fixed: "unlimited", least: always("0"), most: always(showCount(maxProcesses))},
	{field: "CPU", kind: KindChoice, choices: cpuModes, meaning: "what is done about the share of a processor that memory buys"},
	{field: "MemoryLimit", kind: KindChoice, choices: memoryModes, meaning: "what is done about a process with more memory than its function"},
	{field: "Freeze", kind: KindSwitch, fixed: "true", meaning: "freezes environments between invocations"},
	{field: "Logs", kind: KindChoice, choices: logModes, meaning: "whether the platform's own lines are journalled beside the handler's"},
	{field: "PassEnv", kind: KindList, meaning: "variables of Coldbrook's own environment that handlers get", fixed: "none"},
	{field: "Watch", kind: KindMap, fixed: "on", meaning: "which files are watched, and how long a change settles"},
	{field: "OnReload", kind: KindChoice, choices: onReloads, meaning: "what becomes of batches when the code of their function is saved"},
}

// functionKnobs are the keys of a function.
var functionKnobs = []knob{
	{field: "Timeout", kind: KindDuration, meaning: "how long an invocation may take, in whole seconds",
		origin: "Function.TimeoutDefault", standard: standardTimeout, least: always("1s"), most: bound("Function.TimeoutMax")},
	{field: "Memory", kind: KindSize, meaning: "memory of an environment, and with it its share of a processor",
		origin: "Function.MemoryDefault", least: bound("Function.MemoryMin"), most: bound("Function.MemoryMax")},
	{field: "ReservedConcurrency", kind: KindNumber, unit: "environments", meaning: "concurrency that is guaranteed and not exceeded; 0 switches the function off",
		fixed: "unreserved", least: always("0"), most: mostReservedAt,
		lacking: func(at *knobAt) bool { return at.function.ProvisionedConcurrency > 0 }},
	{field: "ColdStart", kind: KindDistribution, meaning: "how long a cold start takes; off takes the modelled delay away",
		origin: "Function.Placement", standard: standardColdStart},
	{field: "Duration", kind: KindDistribution, meaning: "how long an invocation takes in the model",
		origin: "Function.Duration", standard: standardDuration},
	{field: "KeepAlive", kind: KindDuration, meaning: "how long an idle environment is kept",
		origin: "Function.IdleMin", standard: drawn("Function.IdleMin", "Function.IdleMax"), least: always("0s")},
	{field: "MaximumLifetime", kind: KindDuration, meaning: "how long an environment is used, however busy; 0s is for ever",
		origin: "Function.LifeMin", standard: drawn("Function.LifeMin", "Function.LifeMax"), least: always("0s")},
	{field: "ProactiveInit", kind: KindNumber, unit: "percent", meaning: "how often an environment is started ahead of need",
		fixed: "0", least: always("0"), most: always("100")},
	{field: "EphemeralStorage", kind: KindSize, meaning: "size of /tmp; reported, not enforced",
		origin: "Function.StorageDefault", least: bound("Function.StorageMin"), most: bound("Function.StorageMax")},
	{field: "CPU", kind: KindChoice, choices: cpuModes, meaning: "cpu of the run, for this function",
		standard: func(at *knobAt) string { return cmp.Or(at.config.CPU, cpuModes[0]) }},
	{field: "OnReload", kind: KindChoice, choices: onReloads, meaning: "onReload of the run, for this function",
		standard: func(at *knobAt) string { return cmp.Or(at.config.OnReload, onReloads[0]) }},
	{field: "Async", kind: KindMap, meaning: "retries, age and destinations of its asynchronous queue",
		origin: "Function.EventRetries", standard: standardAsync},
	{field: "DeadLetter", kind: KindText, meaning: "queue or topic that gets events which were given up", fixed: "none"},
	{field: "Output", kind: KindText, meaning: "topic for records made from the response", fixed: "none"},
	{field: "Runtime", kind: KindText, meaning: "the platform's runtime", fixed: "none", lacking: inProcess},
	{field: "Architecture", kind: KindText, meaning: "processor of the platform, which chooses the cold starts", origin: "Function.ArchitectureDefault"},
	{field: "Code", kind: KindText, meaning: "folder of the code", fixed: "none", lacking: inProcess},
	{field: "Handler", kind: KindText, meaning: "the handler in the code", fixed: "that of the runtime", lacking: inProcess},
	{field: "Build", kind: KindText, meaning: "command that builds the code", fixed: "that of the runtime", lacking: inProcess},
	{field: "Command", kind: KindList, meaning: "command that starts the handler", fixed: "that of the runtime", lacking: inProcess},
	{field: "Layers", kind: KindList, meaning: "folders or archives of what is under /opt", fixed: "none", lacking: inProcess},
	{field: "Env", kind: KindMap, meaning: "variables of the handler's environment", fixed: "none"},
	{field: "EnvFile", kind: KindText, meaning: "file with more variables", fixed: "none"},
	{field: "PassEnv", kind: KindList, meaning: "passEnv of the run, for this function in addition", fixed: "none", lacking: inProcess},
	{field: "Watch", kind: KindMap, meaning: "which files make a new revision, beside the code", fixed: "on"},
}

func standardTimeout(at *knobAt) string {
	f := *at.function
	f.Timeout = 0
	r := at.config.resolveFunction(&f)
	return showDuration(r.Timeout)
}

func mostReservedAt(at *knobAt) string {
	v := validation{config: at.config, profile: at.profile}
	return showCount(v.mostReserved())
}

// standardColdStart is the cold start of the profile: the init of the runtime, and what
// comes before it.
func standardColdStart(at *knobAt) string {
	f := *at.function
	f.ColdStart = nil
	init, placement := coldStart(at.profile, &f)
	switch {
	case init == nil && placement == nil:
		return "off"
	case placement == nil:
		return writeQuantiles(init)
	case init == nil:
		return writeQuantiles(placement)
	}
	return "init " + writeQuantiles(init) + " after placement " + writeQuantiles(placement)
}

func standardDuration(at *knobAt) string {
	if d := at.profile.Function.Duration; d != nil {
		return writeQuantiles(d)
	}
	return "as long as the handler takes"
}

func standardAsync(at *knobAt) string {
	p := &at.profile.Function
	return "{maximumRetryAttempts: " + showCount(p.EventRetries) + ", maximumEventAge: " + showDuration(int64(p.EventAgeMax)) + "}"
}

// drawn is a default that the profile draws between two of its numbers.
func drawn(low, high string) func(*knobAt) string {
	return func(at *knobAt) string { return bound(low)(at) + " to " + bound(high)(at) + ", drawn" }
}
