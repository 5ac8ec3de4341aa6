// Package nearest finds the name that was probably meant, for errors that ask "did you
// mean": of keys and values of the configuration, and of fields and words of filters.
package nearest

import "strings"

// Name returns the candidate that name is probably a slip of, or "". Case, dashes,
// underscores and dots do not count; of what is left, up to a third of the letters may be
// wrong, missing, too many or swapped with a neighbour.
func Name(name string, candidates []string) string {
	const longest = 300 // no name is longer, and the work grows with the square
	best, least := "", 0
	a := fold(name)
	if len(a) == 0 || len(a) > longest {
		return ""
	}
	for _, c := range candidates {
		b := fold(c)
		if len(b) == 0 || len(b) > longest || c == name {
			continue
		}
		limit := max(len(a), len(b)) / 3
		if d := distance(a, b); d <= limit && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

func fold(s string) []rune {
	return []rune(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(s)))
}

// distance is how many letters must be changed, left out, put in or swapped with
// their neighbour to make b of a (optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 1
			if a[i-1] == b[j-1] {
				differ = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
