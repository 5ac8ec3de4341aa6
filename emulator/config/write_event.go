package config

import (
	"strconv"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// events writes the list of the events of a function.
func (b block) events(all []emulator.Event) {
	if len(all) == 0 {
		return
	}
	list := b.child("events")
	for i := range all {
		path := list.path + "[" + strconv.Itoa(i) + "]"
		if text := b.w.comments[path]; text != "" {
			b.w.comment(list.depth, text)
		}
		b.w.indent(list.depth)
		b.w.b.WriteString("- kafka:\n")
		list.event(&all[i], emulator.Path(path, "kafka"))
	}
}

func (b block) event(e *emulator.Event, path string) {
	in := block{w: b.w, path: path, depth: b.depth + 2}
	in.text("topic", e.Topic)
	in.text("profile", e.Profile)
	in.text("group", e.Group)
	in.text("source", e.Source)
	in.text("startingPosition", e.StartingPosition)
	if !e.StartingPositionTimestamp.IsZero() {
		in.line("startingPositionTimestamp", strconv.Quote(e.StartingPositionTimestamp.UTC().Format(time.RFC3339Nano)))
	}
	in.number("batchSize", e.BatchSize)
	in.optionalDuration("batchWindow", e.BatchWindow)
	in.filters(e)
	in.failures(e)
	in.text("order", e.Order)
	in.number("lanes", e.Lanes)
	in.pollers(e)
	in.text("requestLimit", e.RequestLimit)
	in.text("onError", e.OnError)
	in.text("resultTopic", e.ResultTopic)
	in.text("errorTopic", e.ErrorTopic)
}

func (b block) filters(e *emulator.Event) {
	b.texts("filters", e.Filters)
	b.text("filterNulls", e.FilterNulls)
	b.text("commitFiltered", e.CommitFiltered)
}

func (b block) failures(e *emulator.Event) {
	b.optional("retries", e.Retries)
	b.optionalDuration("retryBackoff", e.RetryBackoff)
	b.optionalDuration("throttleBackoff", e.ThrottleBackoff)
	b.flag("bisect", e.Bisect)
	b.flag("bisectCountsAsRetry", e.BisectCountsAsRetry)
	b.optionalDuration("maximumRecordAge", e.MaximumRecordAge)
	b.text("recordAgeCondition", e.RecordAgeCondition)
	b.flag("partialResponse", e.PartialResponse)
	b.text("partialResponseMode", e.PartialResponseMode)
	b.text("onFailure", e.OnFailure)
}

func (b block) pollers(e *emulator.Event) {
	b.number("pollers", e.Pollers)
	if p := e.Provisioned; p != nil {
		if *p == (emulator.Provisioned{}) {
			b.line("provisioned", "{}")
		} else {
			in := b.child("provisioned")
			in.number("minimumPollers", p.MinimumPollers)
			in.number("maximumPollers", p.MaximumPollers)
		}
	}
	b.optionalDuration("pollerScaleDelay", e.PollerScaleDelay)
	b.optionalBool("pollerRebalance", e.PollerRebalance)
	b.optional("pollerRate", e.PollerRate)
}
