package platform

// queue holds records that were handed over and are in no batch yet, oldest
// first. It is a ring that grows by doubling.
type queue struct {
	ring  []RecordMeta // length a power of two, or 0
	head  int
	count int
	bytes int64
}

func (q *queue) len() int { return q.count }

func (q *queue) push(r RecordMeta) {
	if q.count == len(q.ring) {
		q.grow()
	}
	q.ring[(q.head+q.count)&(len(q.ring)-1)] = r
	q.count++
	q.bytes += int64(r.Size)
}

func (q *queue) grow() {
	bigger := make([]RecordMeta, max(2*len(q.ring), 64))
	for i := range q.count {
		bigger[i] = *q.at(i)
	}
	q.ring, q.head = bigger, 0
}

// at returns the i-th record from the front.
func (q *queue) at(i int) *RecordMeta { return &q.ring[(q.head+i)&(len(q.ring)-1)] }

// read is what was read for the first n records.
func (q *queue) read(n int) (bytes int64) {
	for i := range n {
		bytes += int64(q.at(i).Bytes)
	}
	return bytes
}

// drop removes the first n records, which took bytes.
func (q *queue) drop(n int, bytes int64) {
	q.head = (q.head + n) & (len(q.ring) - 1)
	q.count -= n
	q.bytes -= bytes
}

func (q *queue) clear() { *q = queue{} }
