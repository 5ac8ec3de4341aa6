package main

import "strings"

// diffContext is how many equal lines a diff shows around those that differ, and
// diffCells to how many pairs of lines it looks for the shortest one: more are shown as
// all gone and all new.
const (
	diffContext = 3
	diffCells   = 4 << 20
)

// lineDiff returns what differs between two texts: lines that are gone with "- " in front,
// new ones with "+ ", those around them with "  ", and "..." where equal ones are left out.
// Nothing is returned for equal texts.
func lineDiff(before, after string) []string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var lines []string
	for _, l := range a[:head] {
		lines = append(lines, "  "+l)
	}
	lines = append(lines, changedLines(a[head:len(a)-tail], b[head:len(b)-tail])...)
	for _, l := range a[len(a)-tail:] {
		lines = append(lines, "  "+l)
	}
	return around(lines)
}

// changedLines is the shortest way from a to b, by the longest common subsequence of their lines.
func changedLines(a, b []string) []string {
	var lines []string
	i, j := 0, 0
	if len(a)*len(b) <= diffCells {
		common := commonLines(a, b)
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				lines = append(lines, "  "+a[i])
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				lines = append(lines, "- "+a[i])
				i++
			default:
				lines = append(lines, "+ "+b[j])
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		lines = append(lines, "- "+a[i])
	}
	for ; j < len(b); j++ {
		lines = append(lines, "+ "+b[j])
	}
	return lines
}

// commonLines[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
func commonLines(a, b []string) [][]int32 {
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return common
}

// around leaves out the equal lines that are far from any that differs.
func around(lines []string) []string {
	near := make([]bool, len(lines))
	differs := false
	for i, l := range lines {
		if l[0] == ' ' {
			continue
		}
		differs = true
		for k := max(0, i-diffContext); k <= min(len(lines)-1, i+diffContext); k++ {
			near[k] = true
		}
	}
	if !differs {
		return nil
	}
	var shown []string
	for i, l := range lines {
		switch {
		case near[i]:
			shown = append(shown, l)
		case i == 0 || near[i-1]:
			shown = append(shown, "...")
		}
	}
	return shown
}
