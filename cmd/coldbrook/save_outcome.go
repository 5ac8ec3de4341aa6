package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// outcomeWriter writes what a run made of some records behind them; base is the time at which
// the fixture begins.
type outcomeWriter func(w *fixtures.Writer, base time.Time, of []fixtures.Record) error

// outcomeInto returns what writes the outcome of records of src, nil if it is not asked for.
// What is missing in it is said on stderr.
func (o *saveOptions) outcomeInto(stderr io.Writer, src journal.Source) outcomeWriter {
	if !o.outcome {
		return nil
	}
	return func(w *fixtures.Writer, base time.Time, of []fixtures.Record) error {
		sum, err := fixtures.OutcomeOf(src, fixtures.OutcomeOptions{Base: base, About: aboutAny(of)}, w.WriteOutcome)
		if err != nil {
			return fmt.Errorf("save the outcome: %w", err)
		}
		if sum.Missed > 0 {
			fmt.Fprintf(stderr, "note: %s entries of the run are not in the journal any more, so the outcome may have gaps\n", report.Count(sum.Missed))
		}
		if sum.Payloads > 0 {
			fmt.Fprintf(stderr, "note: %s that came of it cannot be saved: its payload is not there any more\n", countOf(int(sum.Payloads)))
		}
		return nil
	}
}

// aboutAny returns what reports whether any of some offsets is that of one of the records.
func aboutAny(records []fixtures.Record) func(topic string, partition int32, first, last int64) bool {
	type place struct {
		topic     string
		partition int32
	}
	offsets := map[place][]int64{}
	for i := range records {
		at := place{records[i].Topic, records[i].Partition}
		offsets[at] = append(offsets[at], records[i].Offset)
	}
	for _, of := range offsets {
		slices.Sort(of)
	}
	return func(topic string, partition int32, first, last int64) bool {
		of := offsets[place{topic, partition}]
		i, _ := slices.BinarySearch(of, first)
		return i < len(of) && of[i] <= last
	}
}
