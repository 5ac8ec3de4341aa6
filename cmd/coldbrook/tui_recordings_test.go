package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// recorder are recordings of a Kafka, without a UI.
type recorder struct {
	uiRecordings
	t       *testing.T
	address string
	out     bytes.Buffer
}

func newRecorder(t *testing.T, topics ...emulator.Topic) *recorder {
	r := &recorder{t: t, address: kafkaOf(t, topics...)}
	r.project, r.stdout, r.stderr = t.TempDir(), &heldOutput{to: &r.out}, &heldOutput{to: &r.out}
	t.Cleanup(r.close)
	return r
}

// record begins a recording of a topic from now on, as liveDriver does.
func (r *recorder) record(of ui.RecordingSpec) error {
	return r.begin(of, func(t *take) (func(context.Context) error, error) {
		opts, err := (&recordOptions{}).recordClientOptions()
		if err != nil {
			return nil, err
		}
		client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(r.address))...)
		if err != nil {
			return nil, err
		}
		k := newKafkaTake(t, client, false)
		if err = k.seek(r.t.Context(), bound{kind: atEnd}, bound{}); err == nil {
			err = k.create(nil, k.partitions())
		}
		if err != nil {
			client.Close()
			return nil, err
		}
		return func(ctx context.Context) error {
			defer client.Close()
			return k.readOn(ctx, context.Background())
		}, nil
	})
}

// ended waits until the recording has ended by itself.
func (r *recorder) ended() ui.Recording {
	r.t.Helper()
	r.mu.Lock()
	n := r.now
	r.mu.Unlock()
	if n != nil {
		select {
		case <-n.over:
		case <-time.After(30 * time.Second):
			r.t.Fatal("it does not end")
		}
	}
	return r.state()
}

// What is there when a recording is ended is in its file, however little time it had to read
// it; and one goes on at a time.
func TestUIRecordingsTakeWhatIsThere(t *testing.T) {
	r := newRecorder(t, emulator.Topic{Name: "in", Partitions: 3})
	of := ui.RecordingSpec{Topics: []string{"in"}, File: "fixtures/in.jsonl"}
	if err := r.record(of); err != nil {
		t.Fatal(err)
	}
	if err := r.record(of); !errors.Is(err, errRecording) {
		t.Errorf("a second one: got %v", err)
	}
	var records []*kgo.Record
	for i := range 5000 {
		records = append(records, &kgo.Record{Topic: "in", Partition: int32(i % 3), Value: bytes.Repeat([]byte("x"), 100)})
	}
	produceAs(t, r.address, nil, records...)
	if err := r.end(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := r.state()
	if got.Active || got.Number != 1 || got.Records != 5000 || got.Err != nil || !strings.HasPrefix(got.Said, "5,000 records: coldbrook replay ") {
		t.Errorf("got %+v", got)
	}
	if _, all := readFixture(t, filepath.Join(r.project, "fixtures/in.jsonl")); len(all) != 5000 {
		t.Errorf("%d records are in the file", len(all))
	}
	if err := r.record(of); err == nil || !strings.Contains(err.Error(), "file already exists") {
		t.Errorf("over a file that is there: got %v", err)
	}
	r.close()
	if err := r.record(of); !errors.Is(err, errNoRecordings) {
		t.Errorf("after the end: got %v", err)
	}
}

// A topic that is deleted ends the recording with an error; the file stays readable.
func TestUIRecordingsEndWithTheirTopic(t *testing.T) {
	r := newRecorder(t, emulator.Topic{Name: "in", Partitions: 1})
	if err := r.record(ui.RecordingSpec{Topics: []string{"in"}, File: "in.jsonl.gz"}); err != nil {
		t.Fatal(err)
	}
	produceAs(t, r.address, nil, &kgo.Record{Topic: "in", Value: []byte("hello")})
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for r.state().Records == 0 {
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal("it is not recorded")
		}
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(r.address))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := kadm.NewClient(client).DeleteTopic(t.Context(), "in"); err != nil {
		t.Fatal(err)
	}
	got := r.ended()
	if got.Err == nil || !strings.Contains(got.Err.Error(), "record in: the topic was deleted") {
		t.Errorf("got %+v", got)
	}
	if _, all := readFixture(t, filepath.Join(r.project, "in.jsonl.gz")); len(all) != 1 {
		t.Errorf("%d records are in the file", len(all))
	}
}

// What is met several times is told once, with its hint.
func TestDistinctErrors(t *testing.T) {
	full := errors.New("no space left")
	got := distinct(errors.Join(full, errors.New("gone"), errors.Join(full, &hinted{err: full, hint: "it is in f"})))
	if got.Error() != "gone\nno space left" {
		t.Errorf("got %q", got)
	}
	if h, ok := errors.AsType[*hinted](got); !ok || h.hint != "it is in f" {
		t.Errorf("got %v without its hint", got)
	}
	if err := distinct(nil); err != nil {
		t.Errorf("got %v", err)
	}
}
