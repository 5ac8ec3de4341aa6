package tree

import "fmt"

// Bounds on maps: what looks a key up goes through all of them, and merges multiply them.
// CloudFormation has 500 resources at the most.
const (
	maxKeys   = 10_000  // of one map
	maxMerged = 200_000 // by all << of a file
)

// mapBuilder makes a map. Whoever knows one key from another by comparing it with all before
// takes minutes for a large file.
type mapBuilder struct {
	n  *Node
	at map[string]int // of each key, in n.Entries
}

func newMap(at Place) *mapBuilder {
	return &mapBuilder{n: &Node{Kind: Map, At: at}, at: map[string]int{}}
}

// put adds an entry; of one that is there twice the last counts, as in JSON.
func (b *mapBuilder) put(e Entry) error {
	if i, twice := b.at[e.Key]; twice {
		b.n.Entries[i] = e
		return nil
	}
	if len(b.n.Entries) == maxKeys {
		return &Error{At: e.At, Message: fmt.Sprintf("a map has over %d keys", maxKeys), Advice: "is it the right file?"}
	}
	b.at[e.Key] = len(b.n.Entries)
	b.n.Entries = append(b.n.Entries, e)
	return nil
}

// merge adds the entries of a map, or of the maps of a list, that are not there yet. left is
// how many may still be looked at.
func (b *mapBuilder) merge(from *Node, left *int) error {
	if *left -= 1 + len(from.Entries); *left < 0 {
		return &Error{At: b.n.At, Message: fmt.Sprintf("the merges (<<) of the file make over %d entries", maxMerged)}
	}
	for _, item := range from.Items {
		if err := b.merge(item, left); err != nil {
			return err
		}
	}
	for _, e := range from.Entries {
		if _, own := b.at[e.Key]; own {
			continue
		}
		if err := b.put(e); err != nil {
			return err
		}
	}
	return nil
}
