package cases

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// item is a record as it is compared, of a golden or of a topic.
type item struct {
	journal.Message
	// text is the same for records that are equal; order is its place in the topic or golden.
	text  string
	order int
}

// readGolden returns the records of a topic in a golden; fs.ErrNotExist if there is no file.
func readGolden(path, topic string) ([]journal.Message, error) {
	f, err := fixtures.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []journal.Message
	for {
		r, err := f.Read()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
		case r.Topic == topic:
			all = append(all, r.Message)
		}
	}
}

// messages are records as fixtures have them.
func messages(records []*kgo.Record) []journal.Message {
	all := make([]journal.Message, len(records))
	for i, r := range records {
		all[i] = journal.Message{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Key: r.Key, Value: r.Value}
		for _, h := range r.Headers {
			all[i].Headers = append(all[i].Headers, journal.Header{Key: h.Key, Value: h.Value})
		}
	}
	return all
}

// golden is a file that is to be written, with the records of all topics that name it.
type golden struct {
	path    string
	topics  []fixtures.Topic
	records []fixtures.Record
}

// add adds the records of a topic as they are to stand in its golden: what is not
// compared with is left out, so that it does not change from run to run.
func (g *golden) add(t *config.TopicExpect, partitions int32, got []journal.Message) {
	g.topics = append(g.topics, fixtures.Topic{Name: t.Topic, Partitions: max(partitions, 1)})
	of := compared(t, got)
	switch t.Compare {
	case config.ComparePerKey: // those without a key have no order
		slices.SortStableFunc(of, func(a, b item) int {
			if n := compareKeys(a.Key, b.Key); n != 0 || a.Key != nil {
				return n
			}
			return strings.Compare(a.text, b.text)
		})
	case config.CompareMultiset:
		slices.SortStableFunc(of, func(a, b item) int {
			if n := compareKeys(a.Key, b.Key); n != 0 {
				return n
			}
			return strings.Compare(a.text, b.text)
		})
	}
	for _, i := range of {
		m := i.Message
		m.Offset, m.Timestamp = fixtures.Unknown, 0
		if t.Compare != config.CompareExact {
			m.Partition = fixtures.Unknown
		}
		if !t.Headers {
			m.Headers = nil
		}
		g.records = append(g.records, fixtures.Record{Message: m})
	}
}

// compareKeys puts no key before the empty one.
func compareKeys(a, b []byte) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return strings.Compare(string(a), string(b))
}

// write writes the file over the one that is there.
func (g *golden) write() error {
	if err := os.MkdirAll(filepath.Dir(g.path), 0o777); err != nil {
		return fmt.Errorf("write golden: %w", err)
	}
	f, err := fixtures.Create(g.path, fixtures.Header{Topics: g.topics}, true)
	if err != nil {
		return err
	}
	for i := range g.records {
		if err := f.Write(&g.records[i]); err != nil {
			f.Discard()
			return err
		}
	}
	return f.Commit()
}

// isMissing reports whether there is no such file.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
