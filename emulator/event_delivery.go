package emulator

import (
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// deliver sends the records of an event's end to where they go. Making them
// encodes the whole event, so a goroutine of the run does it.
func (e *Emulator) deliver(a *platform.Action) {
	ended := e.endedEvent(a)
	success, target, dead := e.parts().functions[a.Function].config.eventTargets()
	reason := "on-failure"
	if a.Condition == "Success" {
		target, dead, reason = success, eventTarget{}, "on-success"
	}
	base := journal.Entry{
		Kind: journal.RecordsProduced, Function: ended.function, Request: uint64(a.Request), Invocation: uint64(a.Invocation),
	}
	answer := platform.Input{Kind: platform.Delivered, Request: a.Request}
	e.work.Go(func() {
		base.Reason = "dead-letter"
		entries, err := e.sendDeadLetter(dead, &ended, base)
		base.Reason = reason
		more, other := e.sendRecord(target, &ended, base)
		if err := errors.Join(err, other); err != nil {
			answer.Err = err.Error()
		}
		e.conductor.queue <- message{input: &answer, entries: append(entries, more...)}
	})
}

// sendRecord sends the record of an event to its destination.
func (e *Emulator) sendRecord(t eventTarget, of *endedEvent, base journal.Entry) ([]journal.Entry, error) {
	if t.arn == "" {
		return nil, nil
	}
	document, err := of.document(t)
	if err != nil {
		return nil, err
	}
	if t.service == toFunction {
		_, err := e.Invoke(e.delivering, invokeapi.Invocation{Function: t.name, Type: invokeapi.Event, Payload: document})
		return nil, err
	}
	r := &kgo.Record{Topic: t.topic, Value: document}
	if t.service == toBucket {
		r.Key = of.objectKey()
	}
	return e.send(t, r, base)
}

// sendDeadLetter sends an event as it came to the dead-letter queue.
func (e *Emulator) sendDeadLetter(t eventTarget, of *endedEvent, base journal.Entry) ([]journal.Entry, error) {
	if t.arn == "" {
		return nil, nil
	}
	r := &kgo.Record{Topic: t.topic, Value: of.payload}
	attributes := of.deadLetter()
	for _, name := range []string{"RequestID", "ErrorCode", "ErrorMessage"} {
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: name, Value: []byte(attributes[name])})
	}
	return e.send(t, r, base)
}

// send produces a record and returns when it is in the log. A message that is too
// large for SNS is lost.
func (e *Emulator) send(t eventTarget, r *kgo.Record, base journal.Entry) ([]journal.Entry, error) {
	if most := lookup(e.cfg.profileName()).Function.NotificationMax; t.service == toNotification && int64(len(r.Value)) > most {
		return nil, fmt.Errorf("%d bytes are over the limit of %d for %s", len(r.Value), most, t.arn)
	}
	type outcome struct {
		entries []journal.Entry
		err     error
	}
	done := make(chan outcome, 1)
	e.parts().uploader.Publish(base, []*kgo.Record{r}, nil, func(entries []journal.Entry, err error) { done <- outcome{entries, err} })
	o := <-done
	return o.entries, o.err
}
