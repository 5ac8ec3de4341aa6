package cases

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// Difference is a record of a topic that is not as its golden has it.
type Difference struct {
	// Kind is changed, missing, surplus or moved, which is in another place among the records
	// that it is compared with.
	Kind string `json:"kind"`
	// Key is that of the record, in words. Record is where it is: "orders/0 @7", "" if it is
	// missing. Line is its place among the golden records of the topic, from 1 on, 0 if it is
	// not there.
	Key    string `json:"key"`
	Record string `json:"record,omitempty"`
	Line   int    `json:"golden,omitempty"`
	// Expected and Got are the values, shortened; Paths where they differ, if both are JSON.
	Expected string           `json:"expected,omitempty"`
	Got      string           `json:"got,omitempty"`
	Paths    []PathDifference `json:"paths,omitempty"`

	message *journal.Message // that was got; nil if it is missing
}

// Kinds of differences.
const (
	changed = "changed"
	missing = "missing"
	surplus = "surplus"
	moved   = "moved"
)

// compared prepares records for comparison.
func compared(t *config.TopicExpect, records []journal.Message) []item {
	ignore := make([]ignored, len(t.Ignore))
	for i, path := range t.Ignore {
		ignore[i] = parseIgnored(path)
	}
	all := make([]item, len(records))
	for i, m := range records {
		var b strings.Builder
		fmt.Fprintf(&b, "%t %q ", m.Key == nil, m.Key)
		if t.Headers {
			for _, h := range m.Headers {
				fmt.Fprintf(&b, "%q %t %q ", h.Key, h.Value == nil, h.Value)
			}
		}
		b.WriteString(comparedValue(m.Value, ignore))
		all[i] = item{Message: m, text: b.String(), order: i}
	}
	return all
}

// comparedValue is the same for values that are equal: JSON without what is ignored, or else
// bytes.
func comparedValue(value []byte, ignore []ignored) string {
	v, ok := decode(value)
	if !ok {
		return fmt.Sprintf("%t %q", value == nil, value)
	}
	text, err := json.Marshal(canonical(without(v, ignore)))
	if err != nil {
		return fmt.Sprintf("%q", value)
	}
	return string(text)
}

func without(v any, ignore []ignored) any {
	for _, p := range ignore {
		v = p.remove(v)
	}
	return v
}

// errNoPartitions is why a golden cannot be compared exactly.
var errNoPartitions = &hinted{fmt.Errorf("its records have no partitions, which compare: exact needs"), "coldbrook test --update writes it with partitions"}

// compareTopic returns the differences between the records of a topic and its golden ones.
func compareTopic(t *config.TopicExpect, want, got []journal.Message) ([]Difference, error) {
	wanted, gotten := compared(t, want), compared(t, got)
	if t.Compare == config.CompareMultiset {
		return differences(t, matchAny(wanted, gotten)), nil
	}
	var pairs []pair
	for _, g := range grouped(t.Compare, wanted, gotten) {
		if t.Compare == config.CompareExact && g.partition == fixtures.Unknown {
			return nil, errNoPartitions
		}
		if t.Compare == config.ComparePerKey && g.unkeyed {
			pairs = append(pairs, matchAny(g.want, g.got)...)
			continue
		}
		pairs = append(pairs, align(g.want, g.got)...)
	}
	return differences(t, pairs), nil
}

// recordGroup is the records that are compared with each other: of a partition, or of a key.
type recordGroup struct {
	unkeyed   bool
	partition int32
	want, got []item
}

// grouped divides records, in the order in which they first occur.
func grouped(how string, want, got []item) []*recordGroup {
	by := map[string]*recordGroup{}
	var all []*recordGroup
	of := func(i *item) *recordGroup {
		name := fmt.Sprintf("%t %s", i.Key == nil, i.Key)
		if how == config.CompareExact {
			name = fmt.Sprint(i.Partition)
		}
		g := by[name]
		if g == nil {
			g = &recordGroup{unkeyed: i.Key == nil, partition: i.Partition}
			by[name], all = g, append(all, g)
		}
		return g
	}
	for i := range want {
		g := of(&want[i])
		g.want = append(g.want, want[i])
	}
	for i := range got {
		g := of(&got[i])
		g.got = append(g.got, got[i])
	}
	return all
}

// differences says in words how the pairs of records differ.
func differences(t *config.TopicExpect, pairs []pair) []Difference {
	ignore := make([]ignored, len(t.Ignore))
	for i, path := range t.Ignore {
		ignore[i] = parseIgnored(path)
	}
	all := make([]Difference, 0, len(pairs))
	for _, p := range pairs {
		all = append(all, p.difference(t, ignore))
	}
	return all
}

func (p *pair) difference(t *config.TopicExpect, ignore []ignored) Difference {
	d := Difference{Kind: changed}
	if p.want != nil {
		d.Key, d.Line, d.Expected = shown(p.want.Key), p.want.order+1, shown(p.want.Value)
	}
	if p.got != nil {
		m := p.got.Message
		d.Key, d.Got, d.message = shown(m.Key), shown(m.Value), &m
		d.Record = fmt.Sprintf("%s/%d @%d", m.Topic, m.Partition, m.Offset)
	}
	switch {
	case p.got == nil:
		d.Kind = missing
	case p.want == nil:
		d.Kind = surplus
	case p.want.text == p.got.text:
		d.Kind = moved
	default:
		d.Paths = pathsOf(p, t.Headers, ignore)
	}
	return d
}

// pathsOf returns where two records differ.
func pathsOf(p *pair, headers bool, ignore []ignored) []PathDifference {
	var all []PathDifference
	w, isJSON := decode(p.want.Value)
	g, both := decode(p.got.Value)
	if isJSON && both {
		all = diffJSON(all, "", without(w, ignore), without(g, ignore))
	}
	if headers {
		if w, g := shownHeaders(p.want.Headers), shownHeaders(p.got.Headers); w != g {
			all = append(all, PathDifference{"headers", w, g})
		}
	}
	if len(all) > pathsMost {
		rest := len(all) - pathsMost
		all = append(all[:pathsMost:pathsMost], PathDifference{Path: fmt.Sprintf("and %d more places", rest)})
	}
	return all
}

func shownHeaders(headers []journal.Header) string {
	var all []string
	for _, h := range headers {
		all = append(all, shown([]byte(h.Key))+"="+shown(h.Value))
	}
	return cut("[" + strings.Join(all, ", ") + "]")
}
