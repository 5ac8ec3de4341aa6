package cases

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// chunk is how many records are produced at once, at most.
const chunk = 5_000

// feed is what is about to be produced: records by topic and partition, in the order in
// which these came first, so that the order within a partition is kept.
type feed struct {
	p          *play
	partitions map[string]int32 // of the topics there are
	names      []string
	waiting    map[target][]*kgo.Record
	order      []target
	held       int
}

type target struct {
	topic     string
	partition int32
}

// produce produces the inputs, one after the other.
func (p *play) produce() error {
	f := &feed{p: p, partitions: map[string]int32{}, waiting: map[target][]*kgo.Record{}}
	for _, t := range p.w.Emulator().Description().Topics {
		f.partitions[t.Name], f.names = t.Partitions, append(f.names, t.Name)
	}
	if len(f.names) == 0 && len(p.cfg.Topics) > 0 {
		return errEnded
	}
	for _, name := range p.c.Inputs {
		if err := f.file(p.inputPath(name)); err != nil {
			return err
		}
	}
	return nil
}

func (f *feed) file(path string) error {
	r, err := fixtures.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	begin, at := f.p.w.Now(), time.Duration(0)
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			f.flush()
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
		}
		if err := f.check(record); err != nil {
			return fmt.Errorf("%s: line %d: %w", filepath.ToSlash(path), r.Line(), err)
		}
		if first {
			at = record.At
		}
		if f.p.c.At && (first || record.At != at) {
			f.flush()
			if err := f.sleep(record.At - (f.p.w.Now() - begin)); err != nil {
				return err
			}
			at = record.At
		}
		f.add(record)
	}
}

// sleep lets time pass, in slices in between which an interrupt is noticed.
func (f *feed) sleep(d time.Duration) error {
	_, slice := f.p.limits()
	for d > 0 && !f.p.interrupted.Load() {
		f.p.w.Advance(min(d, slice))
		d -= slice
	}
	if f.p.interrupted.Load() {
		return errInterrupted
	}
	return nil
}

// check says what of a record does not fit the project.
func (f *feed) check(r *fixtures.Record) error {
	n, known := f.partitions[r.Topic]
	if !known {
		hint := fmt.Sprintf("the topics are %v", f.names)
		if near := emulator.DidYouMean(r.Topic, f.names); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return &hinted{fmt.Errorf("the project has no topic %q", r.Topic), hint}
	}
	if r.Partition >= n {
		return &hinted{fmt.Errorf("topic %q has no partition %d in the project, which has %d", r.Topic, r.Partition, n),
			"give the topic as many partitions, or leave partition out of the records: their keys choose then"}
	}
	return nil
}

func (f *feed) add(r *fixtures.Record) {
	// Without a timestamp: it is the world's time, or records would be too old at once.
	record := &kgo.Record{Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
	}
	to := target{r.Topic, r.Partition}
	if f.waiting[to] == nil {
		f.order = append(f.order, to)
	}
	f.waiting[to] = append(f.waiting[to], record)
	if f.held++; f.held == chunk {
		f.flush()
	}
}

func (f *feed) flush() {
	for _, to := range f.order {
		if to.partition == fixtures.Unknown {
			f.p.w.Produce(to.topic, f.waiting[to]...)
		} else {
			f.p.w.ProduceTo(to.topic, to.partition, f.waiting[to]...)
		}
	}
	clear(f.waiting)
	f.order, f.held = nil, 0
}
