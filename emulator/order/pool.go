package order

// pool hands out elements by index, so that they can be used again.
type pool[T any] struct {
	all  []T
	free []int32
}

// take returns the index of an element that is not in use. Pointers into all are not
// valid after it.
func (p *pool[T]) take() int32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		return i
	}
	var zero T
	p.all = append(p.all, zero)
	return int32(len(p.all) - 1)
}

func (p *pool[T]) give(i int32) { p.free = append(p.free, i) }

func (p *pool[T]) reset() { p.all, p.free = p.all[:0], p.free[:0] }
