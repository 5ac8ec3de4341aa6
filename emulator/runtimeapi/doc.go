// Package runtimeapi launches environments as child processes that speak the
// AWS Lambda Runtime API, as the official runtime clients do. Node and Python
// handlers run under bootstraps of ours that are embedded in the binary.
//
// Words. A runtime is the program in the environment: it asks for the next
// invocation, runs the handler and posts the response. Its init is done when it
// asks for the first time. An environment is frozen (its process group stopped)
// from the moment the runtime asks for an invocation and none waits until there
// is one.
//
// Goroutines. Per environment: those of its HTTP server, one per connection; one
// that waits for the end of the process, then for that of the connections, and
// clears up. Launch, Invoke and Stop run in the goroutine of their caller. All
// meet in environment.mu.
//
// Sources of the rules: the AWS documentation (pages runtimes-api,
// runtimes-custom, lambda-runtime-environment, configuration-envvars) and the
// AWS Lambda Runtime Interface Emulator (RIE).
//
// Not emulated: extensions, the telemetry API, SnapStart, response streaming to
// the caller (a streamed response is collected, up to the limit of a buffered
// one), more than one invocation at a time in an environment, memory and CPU
// limits, layers, AWS_LAMBDA_EXEC_WRAPPER. Freezing on Windows.
//
// Non-obvious: STOP and CONT are sent while environment.mu is held, so that an
// invocation that arrives while the environment is being frozen finds it either
// not yet or wholly frozen. The tracker hears of an invocation before the first
// byte of it is written, and of its end before the runtime's post is answered.
// An interpreter ahead of its code (Ahead) asks at a path of ours, which is there for
// it only, and only until it has leave to load the handler.
package runtimeapi
