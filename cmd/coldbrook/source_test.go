package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// journalFollow prints the entries of the running instance until it has ended, for the
// scripts.
func journalFollow() {
	var w where
	s, end, err := followLive(context.Background(), &w)
	for err == nil {
		err = s.Next(func(_ uint64, e *journal.Entry) bool {
			fmt.Printf("%s\n", e.AppendJSON(nil))
			return true
		})
	}
	if err == io.EOF {
		end()
		return
	}
	printError(os.Stderr, err)
	os.Exit(exitStatus(err))
}

// journalDump [FILE] prints the entries of a journal, and each record that one is about
// that was produced, for the scripts.
func journalDump() {
	cmd := &cobra.Command{}
	cmd.SetContext(context.Background())
	var w where
	s, end, err := openSource(cmd, &w, os.Args[1:])
	if err == nil {
		err = dump(s)
		end()
	}
	if err != nil {
		printError(os.Stderr, err)
		os.Exit(exitStatus(err))
	}
}

func dump(s journal.Source) error {
	fmt.Printf("profile %s, version %s, missed %d\n", s.Description().Profile, s.Description().Version, s.Missed())
	type record struct {
		topic     string
		partition int32
		offset    int64
	}
	var records []record
	if err := s.Scan(journal.Want{}, func(e *journal.Entry) bool {
		fmt.Printf("%s\n", e.AppendJSON(nil))
		if e.Kind == journal.RecordsProduced {
			for o := e.First; o <= e.Last; o++ {
				records = append(records, record{e.Topic, e.Partition, o})
			}
		}
		return true
	}); err != nil {
		return err
	}
	for _, r := range append(records, record{"in", 0, 1000}) {
		m, err := s.Message(r.topic, r.partition, r.offset)
		switch {
		case err != nil:
			return err
		case m == nil:
			fmt.Printf("no record %s/%d@%d\n", r.topic, r.partition, r.offset)
		default:
			fmt.Printf("record %s/%d@%d: %s\n", m.Topic, m.Partition, m.Offset, m.Value)
		}
	}
	return nil
}
