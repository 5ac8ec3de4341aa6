package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// until returns the run as it was at a moment, and the number of its last entry then.
func until(f *journalfile.File, at time.Duration) (*store.Store, uint64, error) {
	var all entries
	last := uint64(0)
	err := f.Scan(journal.Want{}, func(e *journal.Entry) bool {
		if e.At > int64(at) {
			return false
		}
		all, last = append(all, kept(e)), e.Seq
		return true
	})
	if err != nil {
		return nil, 0, err
	}
	live := store.NewStore(f.Description())
	return live, last, live.Feed(context.Background(), &all)
}

// kept is a copy of an entry that stays valid.
func kept(e *journal.Entry) journal.Entry {
	c := *e
	if e.Each != nil {
		each := *e.Each
		each.Each = append([]journal.Known(nil), e.Each.Each...)
		each.Origins = append([]int32(nil), e.Each.Origins...)
		c.Each = &each
	}
	return c
}

// entries yields entries to a store.
type entries []journal.Entry

// Next implements store.Reader.
func (all *entries) Next(_ context.Context, buf []journal.Entry) (int, uint64, error) {
	if len(*all) == 0 {
		return 0, 0, io.EOF
	}
	n := copy(buf, *all)
	*all = (*all)[n:]
	return n, 0, nil
}

// driver is a run that stands at a moment.
type driver struct {
	ui.FinishedDriver
	now  int64
	name string
	src  *part
}

// Now implements ui.Driver.
func (d driver) Now() int64 { return d.now }

// Info implements ui.Driver.
func (d driver) Info() ui.Info {
	of := d.src.Description()
	return ui.Info{Name: d.name, Version: of.Version, Profile: of.Profile, Seed: of.Seed}
}

// Source implements ui.Driver.
func (d driver) Source(context.Context) (journal.Source, func() error, error) {
	return d.src, func() error { return nil }, nil
}

// Message implements ui.Driver.
func (d driver) Message(_ context.Context, topic string, partition int32, offset int64) (*journal.Message, error) {
	return d.src.Message(topic, partition, offset)
}

// SaveRecord implements ui.Driver.
func (driver) SaveRecord(context.Context, string, int32, int64) (string, error) {
	return "", errors.New("nothing is saved in a picture")
}

// part is a journal up to one of its entries: what comes later is not known yet.
type part struct {
	journal.Source
	last uint64
}

// Last implements journal.Source.
func (p *part) Last() uint64 { return p.last }

// Scan implements journal.Source.
func (p *part) Scan(want journal.Want, f func(*journal.Entry) bool) error {
	if want.To == 0 || want.To > p.last {
		want.To = p.last
	}
	return p.Source.Scan(want, f)
}
