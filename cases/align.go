package cases

import "bytes"

// pair is a record that is expected and one that is there in its place; one is nil if there
// is no such record.
type pair struct{ want, got *item }

// alignMost is up to how many comparisons the longest common part of two sequences is looked
// for; longer ones are compared place by place.
const alignMost = 4_000_000

// align returns how two sequences differ: what has to be changed, taken away and added.
func align(want, got []item) []pair {
	for len(want) > 0 && len(got) > 0 && want[0].text == got[0].text {
		want, got = want[1:], got[1:]
	}
	for len(want) > 0 && len(got) > 0 && want[len(want)-1].text == got[len(got)-1].text {
		want, got = want[:len(want)-1], got[:len(got)-1]
	}
	keepWant, keepGot := common(want, got)
	return match(left(want, keepWant), left(got, keepGot))
}

// common marks a longest common subsequence.
func common(want, got []item) (inWant, inGot []bool) {
	n, m := len(want), len(got)
	inWant, inGot = make([]bool, n), make([]bool, m)
	if n*m > alignMost {
		for i := range min(n, m) {
			same := want[i].text == got[i].text
			inWant[i], inGot[i] = same, same
		}
		return inWant, inGot
	}
	width := m + 1
	longest := make([]int32, (n+1)*width)
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if want[i].text == got[j].text {
				longest[i*width+j] = longest[(i+1)*width+j+1] + 1
			} else {
				longest[i*width+j] = max(longest[(i+1)*width+j], longest[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case want[i].text == got[j].text:
			inWant[i], inGot[j] = true, true
			i, j = i+1, j+1
		case longest[(i+1)*width+j] >= longest[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return inWant, inGot
}

func left(all []item, taken []bool) []*item {
	var rest []*item
	for i := range all {
		if !taken[i] {
			rest = append(rest, &all[i])
		}
	}
	return rest
}

// matchAny is align where order does not matter.
func matchAny(want, got []item) []pair {
	there := map[string][]int{}
	for i := range got {
		there[got[i].text] = append(there[got[i].text], i)
	}
	inWant, inGot := make([]bool, len(want)), make([]bool, len(got))
	for i := range want {
		if at := there[want[i].text]; len(at) > 0 {
			inWant[i], inGot[at[0]] = true, true
			there[want[i].text] = at[1:]
		}
	}
	return match(left(want, inWant), left(got, inGot))
}

// match puts what is expected and what is there instead together: the same record in another
// place first, then records of the same key, in their order.
func match(want, got []*item) []pair {
	of, used := make([]*item, len(want)), make([]bool, len(got))
	take := func(fits func(w, g *item) bool, name func(*item) string) {
		waiting := map[string][]int{}
		for j, g := range got {
			if !used[j] {
				waiting[name(g)] = append(waiting[name(g)], j)
			}
		}
		for i, w := range want {
			if of[i] != nil {
				continue
			}
			if at := waiting[name(w)]; len(at) > 0 && fits(w, got[at[0]]) {
				of[i], used[at[0]] = got[at[0]], true
				waiting[name(w)] = at[1:]
			}
		}
	}
	take(func(w, g *item) bool { return w.text == g.text }, func(i *item) string { return i.text })
	take(func(w, g *item) bool { return bytes.Equal(w.Key, g.Key) && (w.Key == nil) == (g.Key == nil) }, func(i *item) string { return string(i.Key) })
	var pairs []pair
	for i, w := range want {
		pairs = append(pairs, pair{w, of[i]})
	}
	for j, g := range got {
		if !used[j] {
			pairs = append(pairs, pair{nil, g})
		}
	}
	return pairs
}
