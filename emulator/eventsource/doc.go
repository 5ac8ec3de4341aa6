// Package eventsource moves records between Kafka and the conductor: records in
// by credit, commits, and, through the Producer, output and failure records
// out. It decides nothing about the rules of a platform.
//
// Words. An assignment is one period in which a partition is assigned to this
// member of the group; assignments are numbered per partition from 1 on. What was
// fetched and not handed over is the stash of an assignment; what was handed over
// and is not committed is kept too, as the payloads of batches, and where it is asked
// for, that of the last batch of each partition, which may be tried again (Source.Commit).
//
// Flow. Records are handed over only against credit (Source.Want). Beyond that,
// fetched records stay in the stash. While every stash is full nothing is polled;
// a partition whose stash stays full while others are hungry is paused in the
// client until credit has eaten into it. The conductor sees nothing of that.
//
// Goroutines of Source.Run:
//   - the poller takes fetches from the client, woken by the client or by a stash
//     that ran low, and fills the stashes;
//   - the deliverer calls Config.Deliver, and nobody else does, so that inputs
//     reach the conductor in one order; woken by records, credit, and answers;
//   - the committer issues every commit, the newest offset of each partition at a
//     time; woken by orders.
//
// The client's own goroutine calls the callbacks of the group. A revocation is
// held there until every partition is released, or until the grace is over. A
// Producer has a publisher, woken by Publish, and the client's own goroutine,
// which reports what was produced.
//
// Orders (Want, Release, Commit) only change state under a mutex and
// wake somebody: they never block.
//
// Non-obvious: rebalances are not blocked by polling (kgo.BlockRebalanceOnPoll),
// because a revocation that is held would then starve the other partitions. A
// fetch that was polled before a revocation could so be taken for one of the next
// assignment of the same partition; therefore a new assignment begins only after
// the poller has passed a point at which it holds no fetch (Source.flush).
// Control records are fetched, never handed over, so that positions can pass
// transaction markers at the end of a log. Pausing makes the client throw a
// buffered fetch away, which is why not polling comes first.
package eventsource
