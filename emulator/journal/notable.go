package journal

// Notable reports whether entries of the kind can be of interest to somebody
// who watches a run in plain lines. What happens for every batch that goes well
// is not.
func (k Kind) Notable() bool {
	switch k {
	case RecordsProduced, PartitionAssigned, PartitionRevoked, BatchFormed, OffsetCommitted, InvocationStarted, RecordsFiltered,
		PollerWaiting, EventQueued, RecordsArrived, RecordsFetched:
		return false
	}
	return true
}

// Notable reports whether the entry is what plain output shows: starts, stops,
// warnings, cold starts, failures, throttles, retries, records that ended
// otherwise than well, what handlers print, processes, builds, bad frames,
// retention and faults; not the invocations that succeed.
func (e *Entry) Notable() bool {
	switch e.Kind {
	case InvocationEnded, RecordsEnded, EventEnded:
		return e.Outcome != Succeeded
	case EnvironmentGone, EnvironmentReset:
		// One that ends because it is idle, or with the run, is no news; nor is one
		// that is reset after an invocation, which tells of it.
		return e.Outcome != NoOutcome && e.Outcome != Succeeded
	}
	return e.Kind.Notable()
}

// Severe reports whether the entry says that something went wrong: what plain
// output colours as bad.
func (e *Entry) Severe() bool {
	switch e.Kind {
	case InvocationEnded, RecordsEnded, EnvironmentGone, EnvironmentReset, EventEnded:
		return e.Outcome != NoOutcome && e.Outcome != Succeeded
	case Reloaded, ConfigReloaded, BuildEnded:
		return e.Outcome != NoOutcome && e.Outcome != Succeeded && e.Outcome != Abandoned
	case BatchCompared:
		return e.Outcome != Succeeded
	case CommitFailed, RecordsExpired, Throttled, BadFrame, BatchHeld:
		return true
	}
	return false
}
