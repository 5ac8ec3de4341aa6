// Package journalfile writes the journal of a run to a file and reads it again: all
// entries, and the batches of records as they were produced, compact, with an index.
package journalfile
