package eventsource

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Source is one event source mapping's member of a consumer group.
//
// Its orders (Want, Release, Commit) never block; an order about an
// assignment that has ended is ignored, a Commit answered with an error. They,
// Records and IsCommitting are safe for concurrent use.
type Source struct {
	cfg  Config
	opts []kgo.Opt

	client *kgo.Client   // set before joined is closed
	joined chan struct{} // closed when client is set
	ending chan struct{} // closed when Run ends: nothing waits for a release any more

	deliverable signal // the deliverer may have something to do
	pollable    signal // the poller may
	committable signal // the committer may

	pauses pauses

	mu           sync.Mutex // guards all below
	partitions   map[int32]*partition
	outbox       []platform.Input // to be delivered before any records
	ready        []*assignment    // those that may have records to hand over
	flushes      []chan struct{}  // closed by the poller when it holds no fetch
	interrupt    func()           // makes a poll return early
	orders       []*assignment    // those with a commit order
	abandon      func()           // makes a commit under way return early
	round        chan struct{}    // closed when the committer has finished a round
	saidPosition bool             // that the starting position is ignored
}

// partition is what outlives an assignment.
type partition struct {
	assignments int32 // how many there were
	current     *assignment
	// previous still has its payloads: an environment may be about to read
	// those of a batch of it.
	previous *assignment
}

// signal wakes one goroutine. It is never lost, but several may become one.
type signal chan struct{}

func (s signal) send() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// New returns a Source that does nothing until Run. It returns an error if cfg
// is incomplete or the client refuses its options.
func New(cfg Config) (*Source, error) {
	if cfg.Grace == 0 {
		cfg.Grace = defaultGrace
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Source{
		cfg:         cfg,
		joined:      make(chan struct{}),
		ending:      make(chan struct{}),
		deliverable: make(signal, 1),
		pollable:    make(signal, 1),
		committable: make(signal, 1),
		partitions:  map[int32]*partition{},
		round:       make(chan struct{}),
	}
	s.opts = s.options()
	if err := kgo.ValidateOpts(s.opts...); err != nil {
		return nil, fmt.Errorf("event source %q: %w", cfg.Name, err)
	}
	return s, nil
}

// Run joins the group and consumes until ctx ends. It then issues the commits
// that were ordered, leaves the group, and returns nil; partitions that were not
// released by then are given up. It may be called once.
func (s *Source) Run(ctx context.Context) error {
	client, err := kgo.NewClient(s.opts...)
	if err != nil {
		return fmt.Errorf("event source %q: %w", s.cfg.Name, err)
	}
	s.client, s.pauses.client, s.pauses.topic = client, client, s.cfg.Topic
	close(s.joined)
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	var work sync.WaitGroup
	work.Go(func() { s.poll(ctx) })
	work.Go(func() { s.commit(working) })
	work.Go(func() { s.deliver(working) })
	<-ctx.Done()
	s.end()
	stop()
	work.Wait()
	s.abandonOrders()
	s.deliverAll(nil)
	return nil
}

// end issues what was ordered and leaves the group.
func (s *Source) end() {
	s.mu.Lock()
	var held []*assignment
	for _, p := range s.partitions {
		if a := p.current; a != nil {
			a.open = false
			held = append(held, a)
		}
	}
	s.mu.Unlock()
	close(s.ending)
	s.awaitCommits(held)
	ctx, cancel := context.WithTimeout(context.Background(), leaveWait)
	defer cancel()
	if err := s.client.LeaveGroupContext(ctx); err != nil {
		s.warn(-1, fmt.Sprintf("leave group %q: %v", s.cfg.Name, err))
	}
	s.client.Close()
}

// Want grants credit for an assignment on top of what was granted before. bytes
// are sizes in the event document, and may be overshot by the last record.
func (s *Source) Want(partition, assignment int32, records int32, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.assignment(partition, assignment); a != nil {
		a.records += int64(records)
		a.bytes += bytes
		s.offer(a)
	}
}

// Release says that nothing of an assignment is in flight: a revocation need not
// wait for it, nothing more of it is handed over, and payloads of what is committed are
// not needed any more.
func (s *Source) Release(partition, assignment int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.assignment(partition, assignment); a != nil && !a.isReleased {
		a.open, a.isReleased = false, true
		a.drop(a.ordered, a.ordered)
		close(a.released)
		s.pauses.stale.Store(true)
		s.deliverable.send()
	}
}

// Commit orders offset, the next one, to be committed. Payloads below keep, which is at
// most offset, are not needed any more, and of those between keep and offset only what
// was committed with the first order that had the same keep: the last batch. A
// Committed input answers for it or, where several orders became one commit, for the
// newest. An offset that was ordered last is not committed again, and not answered:
// only its payloads are dropped.
func (s *Source) Commit(partition, assignment int32, offset, keep int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.assignment(partition, assignment)
	if a == nil {
		s.answer(partition, assignment, offset, assignmentEnded)
		return
	}
	a.drop(offset, keep)
	if offset == a.ordered {
		return
	}
	a.ordered = offset
	if a.commit == noOffset {
		s.orders = append(s.orders, a)
	}
	a.commit, a.tries = offset, 0
	s.committable.send()
}

// Records returns the payloads of a batch, in the order of spans: those of the
// records that were handed over and not committed, and those that Commit has kept. They
// are shared: nobody may change them. Records that are gone, because an assignment has ended since, are
// left out.
func (s *Source) Records(spans []platform.Span) []*kgo.Record {
	n := 0
	for _, span := range spans {
		n += int(span.Records)
	}
	found := make([]*kgo.Record, 0, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, span := range spans {
		if p := s.partitions[span.Partition]; p != nil {
			found = p.find(found, span)
		}
	}
	return found
}

// find appends the records of span. The same offset is the same record in every
// assignment.
func (p *partition) find(found []*kgo.Record, span platform.Span) []*kgo.Record {
	before := len(found)
	if p.current != nil {
		found = p.current.find(found, span)
	}
	if p.previous == nil || len(found)-before >= int(span.Records) {
		return found
	}
	if older := p.previous.find(nil, span); len(older) > len(found)-before {
		found = append(found[:before], older...)
	}
	return found
}

// assignment returns the current assignment with the number, or nil. mu is held.
func (s *Source) assignment(index, number int32) *assignment {
	p := s.partitions[index]
	if p == nil || p.current == nil || p.current.number != number {
		return nil
	}
	return p.current
}

// offer puts an assignment in line for the deliverer. mu is held.
func (s *Source) offer(a *assignment) {
	if !a.isOffered && a.canHandOver() {
		a.isOffered = true
		s.ready = append(s.ready, a)
		s.deliverable.send()
	}
}

// input queues an input about an assignment. mu is held.
func (s *Source) input(kind platform.InputKind, a *assignment) *platform.Input {
	s.outbox = append(s.outbox, platform.Input{
		Kind: kind, Mapping: s.cfg.Mapping, Partition: a.partition, Assignment: a.number,
	})
	s.deliverable.send()
	return &s.outbox[len(s.outbox)-1]
}

// answer queues the answer to a commit. mu is held.
func (s *Source) answer(partition, assignment int32, offset int64, err string) {
	s.outbox = append(s.outbox, platform.Input{
		Kind: platform.Committed, Mapping: s.cfg.Mapping, Partition: partition, Assignment: assignment,
		Offset: offset, Err: err,
	})
	s.deliverable.send()
}

// warn notes a warning about a partition, or about none if it is negative.
func (s *Source) warn(partition int32, text string) {
	s.cfg.Note(journal.Entry{
		Kind: journal.Warning, Mapping: s.cfg.Name, Topic: s.cfg.Topic, Partition: max(partition, 0),
		Text: fmt.Sprintf("mapping %q: %s", s.cfg.Name, text),
	})
}

// wait returns true when done is closed, false when timeout fires or Run ends.
func (s *Source) wait(done <-chan struct{}, timeout <-chan time.Time) bool {
	select {
	case <-done:
		return true
	default:
	}
	select {
	case <-done:
		return true
	case <-timeout:
	case <-s.ending:
	}
	return false
}
