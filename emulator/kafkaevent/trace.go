package kafkaevent

import (
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The headers of W3C Trace Context.
const (
	traceParent = "traceparent"
	traceState  = "tracestate"
)

// CarryTrace gives outputs the headers traceparent and tracestate of the records they
// were made from, so that a trace is whole although the handler did nothing for it. An
// output that has a traceparent keeps what it has: its handler traces.
//
// Output i was made from the record of index origins[i], or from none if that is -1.
// Without origins it is record i if there are as many outputs as records (a function
// that is invoked with one record and returns one object, too); otherwise nothing is
// carried. It is Coldbrook's own, as Outputs is: on AWS, handlers produce by themselves.
func CarryTrace(outputs, records []*kgo.Record, origins []int32) {
	if origins == nil && len(outputs) != len(records) {
		return
	}
	for i, out := range outputs {
		from := i
		if origins != nil {
			from = int(origins[i])
		}
		if from >= 0 && len(records[from].Headers) > 0 {
			carryTrace(out, records[from])
		}
	}
}

func carryTrace(out, in *kgo.Record) {
	parent := header(in, traceParent)
	if out == in || parent == nil || header(out, traceParent) != nil {
		return
	}
	out.Headers = append(slices.Clip(out.Headers), *parent) // the handler may keep its own
	if state := header(in, traceState); state != nil && header(out, traceState) == nil {
		out.Headers = append(out.Headers, *state)
	}
}

// header returns the last header of a name, nil if there is none.
func header(r *kgo.Record, name string) *kgo.RecordHeader {
	for i := len(r.Headers) - 1; i >= 0; i-- {
		if r.Headers[i].Key == name {
			return &r.Headers[i]
		}
	}
	return nil
}
