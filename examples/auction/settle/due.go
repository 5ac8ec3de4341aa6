package main

import (
	"cmp"
	"container/heap"
)

// due is something to do about an item at an event time.
type due struct {
	at   int64
	item string
}

// dueHeap gives the earliest first, and of equals the lowest id.
type dueHeap struct{ entries dues }

func (h *dueHeap) add(at int64, item string) { heap.Push(&h.entries, due{at, item}) }

func (h *dueHeap) take() due { return heap.Pop(&h.entries).(due) }

// before says whether there is one before a time.
func (h *dueHeap) before(at int64) bool { return len(h.entries) > 0 && h.entries[0].at < at }

// dues implements heap.Interface.
type dues []due

func (d dues) Len() int { return len(d) }
func (d dues) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(d[i].at, d[j].at), cmp.Compare(d[i].item, d[j].item)) < 0
}
func (d dues) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *dues) Push(x any)   { *d = append(*d, x.(due)) }
func (d *dues) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}
