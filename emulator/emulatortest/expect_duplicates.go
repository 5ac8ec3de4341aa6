package emulatortest

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
)

// NoDuplicates expects that no two records of topic have the same identity:
// what key makes of a record, its key and value or an id in its value, say. A
// record for which key returns "" is left out.
func (x *Expectations) NoDuplicates(topic string, key func(*kgo.Record) string) *Expectations {
	x.t.Helper()
	if !x.knowsTopic(topic) {
		return x
	}
	first := map[string]*kgo.Record{}
	var again []*kgo.Record
	for _, r := range x.evidence.Records(topic) {
		identity := key(r)
		switch {
		case identity == "":
		case first[identity] == nil:
			first[identity] = r
		default:
			again = append(again, r)
		}
	}
	if len(again) == 0 {
		return x
	}
	lines := []string{fmt.Sprintf("expected no duplicates in topic %q, got %s:", topic, groups(int64(len(again))))}
	for i, r := range again {
		if i == lossesListed {
			lines = append(lines, "  and "+groups(int64(len(again)-i))+" more")
			break
		}
		identity := key(r)
		lines = append(lines, fmt.Sprintf("  %q: %s and %s", identity, idOf(first[identity]), idOf(r)))
	}
	entries := x.evidence.settled().entries()
	lines = append(lines, entries.story(idOf(first[key(again[0])]))...)
	x.fail(append(lines, entries.story(idOf(again[0]))...)...)
	return x
}
