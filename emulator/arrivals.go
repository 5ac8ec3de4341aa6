package emulator

import (
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// journalArrival says which records a mapping is handed, before the machine sees them.
// Those of an assignment that has ended are not taken, and come again to whoever has the
// partition now. The trace of a record is not known here: readers find it where the
// record was produced.
func (e *Emulator) journalArrival(in *platform.Input) {
	if len(in.Records) == 0 || !e.conductor.machine.Takes(in) {
		return
	}
	m := e.parts().mappings[in.Mapping]
	first, n := in.Records[0].Offset, len(in.Records)
	each := journal.NewRecords(n)
	for i := range in.Records {
		r := &in.Records[i]
		each.KnowHashed(i, r.KeyHash, 0, r.Offset, first, r.Timestamp)
	}
	e.log.Append(journal.Entry{
		Kind: journal.RecordsArrived, At: e.conductor.now(), Mapping: m.mapping, Function: m.function,
		Topic: m.topic, Partition: in.Partition, First: first, Last: in.Records[n-1].Offset, Records: int32(n), Each: each,
	})
}
