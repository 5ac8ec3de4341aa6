package lineage

import (
	"encoding/json"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Found is a record that was looked for by its key or its event.
type Found struct {
	Record   Record    `json:"record"`
	Produced *Produced `json:"produced"`
	// By is what was found: "key", "event" (a trace id or an id of CloudEvents) or, where
	// only the payload told, "payload".
	By string `json:"by"`
}

// payloadsLooked is of how many records the payload is looked at.
const payloadsLooked = 1000

// Find returns the records that have a text as their key, as the id of their trace or as
// that of their event, the newest first, at most so many. Keys and traces are compared by
// their hash. Where no entry knows a record with it, the payload of the newest 1,000
// records is looked at: the headers ce_id and ce-id, and the member id of a JSON value.
func Find(src journal.Source, text string, most int) ([]Found, error) {
	x := &entries{src: src}
	f := &finder{text: text, hash: journal.HashKey([]byte(text)), most: most}
	want := journal.Want{Kinds: journal.KindsOf(journal.RecordsProduced)}
	x.backwards(want, f.has, func(block []journal.Entry, _ int) bool {
		for i := len(block) - 1; i >= 0; i-- {
			f.take(&block[i])
		}
		return len(f.all) < most
	})
	if x.err != nil || len(f.all) > 0 {
		return f.all, x.err
	}
	looked := 0
	x.backwards(want, nil, func(block []journal.Entry, _ int) bool {
		for i := len(block) - 1; i >= 0 && x.err == nil; i-- {
			looked += f.takePayload(x, &block[i], payloadsLooked-looked)
		}
		return x.err == nil && looked < payloadsLooked && len(f.all) < most
	})
	return f.all, x.err
}

// finder collects what is found.
type finder struct {
	text string
	hash uint64
	most int
	all  []Found
}

// has reports whether an entry knows a record with the text.
func (f *finder) has(e *journal.Entry) bool {
	if e.Each == nil {
		return false
	}
	for i := range e.Each.Each {
		if k := &e.Each.Each[i]; k.Key == f.hash || k.Trace == f.hash {
			return true
		}
	}
	return false
}

// take adds the records of an entry that are known to have the text, the newest first.
func (f *finder) take(e *journal.Entry) {
	for i := len(e.Each.Each) - 1; i >= 0 && len(f.all) < f.most; i-- {
		k := &e.Each.Each[i]
		switch f.hash {
		case k.Key:
			f.add(e, e.First+int64(k.Offset), "key")
		case k.Trace:
			f.add(e, e.First+int64(k.Offset), "event")
		}
	}
}

func (f *finder) add(e *journal.Entry, offset int64, by string) {
	f.all = append(f.all, Found{Record{e.Topic, e.Partition, offset}, producedBy(e), by})
}

// takePayload looks at the payload of at most so many records of an entry, and says of
// how many it did.
func (f *finder) takePayload(x *entries, e *journal.Entry, most int) int {
	looked := 0
	for offset := e.Last; offset >= e.First && looked < most && len(f.all) < f.most; offset-- {
		looked++
		m, err := x.src.Message(e.Topic, e.Partition, offset)
		if err != nil {
			x.err = err
			return looked
		}
		if m != nil && f.isIn(m) {
			f.add(e, offset, "payload")
		}
	}
	return looked
}

// isIn reports whether a record has the text as its key or as the id of its event.
func (f *finder) isIn(m *journal.Message) bool {
	if m.Key != nil && string(m.Key) == f.text {
		return true
	}
	for _, h := range m.Headers {
		if (h.Key == "ce_id" || h.Key == "ce-id") && string(h.Value) == f.text {
			return true
		}
	}
	var value struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(m.Value, &value) != nil || value.ID == nil {
		return false
	}
	var id string
	if json.Unmarshal(value.ID, &id) == nil {
		return id == f.text
	}
	return string(value.ID) == f.text // a number, in all its digits
}
