package emulatortest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
)

// OrderedByKey expects that every event source mapping of the topics, or every
// mapping at all if none is named, handled the records of one key in the order
// of their offsets. For each two records of one partition with the same key, the
// earlier and the later:
//
//   - The first invocation that got the later one began after the earlier one
//     had ended (succeeded, dead-lettered, dropped or expired), or had both.
//   - The invocation in which the later one succeeded began after the earlier
//     one had ended, or ended both. So a partial response that names the earlier
//     record and not the later one breaks order, and a retry of both does not.
//
// What counts is the first time that a record ends: records that a rebalance
// delivers again do not break order by that. Records without a key have no
// order, and equal keys in different partitions none among each other. Records
// that retention has removed cannot be judged, for their keys are gone. What a
// handler does within one invocation is not seen.
func (x *Expectations) OrderedByKey(topics ...string) *Expectations {
	x.t.Helper()
	mappings := x.mappingsOf(topics)
	if mappings == nil {
		return x
	}
	entries := x.evidence.settled().entries()
	if !x.complete("OrderedByKey", entries) {
		return x
	}
	var disorders []disorder
	for _, m := range mappings {
		h := newHandling(m, x.evidence.Records(m.topic))
		for order, e := range entries.all() {
			h.add(order, e)
		}
		disorders = append(disorders, h.disorders()...)
	}
	if len(disorders) > 0 {
		x.fail(disorderText(disorders, entries)...)
	}
	return x
}

// mappingsOf returns the mappings of the topics, all if there are none, and
// fails the test where a topic has none.
func (x *Expectations) mappingsOf(topics []string) []mappingInfo {
	x.t.Helper()
	all := x.evidence.mappings()
	if len(topics) == 0 {
		return all
	}
	var of []mappingInfo
	for _, topic := range topics {
		if !x.knowsTopic(topic) {
			return nil
		}
		before := len(of)
		for _, m := range all {
			if m.topic == topic {
				of = append(of, m)
			}
		}
		if len(of) == before {
			x.fail(fmt.Sprintf("expected the records of topic %q to be handled in order, but no function is subscribed to it", topic))
			return nil
		}
	}
	return of
}

func disorderText(disorders []disorder, entries keptEntries) []string {
	lines := []string{"expected the records of each key to be handled in the order of their offsets; got:"}
	for i, d := range disorders {
		if i == lossesListed {
			lines = append(lines, "  and "+groups(int64(len(disorders)-i))+" more")
			break
		}
		lines = append(lines, "  "+d.String())
	}
	lines = append(lines, entries.story(disorders[0].earlier)...)
	return append(lines, entries.story(disorders[0].later)...)
}

// disorder is a record that was handled before an earlier one of its key had
// ended.
type disorder struct {
	earlier, later recordID
	key            string
	invocation     uint64 // that began too early with the later one
	succeeded      bool   // it is the one in which the later one succeeded
	never          bool   // the earlier one has not ended at all
}

func (d disorder) String() string {
	s := fmt.Sprintf("%s: key %q: %s ", d.later.mapping, d.key, d.later)
	if d.succeeded {
		s += fmt.Sprintf("succeeded in invocation %d, which began", d.invocation)
	} else {
		s += fmt.Sprintf("was handed to invocation %d", d.invocation)
	}
	if d.never {
		return s + fmt.Sprintf(" although @%d has not ended", d.earlier.offset)
	}
	return s + fmt.Sprintf(" before @%d had ended", d.earlier.offset)
}

// InOrder expects that the values of each key in topic ascend in the order of
// offsets, partition by partition: compare is called with each record and the
// next of the same key, and must not return more than 0. Records without a key
// are not compared.
func (x *Expectations) InOrder(topic string, compare func(a, b *kgo.Record) int) *Expectations {
	x.t.Helper()
	if !x.knowsTopic(topic) {
		return x
	}
	type lane struct {
		partition int32
		key       string
	}
	before := map[lane]*kgo.Record{}
	var wrong [][2]*kgo.Record
	for _, r := range x.evidence.Records(topic) {
		if r.Key == nil {
			continue
		}
		at := lane{r.Partition, string(r.Key)}
		if last := before[at]; last != nil && compare(last, r) > 0 {
			wrong = append(wrong, [2]*kgo.Record{last, r})
		}
		before[at] = r
	}
	if len(wrong) == 0 {
		return x
	}
	lines := []string{fmt.Sprintf("expected the values of each key in topic %q to ascend; got:", topic)}
	for i, pair := range wrong {
		if i == lossesListed {
			lines = append(lines, "  and "+groups(int64(len(wrong)-i))+" more")
			break
		}
		lines = append(lines, fmt.Sprintf("  key %q: %s has %s, after @%d with %s", pair[1].Key,
			idOf(pair[1]), excerpt(pair[1].Value), pair[0].Offset, excerpt(pair[0].Value)))
	}
	entries := x.evidence.settled().entries()
	lines = append(lines, entries.story(idOf(wrong[0][0]))...)
	x.fail(append(lines, entries.story(idOf(wrong[0][1]))...)...)
	return x
}

func idOf(r *kgo.Record) recordID {
	return recordID{topic: r.Topic, partition: r.Partition, offset: r.Offset}
}

// excerptBytes is how much of a value a failure shows.
const excerptBytes = 60

// excerpt is the beginning of a value, quoted.
func excerpt(value []byte) string {
	if value == nil {
		return "no value"
	}
	if len(value) > excerptBytes {
		return fmt.Sprintf("%q...", value[:excerptBytes])
	}
	return fmt.Sprintf("%q", value)
}

// keyed returns the records of each key, in the order of offsets, with the keys
// in the order of their first records.
func keyed(records []*handledRecord) [][]*handledRecord {
	at := map[string]int{}
	var lanes [][]*handledRecord
	for _, r := range records {
		if r.key == nil {
			continue
		}
		i, ok := at[string(r.key)]
		if !ok {
			i = len(lanes)
			at[string(r.key)] = i
			lanes = append(lanes, nil)
		}
		lanes[i] = append(lanes[i], r)
	}
	return lanes
}

// partitions returns the partitions of a map in order.
func partitions[V any](of map[int32]V) []int32 {
	return slices.SortedFunc(maps.Keys(of), cmp.Compare)
}
