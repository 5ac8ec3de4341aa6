package platform

// openInvocations finds the batches whose response or publication is awaited by
// the numbers of their invocations. These are dense, and most end soon: a ring
// holds all but those that are still open when the ring has come round. (A map
// alone cost a tenth of the machine's time.)
type openInvocations struct {
	ring [ringSize]*batch
	rest map[InvocationID]*batch // where another one has the place
}

const ringSize = 1024 // a power of two

func (o *openInvocations) get(id InvocationID) *batch {
	if b := o.ring[id%ringSize]; b != nil && b.invocation == id {
		return b
	}
	return o.rest[id]
}

// put adds a batch by the number of its invocation, which stays while it is here. It
// may be here already.
func (o *openInvocations) put(b *batch) {
	if len(o.rest) > 0 && o.rest[b.invocation] == b {
		return
	}
	if at := &o.ring[b.invocation%ringSize]; *at == nil || *at == b {
		*at = b
		return
	}
	o.rest[b.invocation] = b
}

// remove forgets a batch, if it is here.
func (o *openInvocations) remove(b *batch) {
	if at := &o.ring[b.invocation%ringSize]; *at == b {
		*at = nil
		return
	}
	delete(o.rest, b.invocation)
}
