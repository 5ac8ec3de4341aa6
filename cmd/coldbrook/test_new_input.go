package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// caseInput is the fixture that goes into a case.
type caseInput struct {
	path    string // as it is shown
	name    string // as the case names it
	written bool   // it was made for the case
	records int
	topics  []string // those that it has records of, in the order of its header
	spaced  bool     // its records have different times
}

// caseInputFile is what the input of a new case is called.
const caseInputFile = "in.jsonl"

// newCaseMost is how many records a case is made of, at most: it is read by people.
const newCaseMost = 10_000

// writeInput writes what goes in beside the case. A fixture that is in the project stays
// where it is.
func (n *newCase) writeInput() error {
	from := n.options.fresh.from
	isJournal, err := isJournalFile(from)
	switch {
	case err != nil:
		return err
	case from == "" || isJournal:
		err = n.inputOfRun(from)
	case len(n.options.fresh.topics) > 0:
		return usage(n.cmd, "--topic chooses from a journal or an instance, and %q is a fixture: coldbrook fixture convert --filter makes one of a part of it", from)
	default:
		err = n.inputOfFixture(from)
	}
	if err == nil {
		err = n.input.read()
	}
	return err
}

// isJournalFile says whether a file is a journal, which is no text.
func isJournalFile(path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("read what goes in: %w", err)
	}
	defer f.Close()
	begin := make([]byte, 4)
	_, err = io.ReadFull(f, begin)
	return err == nil && string(begin) == "\x89CBJ", nil
}

// inputOfFixture takes a fixture where it is, if that is in the project, or else a copy.
func (n *newCase) inputOfFixture(from string) error {
	full, err := filepath.Abs(from)
	if err != nil {
		return fmt.Errorf("read what goes in: %w", err)
	}
	if inside, err := filepath.Rel(n.project, full); err == nil && filepath.IsLocal(inside) {
		here, err := filepath.Abs(n.dir)
		if err != nil {
			return fmt.Errorf("read what goes in: %w", err)
		}
		name, err := filepath.Rel(here, full)
		n.input.path, n.input.name = filepath.ToSlash(from), filepath.ToSlash(name)
		return err
	}
	n.input.name, n.input.written = caseInputFile, true
	if strings.HasSuffix(from, ".gz") {
		n.input.name += ".gz"
	}
	n.input.path = filepath.ToSlash(filepath.Join(n.dir, n.input.name))
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read what goes in: %w", err)
	}
	defer in.Close()
	out, err := os.Create(n.input.path)
	if err != nil {
		return fmt.Errorf("write what goes in: %w", err)
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// inputOfRun saves what went into a run from outside.
func (n *newCase) inputOfRun(file string) error {
	var args []string
	where := n.options.fresh.where
	if file != "" {
		args = append(args, file)
	} else if where.instance == "" && os.Getenv("COLDBROOK_INSTANCE") == "" {
		where.instance = n.project
	}
	src, end, err := openSource(n.cmd, &where, args)
	if err != nil && file == "" {
		return &hinted{err, "coldbrook dev starts one; --from FILE makes the case of a fixture, or of the journal of a run"}
	}
	if err != nil {
		return err
	}
	names, err := n.recordsFromOutside(src)
	if err == nil {
		n.input.name, n.input.written = caseInputFile, true
		n.input.path = filepath.ToSlash(filepath.Join(n.dir, n.input.name))
		_, err = saveFixture(src, names, n.input.path, false)
	}
	return errors.Join(err, end())
}

// recordsFromOutside names the records of a run that none of its functions produced.
func (n *newCase) recordsFromOutside(src journal.Source) ([]lineage.Record, error) {
	topics, err := n.topicsOf(src.Description())
	if err != nil {
		return nil, err
	}
	var all []lineage.Record
	err = src.Scan(journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced)}, func(e *journal.Entry) bool {
		if e.Function != "" || !slices.Contains(topics, e.Topic) {
			return true
		}
		for offset := e.First; offset <= e.Last && len(all) <= newCaseMost; offset++ {
			all = append(all, lineage.Record{Topic: e.Topic, Partition: e.Partition, Offset: offset})
		}
		return len(all) <= newCaseMost
	})
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, &hinted{fmt.Errorf("nothing was produced from outside to %s", strings.Join(topics, ", ")), "--topic names the topics that are to go in"}
	case len(all) > newCaseMost:
		return nil, &hinted{fmt.Errorf("the run has more than %s, which is too many for a case", countOf(newCaseMost)),
			"coldbrook record TOPIC -o FILE --count 100 takes some of them, and --from FILE makes the case of these"}
	}
	return all, nil
}

// topicsOf are the topics whose records go in: those that are named, or that functions read.
func (n *newCase) topicsOf(of *journal.Description) ([]string, error) {
	var known []string
	for _, t := range of.Topics {
		known = append(known, t.Name)
	}
	for _, name := range n.options.fresh.topics {
		if !slices.Contains(known, name) {
			e := &hinted{err: fmt.Errorf("the run has no topic %q", name), hint: fmt.Sprintf("the topics are %s", strings.Join(known, ", "))}
			if near := emulator.DidYouMean(name, known); near != "" {
				e.hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, e
		}
	}
	if len(n.options.fresh.topics) > 0 {
		return n.options.fresh.topics, nil
	}
	var read []string
	for _, m := range of.Mappings {
		if !slices.Contains(read, m.Topic) {
			read = append(read, m.Topic)
		}
	}
	slices.Sort(read)
	return read, nil
}

// read notes what there is in the input.
func (i *caseInput) read() error {
	f, err := fixtures.Open(filepath.FromSlash(i.path))
	if err != nil {
		return err
	}
	defer f.Close()
	for _, t := range f.Header().Topics {
		i.topics = append(i.topics, t.Name)
	}
	for first := (*fixtures.Record)(nil); ; {
		r, err := f.Read()
		switch {
		case errors.Is(err, io.EOF) && i.records == 0:
			return fmt.Errorf("%s: there is no record in it", i.path)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", i.path, err)
		}
		if first == nil {
			first = r
		}
		i.spaced = i.spaced || r.At != first.At
		i.records++
	}
}
