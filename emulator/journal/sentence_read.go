package journal

// readSentence is that of an entry about who reads: a mapping, a process, or a reader of
// the journal.
func (e *Entry) readSentence() string {
	switch e.Kind {
	case RecordsArrived:
		return e.Mapping + ": " + e.records() + " arrived (" + e.rangeOf() + ")"
	case RecordsFetched:
		if e.Records == 0 {
			return e.Process + ": fetched " + e.rangeOf()
		}
		return e.Process + ": fetched " + e.records() + " (" + e.rangeOf() + ")"
	default:
		return "the run stood still for " + Duration(e.Measured.Took) + ": " + orElse(e.Reason, "a reader of the journal") +
			" loses nothing and was a whole log behind"
	}
}
