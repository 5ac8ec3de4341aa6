package emulator

import (
	"context"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// binding is what lies between the records of a mapping and the handler of its
// function: documents in, responses out.
type binding struct {
	id        platform.MappingID
	mapping   string
	topic     string
	function  string
	arn       string
	event     kafkaevent.Source
	inProcess bool // the handler gets records instead of a document
	partial   bool
	output    string
	onFailure string // the topic
	// results is the success topic of a sink connector; "" for a mapping.
	results string
	// destination is what the user set as that.
	destination string
}

// call makes the invocation that an Invoke asks for.
func (e *Emulator) call(a *platform.Action) function.Call {
	if a.Request != 0 {
		return e.requestCall(a)
	}
	mapping := e.parts().mappings[a.Mapping]
	b, source := &mapping.binding, mapping.source
	spans := slices.Clone(a.Spans)
	id, invocation, environment := a.Function, a.Invocation, a.Environment
	deadline := e.conductor.wall(a.Deadline)
	var records []*kgo.Record
	return function.Call{
		Invocation: invocation, Crash: a.Crash, Printed: e.conductor.lines.journalled,
		Prepare: func() function.Request {
			records = source.Records(spans)
			return b.request(e.resolved.Seed, invocation, deadline, records)
		},
		Finish: func(r function.Response) {
			e.checkStorage(id, r.Storage)
			in, outputs, origins := b.read(r, records)
			in.Kind, in.Invocation, in.Environment = platform.Responded, invocation, environment
			in.Took, in.Ended = took(r), r.Ended
			in.CPU, in.Memory = int64(r.CPU), e.usedMemory(r.Memory)
			e.conductor.queue <- message{input: &in, outputs: outputs, origins: e.origins(origins, len(outputs), len(records))}
		},
	}
}

// read turns a response into what the machine and the producer need of it: the outputs,
// and which records they were made from, if that is not simply by their index.
func (b *binding) read(r function.Response, records []*kgo.Record) (platform.Input, []*kgo.Record, []int32) {
	if r.Outcome != journal.Succeeded {
		return platform.Input{Outcome: r.Outcome, Reason: reason(r)}, nil, nil
	}
	in := platform.Input{Outcome: journal.Succeeded}
	if b.partial && !b.inProcess {
		if why := b.readFailures(&in, r.Payload, records); why != "" {
			return platform.Input{Outcome: journal.BadResponse, Reason: why, Unreadable: true}, nil, nil
		}
	}
	outputs, origins, err := b.outputs(r, records)
	if err != nil {
		return platform.Input{Outcome: journal.BadResponse, Reason: fmt.Sprintf("output: %v", err)}, nil, nil
	}
	kafkaevent.CarryTrace(outputs, records, origins)
	in.Outputs = int32(len(outputs))
	return in, outputs, origins
}

func (b *binding) outputs(r function.Response, records []*kgo.Record) (outputs []*kgo.Record, origins []int32, err error) {
	switch {
	case b.results != "" && !b.inProcess:
		outputs, origins = kafkaevent.ConnectorResults(r.Payload, records, b.results)
	case b.inProcess:
		outputs, _ = r.Result.([]*kgo.Record)
		outputs, err = b.addressed(outputs)
	case b.output != "":
		outputs, err = kafkaevent.Outputs(r.Payload, records, b.output, b.partial)
	}
	return outputs, origins, err
}

// addressed gives records without a topic the function's output topic.
func (b *binding) addressed(records []*kgo.Record) ([]*kgo.Record, error) {
	for i, r := range records {
		if r.Topic == "" {
			r.Topic = b.output
		}
		if r.Topic == "" {
			return nil, fmt.Errorf("record %d names no topic and function %q has no output", i, b.function)
		}
	}
	return records, nil
}

// readFailures reads batch item failures; it returns why the whole batch has
// failed, "" if it has not.
func (b *binding) readFailures(in *platform.Input, payload []byte, records []*kgo.Record) string {
	held := make(map[kafkaevent.Failure]bool, len(records))
	for _, r := range records {
		held[kafkaevent.Failure{Partition: r.Partition, Offset: r.Offset}] = true
	}
	isHeld := func(partition int32, offset int64) bool {
		return held[kafkaevent.Failure{Partition: partition, Offset: offset}]
	}
	failed, whole, err := kafkaevent.BatchItemFailures(payload, b.topic, isHeld)
	switch {
	case err != nil:
		return err.Error()
	case whole:
		return "the response fails the whole batch"
	case len(failed) == 0:
		return ""
	}
	in.Outcome = journal.PartlyFailed
	in.Failed, in.Done = split(records, failed)
	return ""
}

// split divides the records of a batch into spans of those that failed and
// those that did not.
func split(records []*kgo.Record, failed []kafkaevent.Failure) (bad, good []platform.Span) {
	named := make(map[kafkaevent.Failure]bool, len(failed))
	for _, f := range failed {
		named[f] = true
	}
	for i, r := range records {
		isBad := named[kafkaevent.Failure{Partition: r.Partition, Offset: r.Offset}]
		into := &good
		if isBad {
			into = &bad
		}
		joins := i > 0 && records[i-1].Partition == r.Partition &&
			named[kafkaevent.Failure{Partition: r.Partition, Offset: records[i-1].Offset}] == isBad
		if !joins {
			*into = append(*into, platform.Span{Partition: r.Partition, First: r.Offset})
		}
		last := &(*into)[len(*into)-1]
		last.Last = r.Offset
		last.Records++
	}
	return bad, good
}

// reason is what the journal says of a response that is no success.
func reason(r function.Response) string {
	switch {
	case r.ErrorType == "":
		return r.ErrorMessage
	case r.ErrorMessage == "":
		return r.ErrorType
	}
	return r.ErrorType + ": " + r.ErrorMessage
}

// inProcessLauncher gives a Go handler the shape that package function calls.
func inProcessLauncher(f *Function) function.InProcess {
	if h := f.Handle; h != nil {
		return function.InProcess{Document: func(ctx context.Context, r function.Request) ([]byte, error) {
			return h(ctx, Invocation{RequestID: r.ID, ARN: r.ARN, Deadline: r.Deadline, Payload: r.Payload, ClientContext: r.ClientContext})
		}}
	}
	h := f.InProcess
	return function.InProcess{Handler: func(ctx context.Context, records any) (any, error) {
		in, _ := records.([]*kgo.Record)
		return h(ctx, in)
	}}
}
