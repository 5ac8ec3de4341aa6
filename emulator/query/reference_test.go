package query

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

var update = flag.Bool("update", false, "write the reference into doc.go and docs/filter.md")

// TestReferenceIsInTheDocuments compares; with -update it writes.
func TestReferenceIsInTheDocuments(t *testing.T) {
	const docs = "../../docs/filter.md"
	compare(t, "doc.go", "holds this comment to:\n//\n", "package query\n", prefixed("//\t", Reference(96)))
	compare(t, docs, "<!-- reference -->\n```text\n", "```\n<!-- end -->", Reference(110))
}

func prefixed(prefix, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line == "\n" {
			b.WriteString("//\n")
			continue
		}
		b.WriteString(prefix + line)
	}
	return b.String()
}

func compare(t *testing.T, file, before, after, want string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	head, rest, ok := strings.Cut(text, before)
	got, tail, found := strings.Cut(rest, after)
	if !ok || !found {
		t.Fatalf("%s: there is no place for the reference", file)
	}
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: the reference is not that of the code; go test ./emulator/query -run Reference -update writes it", file)
		return
	}
	if err := os.WriteFile(file, []byte(head+before+want+after+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestNamesAreUnique holds that a name has one meaning.
func TestNamesAreUnique(t *testing.T) {
	var names []string
	for _, f := range Fields() {
		names = append(append(names, f.Name), f.Also...)
	}
	for _, p := range Predicates() {
		names = append(names, p.Name)
		if p.Told != (p.holds == nil) {
			t.Errorf("predicate %s: is told, and holds of an entry, or neither", p.Name)
		}
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			t.Errorf("the name %q has two meanings", names[i])
		}
	}
}

// TestSetsHoldAllNames holds that kinds and outcomes have a bit each.
func TestSetsHoldAllNames(t *testing.T) {
	kinds, outcomes := kindNames(), outcomeNames()
	if len(kinds) > 64 || len(outcomes) > 64 {
		t.Errorf("got %d kinds and %d outcomes, want 64 at most", len(kinds), len(outcomes))
	}
	if got := kinds[journal.ReaderAwaited]; got != "reader-awaited" {
		t.Errorf("the last kind is %q", got)
	}
	if got := outcomes[journal.Abandoned]; got != "abandoned" {
		t.Errorf("the last outcome is %q", got)
	}
}
