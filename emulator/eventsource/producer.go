package eventsource

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	// deliveryTimeout is how long a record may take to be produced.
	deliveryTimeout = 30 * time.Second
	// closeTimeout is how long Close waits for that. A little longer, because a
	// record that the broker may have is not given up for its age alone.
	closeTimeout = deliveryTimeout + 5*time.Second
	// maxBuffered is how many records may be on their way to the broker.
	maxBuffered = 1 << 20
)

// errProducerClosed is what Publish reports after Close.
var errProducerClosed = errors.New("the producer is closed")

// Producer produces output and failure records: one client for a whole run. Its
// methods are safe for concurrent use.
type Producer struct {
	// Looks has every record looked at, so that entries have Each and Digest. It is set
	// before the first Publish.
	Looks bool

	client *kgo.Client
	work   sync.WaitGroup // the publisher, and each publication until it is done

	wake signal

	mu     sync.Mutex // guards all below
	queue  []*publication
	closed bool
}

// NewProducer returns a producer for the broker at bootstrap, host:port. Records
// to a topic that does not exist make the broker create it, if that is switched
// on there. The producer must be closed. opts are added to the client's options.
func NewProducer(bootstrap string, opts ...kgo.Opt) (*Producer, error) {
	client, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.ClientID("coldbrook-producer"),
		kgo.DisableClientMetrics(),
		kgo.AllowAutoTopicCreation(),
		kgo.RequiredAcks(kgo.AllISRAcks()), // and with it, by default, idempotent
		kgo.ProducerLinger(0),              // the client's 10 ms cost most of the throughput
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.MaxBufferedRecords(maxBuffered),
		kgo.RecordDeliveryTimeout(deliveryTimeout),
	}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("producer: %w", err)
	}
	p := &Producer{client: client, wake: make(signal, 1)}
	p.work.Go(p.publish)
	return p, nil
}

// Publish produces records, after all that was published before, and calls done
// when the outcome of each is known, with an entry for each range of offsets that
// was produced and the first error. Entries are copies of base with Topic,
// Partition, First, Last, Records and Bytes (of keys, values and headers) set;
// Kind is RecordsProduced unless base says otherwise.
//
// It does not block. done is called by another goroutine, one done at a time; it
// may block on what does not itself wait for a done.
//
// Origins has for each record the index of the input it was made from, as
// journal.Records has it; nil if that is not known. It is used if Looks is set.
func (p *Producer) Publish(base journal.Entry, records []*kgo.Record, origins []int32, done func(entries []journal.Entry, err error)) {
	if base.Kind == 0 {
		base.Kind = journal.RecordsProduced
	}
	job := &publication{base: base, records: records, left: len(records), looks: p.Looks, origins: origins}
	job.done = func(entries []journal.Entry, err error) {
		defer p.work.Done()
		done(entries, err)
	}
	if !p.enqueue(job) {
		done(nil, errProducerClosed)
	}
}

// enqueue gives a publication to the publisher, unless the producer is closed.
func (p *Producer) enqueue(job *publication) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.work.Add(1)
	p.queue = append(p.queue, job)
	p.wake.send()
	return true
}

// Close returns when all that was published is done; what is not after 35 s
// fails. It must be called once.
func (p *Producer) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.wake.send()
	finished := make(chan struct{})
	go func() {
		p.work.Wait()
		close(finished)
	}()
	timeout := time.NewTimer(closeTimeout)
	defer timeout.Stop()
	select {
	case <-finished:
	case <-timeout.C:
	}
	p.client.Close() // fails what is left
	<-finished
}

// publish is the publisher. It returns when the producer is closed and the queue
// empty.
func (p *Producer) publish() {
	for range p.wake {
		jobs, closed := p.takeJobs()
		for _, job := range jobs {
			p.produce(job)
		}
		if closed {
			return
		}
	}
}

func (p *Producer) takeJobs() ([]*publication, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	jobs := p.queue
	p.queue = nil
	return jobs, p.closed
}

// produce hands records to the client, and blocks while its buffer is full.
func (p *Producer) produce(job *publication) {
	if len(job.records) == 0 {
		job.done(nil, nil)
		return
	}
	promise := job.produced
	for _, r := range job.records {
		p.client.Produce(context.Background(), r, promise)
	}
}
