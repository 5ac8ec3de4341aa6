package tuitest

import (
	"context"
	"errors"
	"sync"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Driver is that of a finished run of which only the entries are known.
type Driver struct {
	ui.FinishedDriver
	// Of is the journal; nil refuses to be asked.
	Of journal.Source
}

// reading is held by who reads a journal: a Source is for one goroutine, a Driver for all.
var reading sync.Mutex

// Info implements ui.Driver.
func (d Driver) Info() ui.Info {
	return ui.Info{Name: "shop", Version: "0.1.0", Profile: "aws-provisioned", Seed: 42, File: "shop.journal", Replay: "coldbrook dev shop --seed 42"}
}

// Source implements ui.Driver.
func (d Driver) Source(context.Context) (journal.Source, func() error, error) {
	if d.Of == nil {
		return nil, nil, errors.New("there is no journal")
	}
	reading.Lock()
	return d.Of, func() error { reading.Unlock(); return nil }, nil
}

// Message implements ui.Driver.
func (d Driver) Message(_ context.Context, topic string, partition int32, offset int64) (*journal.Message, error) {
	if d.Of == nil {
		return nil, nil
	}
	reading.Lock()
	defer reading.Unlock()
	return d.Of.Message(topic, partition, offset)
}

// SaveRecord implements ui.Driver.
func (d Driver) SaveRecord(context.Context, string, int32, int64) (string, error) {
	return "saved shop.jsonl", nil
}
