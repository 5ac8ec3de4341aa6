package query

import "slices"

// Field is a field that a query can ask for.
type Field struct {
	// Name is what it is called in a query, Also what else it may be called.
	Name string
	Also []string
	// Type says what its values are.
	Type Type
	// Of says what has it.
	Of Scope
	// Doc says what it is, in words.
	Doc string

	id   fieldID
	cost int // of asking for it: terms are asked in this order
}

// Type is what the values of a field are.
type Type uint8

// The types.
const (
	Number      Type = iota // a whole number
	Duration                // 500ms, 2s, 1.5m, 1h
	Size                    // 300, 10KB, 1M
	Text                    // any text
	KindName                // a kind of entries, with dashes: invocation-ended
	OutcomeName             // an outcome, with dashes: timed-out
	Value                   // text, or a number where it is one
)

var typeNames = [...]string{"number", "duration", "size", "text", "kind", "outcome", "text or number"}

// String returns the type in words.
func (t Type) String() string { return typeNames[t] }

// Scope is what has a field.
type Scope uint8

// The scopes.
const (
	OfEntry  Scope = iota // entries of the journal
	OfBoth                // entries, and records by themselves
	OfRecord              // records: an entry has it if one of its records does
)

type fieldID uint8

const (
	fieldSeq fieldID = iota
	fieldKind
	fieldOutcome
	fieldPartition
	fieldOffset
	fieldEnvironment
	fieldRevision
	fieldAttempt
	fieldBatch
	fieldInvocation
	fieldRequest
	fieldRecords
	fieldSize
	fieldAt
	fieldAge
	fieldDuration
	fieldTook
	fieldDelay
	fieldBilled
	fieldFunction
	fieldTopic
	fieldProcess
	fieldMapping
	fieldReason
	fieldText
	fieldKey
	fieldHeader
	fieldPayload
)

const (
	costInteger = iota
	costName
	costText
	costKey
	costPayload
)

// fields are all fields, in the order of the help.
var fields = []Field{
	{"fn", []string{"function"}, Text, OfEntry, "function", fieldFunction, costName},
	{"topic", nil, Text, OfBoth, "topic", fieldTopic, costName},
	{"p", []string{"partition"}, Number, OfBoth, "partition; of an invocation, the first of its batch", fieldPartition, costInteger},
	{"off", []string{"offset"}, Number, OfBoth, "offset; an entry about a range has all that lie in it, an invocation those of the first partition", fieldOffset, costInteger},
	{"key", nil, Text, OfRecord, "key of a record", fieldKey, costKey},
	{"v", nil, Value, OfRecord, "payload of a record; v.customer.tier, v.items[0].sku what stands there in its JSON", fieldPayload, costPayload},
	{"h", nil, Value, OfRecord, "header of a record, by its name: h.trace-id", fieldHeader, costPayload},
	{"size", []string{"bytes"}, Size, OfBoth, "size of the records, or of the document made from them", fieldSize, costInteger},
	{"age", nil, Duration, OfBoth, "how long ago it was; in the journal of a run that has ended, before its end", fieldAge, costInteger},
	{"at", nil, Duration, OfEntry, "when, since the start of the run; without a unit, seconds as printed", fieldAt, costInteger},
	{"dur", []string{"duration"}, Duration, OfEntry, "how long it took: in the model if that says, else really", fieldDuration, costInteger},
	{"took", nil, Duration, OfEntry, "how long it really took on this machine", fieldTook, costInteger},
	{"delay", nil, Duration, OfEntry, "modelled delay: a back-off, a cold start", fieldDelay, costInteger},
	{"billed", nil, Duration, OfEntry, "what an invocation is billed for", fieldBilled, costInteger},
	{"inst", []string{"env", "environment"}, Number, OfEntry, "execution environment: 11 or e-11", fieldEnvironment, costInteger},
	{"gen", []string{"rev", "revision"}, Number, OfEntry, "revision of the function's code, from 1 on; that of entries about an environment, an invocation or a reload", fieldRevision, costInteger},
	{"try", []string{"attempt"}, Number, OfEntry, "attempt, from 1 on", fieldAttempt, costInteger},
	{"batch", nil, Number, OfEntry, "batch", fieldBatch, costInteger},
	{"inv", []string{"invocation"}, Number, OfEntry, "invocation", fieldInvocation, costInteger},
	{"req", []string{"request"}, Number, OfEntry, "request from outside", fieldRequest, costInteger},
	{"records", nil, Number, OfEntry, "how many records it is about", fieldRecords, costInteger},
	{"mapping", []string{"group"}, Text, OfEntry, "event source mapping, by its consumer group", fieldMapping, costName},
	{"process", nil, Text, OfEntry, "process", fieldProcess, costName},
	{"kind", nil, KindName, OfEntry, "kind of the entry, with dashes: invocation-ended", fieldKind, costInteger},
	{"outcome", nil, OutcomeName, OfEntry, "how it ended, with dashes: timed-out", fieldOutcome, costInteger},
	{"reason", nil, Text, OfEntry, "the rule or the cause, in words", fieldReason, costText},
	{"text", nil, Text, OfEntry, "what was printed, or the sentence of a note", fieldText, costText},
	{"seq", nil, Number, OfEntry, "number of the entry in the journal", fieldSeq, costInteger},
}

// Fields returns the fields there are, in the order of the help.
func Fields() []Field { return slices.Clone(fields) }

// fieldNamed returns the field with a name, nil if there is none.
func fieldNamed(name string) *Field {
	for i := range fields {
		if f := &fields[i]; f.Name == name || slices.Contains(f.Also, name) {
			return f
		}
	}
	return nil
}

func fieldNames() []string {
	var names []string
	for i := range fields {
		names = append(names, fields[i].Name)
	}
	return names
}
