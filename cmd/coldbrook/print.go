package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// entriesAtOnce is how many entries are read at a time.
const entriesAtOnce = 512

// print starts to print the journal as the user asked. The returned channel is
// closed when it is printed to its end.
func (s *session) print(banner string) <-chan struct{} {
	if s.ui != nil {
		return s.show(banner)
	}
	var err error
	show := func() error { return nil }
	if s.options.format.json() {
		fmt.Fprint(s.stderr, banner)
		r := s.emulator.Journal().Keep("the printed journal")
		s.detach = r.Detach
		show = func() error { return printJSON(r, s.stdout, s.filter) }
	} else {
		r := s.emulator.Journal().Draw()
		s.detach = r.Detach
		p := newPlain(s.stdout, os.Environ())
		p.news = s.ordering.news
		p.filter = s.filter
		_, err = fmt.Fprint(s.stdout, banner)
		show = func() error { return p.print(r, s.lags) }
	}
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		defer s.detach()
		if err == nil {
			err = show()
		}
		if err != nil {
			s.fail(readerGone(fmt.Errorf("print journal: %w", err)))
			s.emulator.Stop("nobody reads the output")
		}
	}()
	return printed
}

// lags returns the lag of each mapping that has one, by its group.
func (s *session) lags() map[string]int64 {
	lags := map[string]int64{}
	for _, o := range s.emulator.Outstanding() {
		lags[o.Mapping] += o.Records
	}
	return lags
}

// printJSON prints every entry that filter shows as a line of JSON, until the journal is closed.
func printJSON(r *journal.Reader, w io.Writer, filter *entryFilter) error {
	entries := make([]journal.Entry, entriesAtOnce)
	var text []byte
	for {
		n, _, err := r.Next(context.Background(), entries)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		text = text[:0]
		for i := range entries[:n] {
			if filter.shows(&entries[i], true) {
				text = append(entries[i].AppendJSON(text), '\n')
			}
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
}

// print prints what is notable, and each second what flowed, until the journal
// is closed; lags tells the lag of each mapping that has one.
func (p *plain) print(r *journal.Reader, lags func() map[string]int64) error {
	out := bufio.NewWriterSize(whole{colorprofile.NewWriter(p.stdout, p.environ)}, 1<<16)
	entries := make([]journal.Entry, entriesAtOnce)
	second := time.Now().Add(time.Second)
	for {
		ctx, cancel := context.WithDeadline(context.Background(), second)
		n, missed, err := r.Next(ctx, entries)
		cancel()
		if err == io.EOF {
			p.tick(out, nil)
			return out.Flush()
		}
		if missed > 0 {
			p.missed(out, missed)
		}
		for i := range entries[:n] {
			p.entry(out, &entries[i])
		}
		if now := time.Now(); !now.Before(second) {
			if hasNoReader(p.stdout) {
				return errReaderGone
			}
			p.tick(out, lags)
			second = now.Add(time.Second)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
}

// whole makes a writer that takes colours out count what it was given, not what
// it let through.
type whole struct{ io.Writer }

func (w whole) Write(text []byte) (int, error) {
	if _, err := w.Writer.Write(text); err != nil {
		return 0, err
	}
	return len(text), nil
}
