package report

// recent is a map that holds the newest keys only: when it is full, the one that was put
// first gives way.
type recent[K comparable, V any] struct {
	values map[K]V
	order  []K
	next   int // in order, the next to give way
	most   int
}

func newRecent[K comparable, V any](most int) recent[K, V] {
	return recent[K, V]{values: map[K]V{}, most: most}
}

// get returns the value of a key, the zero value if it is not there.
func (r *recent[K, V]) get(key K) V { return r.values[key] }

// put sets the value of a key. One that is there keeps its place.
func (r *recent[K, V]) put(key K, value V) {
	if _, there := r.values[key]; !there {
		if len(r.order) < r.most {
			r.order = append(r.order, key)
		} else {
			delete(r.values, r.order[r.next])
			r.order[r.next] = key
			r.next = (r.next + 1) % r.most
		}
	}
	r.values[key] = value
}
