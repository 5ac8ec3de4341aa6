package faults

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// described are the settings that a finished run had at its start, as far as its journal
// tells them. Defaults, and where values were from, it does not.
func described(of *journal.Description) []ui.Setting {
	all := []ui.Setting{
		{Path: "profile", Group: "RUN", Label: "profile", Value: of.Profile, Kind: kindText, Meaning: "platform whose rules the run had"},
		{Path: "seed", Group: "RUN", Label: "seed", Value: strconv.FormatUint(of.Seed, 10), Kind: kindText, Meaning: "what chance was drawn from"},
	}
	for i := range of.Functions {
		f := &of.Functions[i]
		all = append(all, describedFunction(f)...)
		for j := range of.Mappings {
			if m := &of.Mappings[j]; m.Function == f.Name {
				all = append(all, describedMapping(m)...)
			}
		}
	}
	return all
}

func describedFunction(f *journal.DescribedFunction) []ui.Setting {
	d := describing{function: f.Name, group: "RUNTIME"}
	d.text("profile", f.Profile, "platform whose rules the function has")
	d.amount("timeout", kindDuration, f.Timeout, "how long an invocation may take")
	d.amount("memory", kindSize, f.Memory, "memory of an environment, and with it its share of a processor")
	if f.Reserved >= 0 {
		d.amount("reservedConcurrency", kindNumber, int64(f.Reserved), "concurrency that is guaranteed and not exceeded")
	} else {
		d.text("reservedConcurrency", "unreserved", "concurrency that is guaranteed and not exceeded")
	}
	if f.Provisioned > 0 {
		d.amount("provisionedConcurrency", kindNumber, int64(f.Provisioned), "environments that are kept ready")
	}
	d.amount("payload", kindSize, f.Payload, "the largest event document")
	d.text("runtime", f.Runtime, "the platform's runtime")
	d.text("architecture", f.Architecture, "processor of the platform, which chooses the cold starts")
	d.text("output", f.Output, "topic for records made from the response")
	return d.all
}

func describedMapping(m *journal.DescribedMapping) []ui.Setting {
	d := describing{function: m.Function, group: "DELIVERY FROM " + m.Topic}
	d.amount("batchSize", kindNumber, int64(m.BatchSize), "most records of a batch")
	d.amount("retries", kindNumber, int64(m.Retries), "how often a failed batch is tried again; -1 until it succeeds")
	order := m.Order
	if order == "" {
		order = "partition"
	}
	d.text("order", order, "what of a partition is handled in order")
	d.amount("lanes", kindNumber, int64(m.InFlight), "batches of a partition at once; 0 is no limit")
	if m.Pollers > 0 {
		d.amount("pollers", kindNumber, int64(m.Pollers), "most event pollers")
	}
	d.is("bisect", m.Bisect, "splits a batch that failed in two")
	d.is("partialResponse", m.Partial, "reads batch item failures from the response")
	d.text("onFailure", m.OnFailure, "where records go that are given up")
	return d.all
}

// describing collects settings. What is empty is left out.
type describing struct {
	function, group string
	all             []ui.Setting
}

func (d *describing) text(label, value, meaning string) {
	if value != "" {
		d.all = append(d.all, ui.Setting{Path: d.function + "." + label, Function: d.function, Group: d.group, Label: label, Value: value, Kind: kindText, Meaning: meaning})
	}
}

func (d *describing) amount(label, kind string, v int64, meaning string) {
	d.text(label, formatAmount(kind, v), meaning)
}

func (d *describing) is(label string, on bool, meaning string) {
	d.text(label, choiceName(&ui.Setting{Kind: kindSwitch}, strconv.FormatBool(on)), meaning)
}
