package emulator

// Journal is what the journal of a run holds beyond the facts.
type Journal struct {
	// Capacity is how many entries it holds, of some 400 bytes; 0 or less means
	// journal.DefaultCapacity.
	Capacity int
	// Records has every record looked at: entries have Each and Digest, and there are
	// entries RecordsArrived. It costs some 50 ns a record whenever it is produced or
	// arrives, compressed ones more, and 28 MB.
	Records bool
	// Batches receives each batch of records in the form in which it was appended to the
	// log, before its entry, those of the emulator's own outputs included; in real time
	// only. Its header has offsets from 0 on: base is that of its first record. The
	// goroutines of connections call it, several at once, and it may block to push back;
	// it must not keep the slice. Nil means nobody asks.
	Batches func(topic string, partition int32, base int64, batch []byte)
}
