package emulator

// origins returns, where the journal is to know of every record, which records of a
// batch outputs were made from: what is known of it, or, where nothing is and there are
// as many outputs as records, the one with the same index. kafkaevent.Outputs takes the
// keys by the same rule.
func (e *Emulator) origins(known []int32, outputs, records int) []int32 {
	if !e.cfg.Journal.Records || known != nil || outputs != records {
		return known
	}
	same := make([]int32, outputs)
	for i := range same {
		same[i] = int32(i)
	}
	return same
}
