package cases

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// placesMost is how many places the differences of a topic are summed up by.
const placesMost = 3

// commonLeast is from how many records on they are.
const commonLeast = 3

// inCommon says of many differences at which places they are, the most frequent first:
// ", 47 times at amount". It is "" if there are few, or none is at a place.
func inCommon(all []Difference) string {
	if len(all) < commonLeast {
		return ""
	}
	type place struct {
		path string
		n    int
	}
	var places []place
	for i := range all {
		for _, d := range all[i].Paths {
			if d.Expected == "" { // it stands for places that are not told
				continue
			}
			at := slices.IndexFunc(places, func(p place) bool { return p.path == d.Path })
			if at < 0 {
				at, places = len(places), append(places, place{path: d.Path})
			}
			places[at].n++
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.n, a.n) })
	var texts []string
	for _, p := range places[:min(len(places), placesMost)] {
		texts = append(texts, fmt.Sprintf("%d times at %s", p.n, p.path))
	}
	if len(texts) == 0 {
		return ""
	}
	if more := len(places) - len(texts); more > 0 {
		texts = append(texts, fmt.Sprintf("and at %d other places", more))
	}
	return ": " + strings.Join(texts, ", ")
}
