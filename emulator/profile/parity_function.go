package profile

func environments() []Behaviour {
	const area = "environments"
	return []Behaviour{
		of(area, Enforced, "an invocation without an idle environment starts one: placement, then init", "",
			inMachine+"cold_start_modelled", inMachine+"cold_start_real"),
		of(area, Approximated, "how long an init takes", "measured distributions of a hello world: a floor; what the process really takes counts if it is longer",
			"emulator/profile:TestColdStartsAreThoseMeasured", inMachine+"cold_start_real").in(ofToday()),
		of(area, Enforced, "a cold start takes 5 s, and an invocation 100 ms at least", "",
			inTests+"TestArticleColdFiveSecondsHotAHundredMilliseconds").in([]string{"aws-2018"}),
		of(area, Approximated, "placement and download", "undocumented: p50 200 ms, p99 500 ms, option coldStart",
			inMachine+"cold_start_modelled", inEmulator+"TestResolveColdStarts").in(ofToday()),
		of(area, Approximated, "an init that fails or takes over 10 s",
			"the invocation fails, and its retry starts another environment; AWS tries the init again within the invocation",
			inMachine+"init_limit", inMachine+"init_failure"),
		of(area, Approximated, "an environment after a crash or timeout", "it is replaced, with a cold start; AWS resets it and keeps /tmp",
			inMachine+"timeout", inMachine+"exited"),
		of(area, Enforced, "a function is killed at its timeout, with the platform's text", "", inMachine+"timeout",
			inMachine+"TestTimeoutText", inRuntime+"TestTimeoutKillsTheFamily"),
		of(area, Enforced, "one invocation at a time in an environment", "", inMachine+"TestInvariants"),
		of(area, Enforced, "an environment is frozen between invocations, but for Windows", "", inRuntime+"TestTimersRunOnlyDuringInvocationsIfFrozen"),
		of(area, Approximated, "an invocation goes to the environment that was used last", "undocumented", inMachine+"most_recently_used"),
		of(area, Approximated, "an idle environment is stopped", "measured: after 5 to 7 minutes, option keepAlive", inMachine+"keep_alive"),
		of(area, NotModelled, "an environment ends after some hours, however busy", ""),
		of(area, NotModelled, "proactive inits", ""),
		of(area, NotModelled, "provisioned concurrency and SnapStart", ""),
		of(area, NotModelled, "the first call is slower with less memory", ""),
		of(area, NotModelled, "extensions, layers and the telemetry API", ""),
	}
}

func limiting() []Behaviour {
	const area = "limits"
	return []Behaviour{
		of(area, Enforced, "the account's concurrency, which functions share", "", inMachine+"account"),
		of(area, Enforced, "reserved concurrency: kept free, and never exceeded; 0 switches off", "", inMachine+"reserved", inMachine+"reserved_0"),
		of(area, Enforced, "100 of the account's concurrency stay unreserved", "", inEmulator+"TestValidateRanges"),
		of(area, NotModelled, "1,000 new environments in 10 s for each function", ""),
		of(area, NotModelled, "10 requests/s for each environment", ""),
		of(area, Enforced, "ranges of memory, timeout, batch size, window, retries, pollers", "", inEmulator+"TestValidateRanges"),
		of(area, Enforced, "3,008 MB of memory and 300 s at most", "", inEmulator+"TestValidateTheArticlesTable").in([]string{"aws-2018"}),
		of(area, Enforced, "an invocation by Kafka takes at most 14 minutes", "", inEmulator+"TestWarnings").in(ofToday()),
		of(area, Enforced, "a response over 6 MB fails the invocation", "", inRuntime+"TestResponseOverTheLimit"),
		of(area, Enforced, "4 KB of environment variables, and names that are the platform's", "", inEmulator+"TestValidateNames"),
		of(area, Approximated, "memory: a function over its limit is killed",
			"Linux, looked at every 100 ms and at the end of an invocation; options memoryLimit: enforce, report, off",
			inRuntime+"TestMemoryOverTheLimit", inEmulator+"TestMemoryLimit"),
		of(area, Approximated, "the share of a CPU that memory buys",
			"an extrapolation from the CPU time of a process on this machine, Linux and Windows; it is not throttled; option cpu: project, off",
			inMachine+"cpu_share", inMachine+"cpu_share_more", inMachine+"cpu_share_timeout",
			inEmulator+"TestAnInvocationTakesWhatItsShareOfAProcessorWouldHaveCost"),
		of(area, NotModelled, "the size of /tmp", ""),
	}
}

func around() []Behaviour {
	const area = "around"
	return []Behaviour{
		of(area, Enforced, "the Runtime API of functions", "", inRuntime+"TestRuntimeAPIAnswers", inRuntime+"TestGoHandlerOnTheOfficialClient"),
		of(area, Enforced, "environment variables and context of a function", "", inRuntime+"TestEnvironmentVariables",
			inRuntime+"TestNodeContext", inRuntime+"TestPythonContext"),
		of(area, NotModelled, "the Invoke API", ""),
		of(area, NotModelled, "asynchronous invocation: queue, retries, maximum age, destinations", ""),
		of(area, Enforced, "billed time: init and duration together, rounded up to 1 ms", "", inMachine+"billing", inMachine+"billing_ends",
			inTests+"TestBillOfARun").in(ofToday()),
		of(area, Enforced, "billed time: duration, in steps of 100 ms", "", inMachine+"billing_steps", inTests+"TestBillOfARun").in([]string{"aws-2018"}),
		of(area, Approximated, "prices of compute and requests", "without the free tier; /tmp, streaming and transfer are left out; the run is one month",
			"emulator/report:TestCost", "emulator/profile:TestCostIsExact"),
		of(area, Approximated, "event poller units", "whole units for each mapping: groups of mappings are left out",
			"emulator/report:TestCost", "emulator/profile:TestCostOfPollers").in(provisioned()),
		of(area, NotModelled, "the lines START, END, REPORT and INIT_START", ""),
		of(area, NotModelled, "authentication and TLS of clusters", ""),
	}
}
