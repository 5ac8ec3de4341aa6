package function

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Launcher starts environments. Implementations: package runtimeapi (child
// processes over the Lambda Runtime API) and InProcess.
type Launcher interface {
	// Launch starts an environment and returns when its init is done, that is,
	// when its runtime asked for the first invocation. It returns an
	// *InitFailure if that does not happen before ctx ends or the process ends
	// first; nothing of the environment is left then.
	Launch(ctx context.Context, spec Spec) (Instance, error)
}

// Instance is a launched environment. Its methods are called by one goroutine,
// Done excepted.
type Instance interface {
	// Invoke runs one invocation and returns its response. Handler errors,
	// exits and oversized responses are in the Response; there is no error.
	// When ctx ends first, the instance is killed and the outcome is TimedOut
	// or Abandoned, according to the cause of ctx (ErrTimeout or any other).
	Invoke(ctx context.Context, request Request) Response
	// Stop ends the environment in order (as on AWS, without extensions there
	// is no grace: the processes are killed) and returns when all its processes
	// are gone and all output was handed on.
	Stop()
	// Done is closed when the environment ended by itself. Reason says why and
	// may be called after that.
	Done() <-chan struct{}
	Reason() string
	// PID is the process id, 0 if it has none.
	PID() int
}

// ProvisionedConcurrency is the initialization type of environments that are
// started ahead (docs: configuration-envvars).
const ProvisionedConcurrency = "provisioned-concurrency"

// Spec is what an environment is started with.
type Spec struct {
	Function string
	// Environment is its number, 0 where that is not known yet (Pool.Try).
	Environment uint32
	// Revision is that of the code, 0 where nothing depends on it.
	Revision int32
	// Initialization is the platform's initialization type: ProvisionedConcurrency,
	// or empty for on-demand.
	Initialization string
	// Kafka is the environment's own Kafka address, host:port.
	Kafka string
	// Output receives each line the handler prints, without its end of line.
	// It may block, and is called by several goroutines.
	Output func(stream, line string)
	// Disk is where the environment's temporary files are, which stay when it is
	// launched again. Nil means that nobody else uses them.
	Disk *Disk
	// Tracker is told when an invocation begins and ends, so that what the
	// handler produces is attributed to it. Nil means nobody asks.
	Tracker Tracker
}

// Tracker attributes what happens at an environment's Kafka address. Begin is
// called before the handler can see the invocation, End when its response is in.
type Tracker interface {
	Begin(invocation uint64)
	End()
}

// Request is one invocation as the handler sees it.
type Request struct {
	// ID is the request id, a UUID.
	ID         string
	Invocation uint64
	// Payload is the event document.
	Payload []byte
	// Deadline is when the handler is killed, in wall time.
	Deadline time.Time
	// ARN is the invoked function's.
	ARN string
	// ClientContext is the JSON document that came along with the invocation.
	ClientContext string
	// Records are those in Payload; only in-process handlers look at them.
	Records any
}

// Response is how an invocation ended.
type Response struct {
	// Outcome is Succeeded, FunctionError, Exited, TimedOut, Abandoned or
	// BadResponse (too large).
	Outcome journal.Outcome
	// Payload is the response document; for errors, the error document as AWS
	// would show it.
	Payload []byte
	// ErrorType and ErrorMessage say what went wrong, in AWS's words.
	ErrorType, ErrorMessage string
	// Took is from the moment the handler could see the invocation to its
	// response, in real time.
	Took time.Duration
	// Real is what it took on this machine where Took is modelled (Outside), 0
	// elsewhere.
	Real time.Duration
	// CPU is the processor time that the family of its process used between them,
	// and Memory the most bytes that it had resident since its start. 0 where they
	// are not measured: in this process, CPU in virtual time, and as package
	// process says.
	CPU    time.Duration
	Memory int64
	// Storage is the size of the environment's temporary files in bytes, or less
	// where there are very many of them; 0 where the invocation was given up.
	Storage int64
	// Result is what an in-process handler returned.
	Result any
	// Ended means that the environment is gone after this response.
	Ended bool
}

// assignable is an Instance that wants to know the number of its environment, which was
// not known when it was launched.
type assignable interface{ Assign(environment uint32) }

// InitFailure is returned by Launch when an environment does not become ready.
type InitFailure struct {
	// Type and Message are in AWS's words: Runtime.ExitError, "RequestId: ...".
	Type, Message string
	// Hint is what the user can do, if we know.
	Hint string
}

func (e *InitFailure) Error() string { return e.Type + ": " + e.Message }
