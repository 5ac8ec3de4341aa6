// Package order checks, entry by entry, whether the records of a run were delivered and
// handled in order and without loss, and keeps a witness of each violation.
//
// A domain says between which records order is wanted: those of one partition with the
// same key, those of one partition, or all of a topic by their time. Its records are a
// lane here. A record arrives when a mapping is handed it, begins with the first
// invocation that has it, and ends once: it succeeds, or is dead-lettered, dropped,
// expired or filtered. A batch of an asynchronous sink connector ends with its event in
// the function's queue and not when it is handed over, though it is committed then.
//
// The rules are those of facts/triggers.md 7.2, O1 to O13. What is counted is records,
// each once by a rule, in whatever lane or invocation it broke it again:
//
//   - O1 concurrent: an invocation begins with a record while another one that has not
//     ended has a record of its lane.
//   - O2 started out of order: a record begins after a later one of its lane.
//   - O3 disorder in a batch: a record stands behind a later one of its partition.
//   - O4 skipped: a record begins while nothing has begun with an earlier one.
//   - O5 begun too early: an invocation has a record, and not an earlier one of its lane
//     that has not ended. O5 late: a record ends after a later one of its lane has
//     succeeded in another invocation; its places are how many those are. The final
//     success of a record that is tried again is its end.
//   - O6 stale retry: a record is tried again after a later one of its lane succeeded.
//   - O7 delivered again: a record that succeeded is delivered by a later assignment. At
//     least once allows that; it breaks no order, and what an earlier assignment did is
//     not compared with what a later one repeats.
//   - O8 committed too early: a commit passes a record that has not ended.
//   - O9 handled twice: a record succeeds again, also where the invocation of an old
//     owner succeeds of which no entry tells that its records ended.
//   - O10 lost: a record is dropped or expires, or at the end is committed and has not
//     ended; not handled: at the end it has not ended and is not committed.
//   - O11 zombie: an invocation ends after that of a new owner of the partition has begun
//     (counted: invocations).
//   - O12 key in two partitions (counted: keys, once for a topic).
//   - O13 output out of order: something made from a record is behind what was made from
//     a later one of its lane, in one partition of an output topic. The input is known by
//     its index; or it is one of those of the invocation with that key (by partition, of its
//     only partition), and what is behind for certain is counted.
//   - O14 does not apply: there are no windows.
//
// With ByTopic, O4 and the first half of O5 are not checked: between partitions nothing
// says in what order records come; and what an earlier assignment did is compared, too:
// the lane goes on when one of its partitions changes its owner. Records within one invocation are handled in order.
// Replays of a batch that the user asked for are not looked at.
//
// OrderedByKey of emulatortest fails exactly where O5 is broken by key, with
// one exception: to it a record has ended that is handed to an asynchronous queue.
//
// Non-obvious: links between records are distances of offsets, so that rings can grow;
// pointers into pools are not valid after take; an entry is not kept.
package order
