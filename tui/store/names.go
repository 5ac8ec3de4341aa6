package store

import (
	"maps"
	"slices"
)

// fewNames is up to how many names are quicker to look through than to look up.
const fewNames = 8

// index finds things by their names. Its zero value is empty.
type index struct {
	names  []string
	byName map[string]int32 // of more than fewNames
}

// find is the index of a name, -1 if there is none.
func (x *index) find(name string) int32 {
	if len(x.names) > fewNames {
		if i, ok := x.byName[name]; ok {
			return i
		}
		return -1
	}
	for i, n := range x.names {
		if n == name {
			return int32(i)
		}
	}
	return -1
}

// add gives a name the next index.
func (x *index) add(name string) {
	x.names = append(x.names, name)
	switch {
	case x.byName != nil:
		x.byName[name] = int32(len(x.names) - 1)
	case len(x.names) > fewNames:
		x.byName = map[string]int32{}
		for i, n := range x.names {
			x.byName[n] = int32(i)
		}
	}
}

func (x *index) clone() index { return index{slices.Clone(x.names), maps.Clone(x.byName)} }
