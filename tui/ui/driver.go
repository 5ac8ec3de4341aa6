package ui

import (
	"context"
	"errors"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Driver is the run behind the screens, as far as they can ask or change it. Its methods
// may wait, so that screens call them in Context.Do and Context.Load only; Info returns at
// once. They are safe for concurrent use. What cannot be done is an error that says why,
// with a Hint() string where something can be done about it.
type Driver interface {
	// Info is what does not change.
	Info() Info
	// Now is the world time, in nanoseconds since the start of the run; 0 of a finished one.
	// It returns at once, as Info does.
	Now() int64
	// Source is the journal as it is now, as far back as it goes. It is to be closed.
	Source(ctx context.Context) (journal.Source, func() error, error)
	// Message is a record with its payload, nil if that is not there any more.
	Message(ctx context.Context, topic string, partition int32, offset int64) (*journal.Message, error)

	// Pause lets the world stand, Resume lets it go on, Step takes one input while it
	// stands, or jumps to the next timer, and says which.
	Pause(ctx context.Context) error
	Resume(ctx context.Context) error
	Step(ctx context.Context) (string, error)

	// Settings are the keys that can be changed.
	Settings(ctx context.Context) ([]Setting, error)
	// Set changes keys, "ship.timeout=5s" each, all or none, and says what was changed.
	Set(ctx context.Context, assignments []string) (string, error)
	// Undo takes the last change back.
	Undo(ctx context.Context) (string, error)
	// SaveDiff is what Save would change in the configuration file, as lines of a diff; Save
	// does it.
	SaveDiff(ctx context.Context) (string, error)
	Save(ctx context.Context) (string, error)

	// Faults are those that were added.
	Faults(ctx context.Context) ([]Fault, error)
	AddFault(ctx context.Context, f FaultSpec) (string, error)
	RemoveFault(ctx context.Context, id int) error
	// Kill ends an environment, Recycle all of a function, so that its next invocation is
	// cold.
	Kill(ctx context.Context, environment uint32) (string, error)
	Recycle(ctx context.Context, function string) (string, error)

	// Reload makes new revisions of functions and processes, Release lets batches go on
	// that are held.
	Reload(ctx context.Context, names []string) (string, error)
	Release(ctx context.Context, function string) (string, error)

	// Redrive writes a new record like one that is there, with another value if value is
	// not nil, and says where it is.
	Redrive(ctx context.Context, topic string, partition int32, offset int64, value []byte) (string, error)
	// SaveRecord writes a record to a fixture, and says to which file.
	SaveRecord(ctx context.Context, topic string, partition int32, offset int64) (string, error)
	// Record begins to record topics into a fixture, one at a time: what is produced from now
	// on, or of a finished run what was. EndRecording ends that, and returns when the file is
	// complete; Recording returns at once how far it is, or what the last one came to.
	Record(ctx context.Context, of RecordingSpec) error
	EndRecording(ctx context.Context) error
	Recording() Recording
	// Sample sends one record to a topic: like the newest there, or a small JSON document.
	Sample(ctx context.Context, topic string) (string, error)
}

// Info is what does not change about a run.
type Info struct {
	// Name is that of the project, Version that of Coldbrook.
	Name, Version string
	Profile       string
	Seed          uint64
	Kafka, Invoke string // host:port, "" of a finished run
	// Replay is the command that runs it again.
	Replay string
	// File is the journal file of a finished run, "" of one that goes on.
	File string
}

// Setting is a key that can be changed while the run goes on.
type Setting struct {
	Path string // as Set takes it
	// Function is whose it is, "" if the run's.
	Function string
	Group    string // heading under which it stands: RUNTIME, DELIVERY, ...
	Label    string
	Value    string
	Default  string
	From     string // "default", "file" or "live"
	Source   string // of the default
	Meaning  string
	// Kind is "duration", "size", "number", "choice", "switch" or "text"; Choices those of
	// a choice; Min and Max the limits of a number, of a duration in ns, of a size in bytes,
	// both 0 where there are none.
	Kind     string
	Choices  []string
	Min, Max int64
}

// Fault is a fault that was added.
type Fault struct {
	ID       int
	Text     string // in words
	Function string
	Kind     string
	Fired    int
	// Left is how long it still acts, 0 for ever; Over says that it does no more.
	Left time.Duration
	Over bool
}

// FaultSpec is a fault to be added.
type FaultSpec struct {
	Kind         string // crash, throttle, slow, rebalance, broker-down
	Function     string // "" for all
	Probability  float64
	Times        int
	For, Delay   time.Duration
	AfterHandler bool
}

// errFinished is what the driver of a finished run refuses with.
var errFinished = errors.New("the run is over: what is shown was read from its journal")

// FinishedDriver refuses everything that would change a run: the part of a Driver that a
// finished run shares with any other. Embed it.
type FinishedDriver struct{}

func (FinishedDriver) Now() int64                                          { return 0 }
func (FinishedDriver) Pause(context.Context) error                         { return errFinished }
func (FinishedDriver) Resume(context.Context) error                        { return errFinished }
func (FinishedDriver) Step(context.Context) (string, error)                { return "", errFinished }
func (FinishedDriver) Settings(context.Context) ([]Setting, error)         { return nil, errFinished }
func (FinishedDriver) Set(context.Context, []string) (string, error)       { return "", errFinished }
func (FinishedDriver) Undo(context.Context) (string, error)                { return "", errFinished }
func (FinishedDriver) SaveDiff(context.Context) (string, error)            { return "", errFinished }
func (FinishedDriver) Save(context.Context) (string, error)                { return "", errFinished }
func (FinishedDriver) Faults(context.Context) ([]Fault, error)             { return nil, errFinished }
func (FinishedDriver) AddFault(context.Context, FaultSpec) (string, error) { return "", errFinished }
func (FinishedDriver) RemoveFault(context.Context, int) error              { return errFinished }
func (FinishedDriver) Kill(context.Context, uint32) (string, error)        { return "", errFinished }
func (FinishedDriver) Recycle(context.Context, string) (string, error)     { return "", errFinished }
func (FinishedDriver) Reload(context.Context, []string) (string, error)    { return "", errFinished }
func (FinishedDriver) Release(context.Context, string) (string, error)     { return "", errFinished }
func (FinishedDriver) Sample(context.Context, string) (string, error)      { return "", errFinished }
func (FinishedDriver) Record(context.Context, RecordingSpec) error         { return errFinished }
func (FinishedDriver) EndRecording(context.Context) error                  { return nil }
func (FinishedDriver) Recording() Recording                                { return Recording{} }
func (FinishedDriver) Redrive(context.Context, string, int32, int64, []byte) (string, error) {
	return "", errFinished
}
