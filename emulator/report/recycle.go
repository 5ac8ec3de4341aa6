package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// RecycleOptions say how two runs are compared.
type RecycleOptions struct {
	// Ignore are members of JSON values, by their name or the end of their path
	// (contact.fetchedAt), that are left out of inputs and outputs. Default none.
	Ignore []string
	// Witnesses is how many differences are kept for each function. Default 3.
	Witnesses int
}

// Recycled is what became of the same input in a run and in one in which every invocation
// had a fresh environment. It is evidence of state that was stale, and no proof: time,
// chance, and a change that fell on the other side of an event make a difference as well.
type Recycled struct {
	Functions []RecycledFunction `json:"functions"`
	// Stale is how many records came out differently of a warm environment, over all.
	Stale int `json:"stale"`
	// Missed is how many entries of the first run are gone.
	Missed uint64 `json:"missed,omitempty"`
	// Notes are what else a reader must know, in words.
	Notes []string `json:"notes,omitempty"`
}

// RecycledFunction is a function in both runs. Numbers count the records of the first run
// that ended for it, filtered ones left out: each is in one of the five.
type RecycledFunction struct {
	Function string `json:"function"`
	Records  int    `json:"records"`
	// Equal came out the same.
	Equal int `json:"equal"`
	// Natural differ only in members of Always.
	Natural int `json:"natural"`
	// Stale differ, and the environment had served before in the first run: what it held
	// may have been stale.
	Stale int `json:"stale"`
	// Other differ though the environment was fresh in both runs: by time, chance, or order.
	Other int `json:"other"`
	// NotCompared could not be, by why.
	NotCompared []NotCompared `json:"notCompared,omitempty"`
	// Always are members that differ in every record, also where the environment was fresh
	// in both runs, so that nothing follows from them: times, random numbers.
	Always []string `json:"always,omitempty"`
	// Members are those that differ, but for Always; those first that differ least where
	// the environment was fresh in both runs.
	Members []RecycledMember `json:"members,omitempty"`
	// Witnesses show differences, of different members first.
	Witnesses []RecycleWitness `json:"witnesses,omitempty"`
}

// NotCompared is how many records could not be compared for one reason, in words.
type NotCompared struct {
	Reason  string `json:"reason"`
	Records int    `json:"records"`
}

// RecycledMember is how often a member of outputs differs: among the records of which the
// environment was warm in the first run, and, to compare with, among the others.
type RecycledMember struct {
	Member  string `json:"member"`
	Warm    int    `json:"warm"`
	OfWarm  int    `json:"ofWarm"`
	Fresh   int    `json:"fresh"`
	OfFresh int    `json:"ofFresh"`
}

// RecycleWitness is one difference: the record in both runs, where it was handled in the
// first, and what came out of both.
type RecycleWitness struct {
	Record lineage.Record `json:"record"`
	Again  lineage.Record `json:"again"`
	Key    string         `json:"key,omitempty"`
	// Records is how many records it is about: more than 1 where nothing tells which of
	// them an output was made of.
	Records     int    `json:"records"`
	Mapping     string `json:"mapping"`
	Environment uint32 `json:"environment,omitempty"`
	Invocation  uint64 `json:"invocation,omitempty"`
	// Fresh says that the environment had not served before in the first run; else it had
	// Served invocations in Age nanoseconds since its init.
	Fresh       bool         `json:"fresh,omitempty"`
	Served      int          `json:"served,omitempty"`
	Age         int64        `json:"age,omitempty"`
	Differences []Difference `json:"differences"`
}

// Difference is a member that differs. First and Again are its JSON, cut to 200 bytes;
// empty where there is none.
type Difference struct {
	Topic  string `json:"topic,omitempty"` // of the output
	Member string `json:"member"`
	First  string `json:"first,omitempty"`
	Again  string `json:"again,omitempty"`
}

// Recycle compares a run with one that was given the same input and in which every
// invocation had a fresh environment. Each record of a function in the first is matched
// with that of the second by topic, key and payload, the nth of equals with the nth; what
// came of it is compared by topic, key and value, never by headers, partitions or offsets.
func Recycle(first, again journal.Source, o RecycleOptions) (*Recycled, error) {
	o.Witnesses = cmp.Or(o.Witnesses, 3)
	a, err := readRun(first)
	if err != nil {
		return nil, err
	}
	b, err := readRun(again)
	if err != nil {
		return nil, err
	}
	maps.Copy(a.unbound, b.unbound)
	a.distrust(a.unbound)
	b.distrust(a.unbound)
	ignored := newIgnored(o.Ignore)
	if err := match(a, b, ignored); err != nil {
		return nil, err
	}
	r := &Recycled{Missed: first.Missed(), Functions: []RecycledFunction{}}
	c := &recycler{first: a, again: b, ignored: ignored, groups: map[*call]*groups{}, functions: map[string]*recycling{}}
	for _, h := range a.sorted() {
		if err := c.function(h.function).add(h); err != nil {
			return nil, err
		}
	}
	for name, n := range a.unknown {
		f := c.function(name)
		f.Records += n
		f.why["what its function was given is not held any more"] += n
	}
	functions := c.functions
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		f := functions[name].finish(o.Witnesses)
		r.Stale += f.Stale
		r.Functions = append(r.Functions, f)
	}
	return r, nil
}

// recycler compares two runs.
type recycler struct {
	first, again *pastRun
	ignored      ignored
	groups       map[*call]*groups
	functions    map[string]*recycling
}

func (c *recycler) function(name string) *recycling {
	f := c.functions[name]
	if f == nil {
		f = &recycling{recycler: c, done: map[taken]bool{}, why: map[string]int{}, members: map[string]*RecycledMember{}}
		f.Function = name
		c.functions[name] = f
	}
	return f
}

// sorted returns what was handled, by mapping, topic, partition and offset.
func (p *pastRun) sorted() []*handling {
	return slices.SortedFunc(maps.Values(p.handled), func(a, b *handling) int {
		return cmp.Or(cmp.Compare(a.mapping, b.mapping), cmp.Compare(a.record.Topic, b.record.Topic),
			cmp.Compare(a.record.Partition, b.record.Partition), cmp.Compare(a.record.Offset, b.record.Offset))
	})
}
