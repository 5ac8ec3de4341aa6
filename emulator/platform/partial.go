package platform

// failFromLowest reads a partial response as AWS documents it for streams: the
// lowest record of a partition that it names is a checkpoint, and everything from
// there on is tried again (docs: services-kinesis-batchfailurereporting). For
// Kafka AWS documents that just the items are; what was done and stands behind one
// of them is done before it then, and out of order.
func (b *batch) failFromLowest() {
	kept := b.done[:0]
	for _, d := range b.done {
		if lowest, ok := lowestOf(b.failed, d.Partition); !ok || d.First < lowest {
			kept = append(kept, d)
		}
	}
	b.done = kept
	named := len(b.failed)
	for _, s := range b.spans {
		lowest, ok := lowestOf(b.failed[:named], s.Partition)
		if !ok || s.Last < lowest {
			continue
		}
		for _, d := range b.done {
			if d.Partition == s.Partition && d.First >= s.First && d.Last <= s.Last {
				s.Records -= d.Records
			}
		}
		s.First = max(s.First, lowest)
		b.failed = append(b.failed, s)
	}
	b.failed = append(b.failed[:0], b.failed[named:]...)
}

func lowestOf(spans []Span, partition int32) (offset int64, found bool) {
	for i := range spans {
		if s := &spans[i]; s.Partition == partition && (!found || s.First < offset) {
			offset, found = s.First, true
		}
	}
	return offset, found
}
