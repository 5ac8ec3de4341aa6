package journal

// Entry is one fact about a run. Which fields are set depends on Kind; the
// comment of each Kind says which. Zero means "does not apply", except for
// Partition and offsets of entries that have a Topic.
type Entry struct {
	// Seq numbers the entries of a run from 1 on. The log sets it.
	Seq uint64
	// At is world time in nanoseconds since the start of the run.
	At   int64
	Kind Kind

	// Function, Mapping and Process name who it is about. The name of a
	// mapping is its consumer group.
	Function string
	Mapping  string
	Process  string
	// Environment numbers the execution environments of a run from 1 on.
	Environment uint32
	// Invocation numbers the invocations of a run from 1 on; a retry is a new
	// invocation of the same batch.
	Invocation uint64
	// Batch numbers the batches of a run from 1 on. It joins the
	// entries of all attempts.
	Batch uint64
	// Attempt counts the invocations of one batch from 1 on.
	Attempt int32

	// Request numbers the invocations of a run that were asked for from outside
	// from 1 on. It joins the entries of all attempts.
	Request uint64

	// Topic, Partition, First and Last name a range of records; both offsets
	// are inclusive. Records is how many there are in it: fewer than
	// Last-First+1 where the log has gaps.
	Topic     string
	Partition int32
	First     int64
	Last      int64
	Records   int32
	// Bytes is the size of the records, or of the document made from them. Of what
	// clients produce in real time it is the length of their batches, compressed
	// as they are.
	Bytes int64

	// Revision numbers the revisions of a function's code from 1 on. Entries about
	// environments and invocations have it from revision 2 on: 0 stands for the first.
	Revision int32

	// Outcome says how an invocation, an init or a batch ended.
	Outcome Outcome
	// Delay is a modelled duration in nanoseconds: a back-off, a cold start.
	Delay int64
	// Duration is how long an invocation took in the model, in nanoseconds, and Init
	// how long the init did that is billed with it. Billed is what both come to on
	// the bill, in milliseconds. All are 0 where nothing is billed.
	Duration, Init, Billed int64
	// Projected is the part of Duration, in nanoseconds, that was not waited for by
	// anybody but added: an extrapolation from Measured.CPU to the share of a
	// processor that the function's memory buys.
	Projected int64
	// Reason is the rule or the cause, in words.
	Reason string
	// Text is what was printed, or the whole sentence of a Note.
	Text string

	// Each is what is known of each record of the range, nil where nobody asked. It is
	// never changed. Digest is a sum over the payloads of the range, 0 where nobody asked.
	Each   *Records
	Digest uint64

	// Measured is what this machine did, as opposed to what was modelled. It
	// is no part of what makes two runs equal.
	Measured Measured
}

// Measured is the part of an entry that differs from run to run.
type Measured struct {
	// Took is how long it really took, in nanoseconds.
	Took int64
	// CPU is the processor time that an invocation used, in nanoseconds, and Memory
	// the most bytes that its environment had resident until then. 0 means that it
	// was not measured.
	CPU, Memory int64
	// Started is when it really began, in nanoseconds since the start.
	Started int64
	// Address is the loopback address it happened on.
	Address string
	// Client is the Kafka client id that made the request.
	Client string
	// PID is the process id of an environment or process.
	PID int
	// Reload is the parts of a reload, in the entry that tells of it.
	Reload ReloadParts
}

// ReloadParts is where the time of a reload went, in nanoseconds: until the change was
// seen as a whole (Seen, the debounce included), the build, the end of what the old
// revision left idle, and the start of the first environment of the new one.
type ReloadParts struct {
	Seen, Build, Drain, Init int64
}

// Outcome is how something ended.
type Outcome uint8

// The outcomes. Those from Succeeded to Filtered are the terminal states of
// records: every record that reached a mapping ends in exactly one of them.
const (
	NoOutcome     Outcome = iota
	Succeeded             // the handler returned and its outputs were produced
	DeadLettered          // retries exhausted, delivered to the on-failure topic
	Dropped               // retries exhausted, too old or too large, with no destination
	Expired               // removed by retention before it was handled
	Filtered              // left out by the filters of the mapping
	FunctionError         // the handler reported an error
	TimedOut              // the function's timeout passed
	Exited                // the process ended without a response
	BadResponse           // the response cannot be mapped to records, or is too large
	OutputFailed          // an output record could not be produced
	InitFailed            // the environment did not become ready
	PartlyFailed          // the response named batch item failures
	Abandoned             // stopped or revoked before it ended
)

var outcomeNames = [...]string{"", "succeeded", "dead-lettered", "dropped", "expired", "filtered", "function error", "timed out",
	"exited", "bad response", "output failed", "init failed", "partly failed", "abandoned"}

// String returns the outcome in words.
func (o Outcome) String() string { return outcomeNames[o] }

// Terminal reports whether o is a terminal state of records.
func (o Outcome) Terminal() bool { return o >= Succeeded && o <= Filtered }

// MarshalText writes the outcome in words, for JSON.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
