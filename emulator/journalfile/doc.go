// Package journalfile writes the journal of a run to a file and reads it again: all
// entries, and the batches of records as they were produced, compact, with an index.
//
// A file is a magic number and chunks, one behind the other, little-endian:
//
//	type 1 B · packing 1 B · 0 2 B · length of head, of body, of body unpacked 4 B each ·
//	CRC-32C of body 4 B · CRC-32C of all before it and of head 4 B · head · body
//
// Packing is 0 for a plain body and 1 for zstd. The head of a chunk says what is in it, so
// that the index is no more than the heads once more, and a file without one is read by
// walking them. A chunk of an unknown type is skipped. The types:
//
//   - header, the first: JSON, with the version, the fields of entries in their order, and
//     the journal.Description. Fields are only ever added at the end, so an older reader
//     skips by their wire type those it does not know, and leaves out entries of a kind or
//     outcome that it does not know (File.Unknown).
//   - entries, some thousand: a row each, of a mask that says which fields follow, and these
//     (fields.go). Numbers are varints, most as a difference to the row before; strings are
//     numbered per chunk; a field that is zero is left out.
//   - batches: a directory, and the record batches as Kafka's log holds them.
//   - index: offset, size and head of all chunks. A trailer of 32 bytes says where it is.
//
// The same bytes go over the wire from a running instance (Send, Read, Follow).
//
// Goroutines: none of its own. Writer.Run is for one goroutine; Writer.Batch is called by
// many, which it holds back while the file is slower than they are.
//
// Non-obvious: a file whose writer was killed has no index and opens all the same; what is
// broken at its end is left off, and File.Damaged says so. Nothing is allocated because a
// length in a file claims it, beyond a few megabytes.
package journalfile
