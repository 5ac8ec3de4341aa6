package journal

// Source is where the entries of a run are read from afterwards, or while it goes on: a
// journal file, or what the log of a running instance still holds. A Source is for one
// goroutine.
type Source interface {
	// Description is what the run consists of.
	Description() *Description
	// Missed is how many entries are gone: those before the first that Scan finds, and
	// those that are missing in between (ScanAll). What cannot be known for that is said
	// by whoever reads.
	Missed() uint64
	// Last is the sequence number of the newest entry, 0 if there is none.
	Last() uint64
	// Scan calls f with the entries that want names, in their order, until f returns
	// false. Entries are valid within the call only. Its error names the file and what
	// is wrong with it.
	Scan(want Want, f func(*Entry) bool) error
	// Message returns a record with its payload, nil if that is not there any more (then
	// the error is nil as well).
	Message(topic string, partition int32, offset int64) (*Message, error)
}

// ScanAll calls f with all entries of a Source, until f returns false, and with how many
// are missing right before each: at the beginning, and in between where a slow reader of
// a running instance was not sent all. What f remembers of before a gap may be outdated
// behind it. Its error is that of Scan.
func ScanAll(src Source, f func(missed uint64, e *Entry) bool) error {
	last, complete := uint64(0), src.Missed() == 0
	return src.Scan(Want{}, func(e *Entry) bool {
		missed := uint64(0)
		if !complete && e.Seq > last+1 {
			missed = e.Seq - last - 1
		}
		last = e.Seq
		return f(missed, e)
	})
}

// Want names entries; the zero Want names all. What is set must all hold. An index may be
// used for it, so a Source with one is quick for what is narrow.
type Want struct {
	// Kinds are those wanted; the zero value stands for all.
	Kinds Kinds
	// From and To are sequence numbers, both inclusive; To 0 is the last.
	From, To uint64
	// Topic, with Partition, First and Last (both inclusive) names entries about any of
	// these records. Any partition and offset are meant if AllPartitions is set.
	Topic         string
	AllPartitions bool
	Partition     int32
	First, Last   int64
	// Batch, Invocation, Request and Environment name entries that have that number; 0 is any.
	Batch, Invocation, Request uint64
	Environment                uint32
}

// Kinds is a set of kinds.
type Kinds uint64

// KindsOf is the set of some kinds.
func KindsOf(kinds ...Kind) Kinds {
	var set Kinds
	for _, k := range kinds {
		set |= 1 << k
	}
	return set
}

// Has reports whether k is in the set; every kind is in the zero set.
func (set Kinds) Has(k Kind) bool { return set == 0 || set>>k&1 != 0 }

// Matches reports whether an entry is one of those wanted.
func (w *Want) Matches(e *Entry) bool {
	switch {
	case !w.Kinds.Has(e.Kind), e.Seq < w.From, w.To != 0 && e.Seq > w.To:
		return false
	case w.Batch != 0 && e.Batch != w.Batch, w.Invocation != 0 && e.Invocation != w.Invocation,
		w.Request != 0 && e.Request != w.Request, w.Environment != 0 && e.Environment != w.Environment:
		return false
	case w.Topic == "":
		return true
	}
	return e.Topic == w.Topic && (w.AllPartitions || e.Partition == w.Partition && e.First <= w.Last && e.Last >= w.First)
}

// Message is a record with its payload.
type Message struct {
	Topic     string
	Partition int32
	Offset    int64
	Timestamp int64 // Unix milliseconds
	// Key and Value are nil if there is none.
	Key, Value []byte
	Headers    []Header
}

// Header is a header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Held is a Source of entries in memory.
type Held struct {
	Of      Description
	Entries []Entry
	// Gone is what Missed returns.
	Gone uint64
	// Messages are the records with payload that are at hand.
	Messages []Message
}

// Description implements Source.
func (h *Held) Description() *Description { return &h.Of }

// Missed implements Source.
func (h *Held) Missed() uint64 { return h.Gone }

// Last implements Source.
func (h *Held) Last() uint64 {
	if len(h.Entries) == 0 {
		return 0
	}
	return h.Entries[len(h.Entries)-1].Seq
}

// Scan implements Source.
func (h *Held) Scan(want Want, f func(*Entry) bool) error {
	for i := range h.Entries {
		if e := &h.Entries[i]; want.Matches(e) && !f(e) {
			break
		}
	}
	return nil
}

// Message implements Source.
func (h *Held) Message(topic string, partition int32, offset int64) (*Message, error) {
	for i := range h.Messages {
		if m := &h.Messages[i]; m.Topic == topic && m.Partition == partition && m.Offset == offset {
			return m, nil
		}
	}
	return nil, nil
}
