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
		of(area, Enforced, "an init that fails or takes over 10 s is tried again within the invocation, under the function's timeout", "",
			inMachine+"init_limit", inMachine+"init_failure", inMachine+"init_retry", inMachine+"init_retry_timeout",
			inTests+"TestInitIsTriedAgainInsideTheInvocation"),
		of(area, Enforced, "an environment is reset after a crash or timeout: /tmp stays, and its next invocation begins with an init", "",
			inMachine+"suppressed_init", inMachine+"timeout", inMachine+"exited", inTests+"TestTimeoutResetsTheEnvironment",
			inRuntime+"TestTemporaryFilesStayOverAReset"),
		of(area, Enforced, "without extensions, an environment is stopped without grace", "", inMachine+"shutdown"),
		of(area, Enforced, "a function is killed at its timeout, with the platform's text", "", inMachine+"timeout",
			inMachine+"TestTimeoutText", inRuntime+"TestTimeoutKillsTheFamily"),
		of(area, Enforced, "one invocation at a time in an environment", "", inMachine+"TestInvariants"),
		of(area, Enforced, "an environment is frozen between invocations, but for Windows", "", inRuntime+"TestTimersRunOnlyDuringInvocationsIfFrozen"),
		of(area, Approximated, "an invocation goes to the environment that was used last", "undocumented", inMachine+"most_recently_used"),
		of(area, Approximated, "an idle environment is stopped", "measured: after 5 to 7 minutes, option keepAlive", inMachine+"keep_alive"),
		of(area, Enforced, "provisioned concurrency: none can be used until all is allocated; preferred, not ended by being idle, and what is over it spills over", "",
			inMachine+"provisioned", inMachine+"provisioned_rate", inTests+"TestProvisionedConcurrencyHasNoColdStart"),
		of(area, Approximated, "how long provisioned concurrency takes to be allocated, and to be replaced",
			"documented as a minute or two, and at most 6,000 environments a minute; of a replacement nothing is; option provisionedDelay",
			inMachine+"provisioned_dies", inEmulator+"TestResolveProvisionedConcurrency"),
		of(area, Enforced, "an init for provisioned concurrency has 130 s, or the function's timeout", "", inMachine+"provisioned_init"),
		of(area, NotModelled, "SnapStart", ""),
		of(area, Approximated, "an environment ends after some hours, however busy", "undocumented: after 2 to 8 hours, option maximumLifetime",
			inMachine+"lifetime", inMachine+"lifetime_late", inMachine+"TestInvariants", inTests+"TestEnvironmentsEndAfterHours"),
		of(area, Approximated, "proactive inits", "undocumented, and off: option proactiveInit starts a share of environments ahead",
			inMachine+"proactive", inEmulator+"TestResolveLifecycle"),
		of(area, Approximated, "the first call is slower with less memory", "where it was measured: a hello world on x86_64, up to 1,024 MB",
			inMachine+"first_call", inMachine+"first_call_duration", "emulator/profile:TestFirstCallIsThatOfTheNextMeasuredMemory").in(ofToday()),
		of(area, NotModelled, "extensions, layers and the telemetry API", ""),
	}
}

func limiting() []Behaviour {
	const area = "limits"
	return []Behaviour{
		of(area, Enforced, "the account's concurrency, which functions share", "", inMachine+"account"),
		of(area, Enforced, "reserved concurrency: kept free, and never exceeded; 0 switches off", "", inMachine+"reserved", inMachine+"reserved_0"),
		of(area, Enforced, "100 of the account's concurrency stay unreserved", "", inEmulator+"TestValidateRanges"),
		of(area, Enforced, "provisioned concurrency counts against what is reserved, or the account", "",
			inMachine+"provisioned_limits", inMachine+"provisioned_reserved", inEmulator+"TestValidateConcurrency"),
		of(area, Approximated, "1,000 new environments in 10 s for each function", "refilled continuously; which reason a throttle has is undocumented",
			inMachine+"rate_scaling", inMachine+"rate_scaling_without_backoff", inTests+"TestScalingRateOfAThousandEnvironments"),
		of(area, Approximated, "10 requests/s for each environment", "that event source mappings count is undocumented: option requestLimit",
			inMachine+"rate_requests", inMachine+"rate_requests_without_backoff"),
		of(area, Approximated, "environments as many as the platform has", "as many processes as this machine holds: option maxProcesses; what waits for it says so",
			inMachine+"machine_limit", inMachine+"machine_limit_own", inMachine+"machine_limit_provisioned"),
		of(area, Enforced, "ranges of memory, timeout, batch size, window, retries, pollers", "", inEmulator+"TestValidateRanges"),
		of(area, Enforced, "3,008 MB of memory and 300 s at most", "", inEmulator+"TestValidateTheArticlesTable").in([]string{"aws-2018"}),
		of(area, Enforced, "an invocation by Kafka takes at most 14 minutes", "", inEmulator+"TestWarnings").in(byMapping()),
		of(area, Enforced, "a response over 6 MB fails the invocation", "", inRuntime+"TestResponseOverTheLimit"),
		of(area, Enforced, "4 KB of environment variables, and names that are the platform's", "", inEmulator+"TestValidateNames"),
		of(area, NotModelled, "memory: a function over its limit is killed", ""),
		of(area, NotModelled, "the share of a CPU that memory buys", "a function has the whole machine"),
		of(area, NotModelled, "the size of /tmp", ""),
	}
}

func around() []Behaviour {
	const area = "around"
	return []Behaviour{
		of(area, Enforced, "the Runtime API of functions", "", inRuntime+"TestRuntimeAPIAnswers", inRuntime+"TestGoHandlerOnTheOfficialClient"),
		of(area, Enforced, "environment variables and context of a function", "", inRuntime+"TestEnvironmentVariables",
			inRuntime+"TestNodeContext", inRuntime+"TestPythonContext"),
		of(area, Enforced, "the Invoke API: invoke, async, dry run; errors and headers", "signatures are not checked; version $LATEST only",
			inInvoke+"TestInvokeAnswers", inInvoke+"TestErrorsHaveTheirForm", inInvoke+"TestInvokePayloadLimits", "interop:TestGoSDKInvokes"),
		of(area, Enforced, "functions and event source mappings can be listed and read", "what has no value here, such as the code, is left out",
			inInvoke+"TestFunctionsAreDescribed", inInvoke+"TestMappingsAreDescribed", "interop:TestGoSDKListsAndDescribes"),
		of(area, NotModelled, "response streaming, versions and aliases, durable invocations, tenants", "an error of the Invoke API",
			inInvoke+"TestWhatIsNotEmulatedSaysSo", inInvoke+"TestInvokeRefusesWhatItCannotRead"),
		of(area, Enforced, "invocations from outside: admission, payloads over the limit, errors of functions", "",
			inMachine+"request", inMachine+"request_throttled", inMachine+"request_sizes", inMachine+"request_fails",
			inTests+"TestInvokeOfFunctionsThatCannotAnswer", inTests+"TestInvokeIsRefused"),
		of(area, Enforced, "asynchronous invocation: 2 retries after 1 and 2 minutes, 6 hours at most", "",
			inMachine+"event_retries", inMachine+"event_retries_0", inMachine+"event_age", inTests+"TestEventsAreTriedAgain"),
		of(area, Approximated, "throttled events go back to the queue, 1 s to 5 minutes",
			"events are not delivered twice, and a deep queue is read no slower",
			inMachine+"event_throttled", inMachine+"event_throttled_age", inMachine+"event_reserved_0"),
		of(area, Approximated, "destinations and dead-letter queues of events",
			"the documents of AWS, in a local topic coldbrook.destination.NAME; functions are invoked",
			inTests+"TestEventsAreTriedAgain", inTests+"TestEventsBecomeTooOld", inTests+"TestFunctionsAreDestinations"),
		of(area, NotModelled, "billing and the REPORT line", ""),
		of(area, NotModelled, "authentication and TLS of clusters", ""),
	}
}
