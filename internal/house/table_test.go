package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// table is who may import whom, as ARCHITECTURE.md has it.
type table struct {
	may map[string][]string // room -> rooms it may import
	// later are rooms that are named and not built yet.
	later []string
}

// rooms returns the names of all rooms, sorted.
func (t table) rooms() []string {
	var names []string
	for name := range t.may {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

const fence = "```"

// parseTable reads the table from the block of text that opens with
// "imports" after its fence.
func parseTable(text string) (table, error) {
	_, block, found := strings.Cut(text, "\n"+fence+"imports\n")
	block, _, closed := strings.Cut(block, "\n"+fence)
	if !found || !closed {
		return table{}, fmt.Errorf("no block %simports: the table of section 4 is read from there", fence)
	}
	t := table{may: map[string][]string{}}
	var allBut []string // rooms whose right side is "all but ..."
	for line := range strings.Lines(block) {
		line = strings.TrimSpace(line)
		if names, ok := strings.CutPrefix(line, "later:"); ok {
			t.later = append(t.later, list(names)...)
			continue
		}
		left, right, ok := strings.Cut(line, "->")
		switch {
		case line == "":
			continue
		case !ok:
			return table{}, fmt.Errorf("line %q is neither \"room -> rooms\" nor \"later: rooms\"", line)
		}
		right = strings.TrimSpace(right)
		for _, room := range list(left) {
			if strings.HasPrefix(right, "all but ") {
				allBut = append(allBut, room)
			}
			t.may[room] = append(t.may[room], rightSide(right)...)
		}
	}
	for _, room := range allBut {
		excluded := append(t.may[room], room)
		t.may[room] = slices.DeleteFunc(t.rooms(), func(r string) bool { return slices.Contains(excluded, r) })
	}
	return t, t.check()
}

// check returns an error if a room is imported or awaited that has no line.
func (t table) check() error {
	for _, room := range t.rooms() {
		for _, to := range t.may[room] {
			if _, ok := t.may[to]; !ok {
				return fmt.Errorf("%s may import %q, which has no line of its own", room, to)
			}
		}
	}
	for _, room := range t.later {
		if _, ok := t.may[room]; !ok {
			return fmt.Errorf("%q comes later, and has no line of its own", room)
		}
	}
	return nil
}

// rightSide returns the rooms that the right side of a line names; those of
// "all but" are the excluded ones.
func rightSide(right string) []string {
	if right == "nothing of ours" {
		return nil
	}
	return list(strings.TrimPrefix(right, "all but "))
}

// list splits names at commas.
func list(names string) []string {
	var all []string
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// tableText wraps lines as ARCHITECTURE.md has them.
func tableText(lines ...string) string {
	return "# House\n\n" + fence + "imports\n" + strings.Join(lines, "\n") + "\n" + fence + "\n"
}

func TestParseTableReadsEveryForm(t *testing.T) {
	got, err := parseTable(tableText("cmd -> all but three", "one, two -> nothing of ours",
		"three -> one", "three -> two", "", "later: two"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"cmd": {"one", "two"}, "one": nil, "two": nil, "three": {"one", "two"}}
	for room, may := range want {
		if !slices.Equal(got.may[room], may) {
			t.Errorf("%s may import %q, want %q", room, got.may[room], may)
		}
	}
	if !slices.Equal(got.later, []string{"two"}) {
		t.Errorf("later: got %q, want two", got.later)
	}
}

func TestParseTableRefusesWhatItCannotHold(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"no block at all", "no block"},
		{tableText("one -> two"), `"two", which has no line`},
		{tableText("one -> nothing of ours", "later: two"), `"two" comes later`},
		{tableText("one imports two"), "neither"},
	} {
		if _, err := parseTable(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("parseTable(%q): got error %v, want %q", c.text, err, c.want)
		}
	}
}
