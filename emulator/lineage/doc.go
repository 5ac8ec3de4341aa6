// Package lineage finds where a record came from and what it led to, from the entries of
// a run, and says by which evidence.
//
// Explain tells the Story of one record: who produced it and from which records, which
// mappings and processes read it, each attempt with what it waited for, how it ended, and
// the stories of all it led to. Evidence is never guessed: where several records can be
// the origin, all of them are named and counted; where none can be told, that is said.
//
// It asks a journal.Source narrow questions only (a record, a batch, an invocation, the
// newest entries before one), so that a Source with an index answers for a run of any
// length as quickly as for a short one. What it holds is bounded by Options.
//
// Non-obvious: an entry about a range may have been written before the entry that says who
// produced the range, so times are compared, never sequence numbers, where records are
// followed; negative waits are 0.
package lineage
