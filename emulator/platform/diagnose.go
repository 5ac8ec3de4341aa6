package platform

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// diagnostic is a set of the warnings that a mapping has had: each comes once.
type diagnostic uint8

const (
	diagnosedBlocked diagnostic = 1 << iota
	diagnosedIdentifiers
	diagnosedLoss
)

// warnOnce says whether a mapping gets a warning for the first time.
func (mp *mapping) warnOnce(d diagnostic) bool {
	if mp.warned&d != 0 {
		return false
	}
	mp.warned |= d
	return true
}

func (m *Machine) warnAbout(b *batch, text string) {
	e := m.entry(journal.Warning)
	e.Mapping, e.Function, e.Text = m.mappings[b.mapping].rules.Name, m.functions[b.function].rules.Name, text
}

// warnOfBlocked says that an invocation has failed whose batch spans partitions:
// one record of one of them blocks them all.
func (m *Machine) warnOfBlocked(b *batch) {
	if len(b.parts) < 2 {
		return
	}
	var blocked []string
	for i := range b.parts {
		if !b.parts[i].left {
			blocked = append(blocked, strconv.Itoa(int(b.parts[i].partition)))
		}
	}
	if len(blocked) < 2 || !m.mappings[b.mapping].warnOnce(diagnosedBlocked) {
		return
	}
	m.warnAbout(b, fmt.Sprintf("batch %d spans %d partitions (%s) and has failed: until it has ended, a bad record in one of them blocks them all",
		b.number, len(blocked), strings.Join(blocked, ", ")))
}

// warnOfIdentifiers says that a whole batch has failed because its response could
// not be understood.
func (m *Machine) warnOfIdentifiers(b *batch, why string) {
	if m.mappings[b.mapping].warnOnce(diagnosedIdentifiers) {
		m.warnAbout(b, fmt.Sprintf("the response names no records of its batch, so all of the batch counts as failed (%s); "+
			`want {"batchItemFailures": [{"itemIdentifier": {"partition": "%s-0", "offset": 100}}]}`, why, m.mappings[b.mapping].rules.Topic))
	}
}

// warnOfLoss says that a commit has passed records that failed and went nowhere.
func (m *Machine) warnOfLoss(b *batch, p *partition, dropped int32) {
	if dropped == 0 || !m.mappings[b.mapping].warnOnce(diagnosedLoss) {
		return
	}
	advice := "set an on-failure destination to keep such records"
	if m.mappings[b.mapping].rules.OnFailure != "" {
		advice = "the on-failure destination did not get them"
	}
	what := fmt.Sprintf("the commit of partition %d up to offset %d passes", p.number, p.done-1)
	if m.mappings[b.mapping].rules.Order != ByPartition { // which may wait for another lane
		what = fmt.Sprintf("commits of partition %d pass", p.number)
	}
	m.warnAbout(b, fmt.Sprintf("%s records that failed: %d dropped; %s", what, dropped, advice))
}

// noteDropped counts records that were dropped.
func (b *batch) noteDropped(s *Span) {
	for i := range b.parts {
		if b.parts[i].partition == s.Partition {
			b.parts[i].dropped += s.Records
			return
		}
	}
}
