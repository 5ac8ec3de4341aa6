package journalfile

// The fields of an entry: the bits of the mask that begins a row, and the order in which
// they follow. It is part of the format: fields are only ever added at the end.
const (
	fieldKind = iota
	fieldAt
	fieldFunction
	fieldMapping
	fieldTopic
	fieldPartition
	fieldFirst
	fieldLast
	fieldRecords
	fieldBatch
	fieldInvocation
	fieldBytes
	fieldOutcome
	fieldEnvironment
	fieldAttempt
	fieldReason
	fieldTook
	fieldStarted
	fieldDuration
	fieldBilled
	fieldCPU
	fieldMemory
	fieldEach
	fieldDigest
	fieldText
	fieldDelay
	fieldInit
	fieldProjected
	fieldRequest
	fieldRevision
	fieldProcess
	fieldClient
	fieldAddress
	fieldPID
	fieldSeq
	fieldSeen
	fieldBuild
	fieldDrain
	fieldReloadInit

	fieldsEnd
)

// How a field is stored, so that who does not know it can skip it.
const (
	wireNumber = 'n' // a zigzag varint
	wireString = 's' // the number of a string, or 0 and the string
	wireFixed  = 'f' // eight bytes
	wireBlock  = 'b' // a length and that many bytes
)

// fieldNames are the fields as the header names them, each with its wire type. What the
// numbers of some stand for:
//
//   - at: the difference to the row before; left out, it is the same
//   - seq: likewise to the one after the row before, which is that of most rows
//   - batch, invocation, environment, request: to the last row that has one
//   - first: to what follows the last range of the same topic, partition and kind
//   - last: to first
//   - started: to at
var fieldNames = [fieldsEnd]string{"n kind", "n at", "s function", "s mapping", "s topic", "n partition", "n first", "n last",
	"n records", "n batch", "n invocation", "n bytes", "n outcome", "n environment", "n attempt", "s reason",
	"n measured.took", "n measured.started", "n duration", "n billed", "n measured.cpu", "n measured.memory",
	"b each", "f digest", "s text", "n delay", "n init", "n projected", "n request", "n revision", "s process",
	"s measured.client", "s measured.address", "n measured.pid", "n seq",
	"n measured.seen", "n measured.build", "n measured.drain", "n measured.init"}

// longest is the length up to which a string is numbered, to be named by its number later.
const longest = 255

// places is how many ranges are remembered to tell the next from.
const places = 256

// state is what rows are told as differences to. Writer and reader go the same way.
type state struct {
	at                                      int64
	seq                                     uint64
	batch, invocation, environment, request int64
	next                                    [places]int64
}

// place is where the range of the topic with a number is remembered.
func place(topic int, partition int32, kind uint8) uint8 {
	return uint8(topic*31 + int(partition)*7 + int(kind)*53)
}
