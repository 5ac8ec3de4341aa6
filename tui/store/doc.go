// Package store is what the screens know of a run: counters, rates, the newest events and
// log lines, the lanes of environments, what the check of order has found. It is fed with
// the entries of a journal and asks nothing else.
//
// A View is the state after some entry. It is plain data: Clone makes one that stands
// while the other goes on, which is what HELD is, and a View that was fed up to a moment is
// what the time cursor of a finished run shows. A View is for one goroutine, or under the
// lock of a Store.
//
// Goroutines: whoever calls Store.Feed.
//
// What is bounded: 65,536 events, 4,096 records of each partition that a mapping reads and
// 131,072 of all, 1,024 violations of order by each domain, 20,000 log lines of 16 MB, 512
// environments of each function, buckets of time. Counters are exact for what was fed;
// entries that a slow reader missed are counted.
//
// Non-obvious: a cell of a picture holds the worst that happened in its slice of time, so
// that drawing fewer cells never hides a failure.
package store
