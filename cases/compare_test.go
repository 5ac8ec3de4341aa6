package cases

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// message is a record of topic t; key "-" is none.
func message(partition int32, key, value string) journal.Message {
	m := journal.Message{Topic: "t", Partition: partition, Value: []byte(value)}
	if key != "-" {
		m.Key = []byte(key)
	}
	return m
}

// brief writes differences as kind:key:paths.
func brief(all []Difference) string {
	var words []string
	for _, d := range all {
		word := d.Kind + ":" + d.Key
		for _, p := range d.Paths {
			word += fmt.Sprintf(":%s %s>%s", p.Path, p.Expected, p.Got)
		}
		words = append(words, word)
	}
	return strings.Join(words, " | ")
}

func TestCompareTopic(t *testing.T) {
	a1, a2, b1 := message(0, "a", `{"n":1}`), message(0, "a", `{"n":2}`), message(1, "b", `{"n":1}`)
	for _, c := range []struct {
		name      string
		how       string
		ignore    []string
		want, got []journal.Message
		differ    string
	}{
		{"equal", "exact", nil, []journal.Message{a1, a2, b1}, []journal.Message{a1, a2, b1}, ""},
		{"spaces and order of members do not count", "exact", nil, []journal.Message{message(0, "a", `{"a":1,"b":2}`)}, []journal.Message{message(0, "a", `{ "b":2, "a":1.0 }`)}, ""},
		{"partitions apart", "exact", nil, []journal.Message{a1, b1}, []journal.Message{b1, a1}, ""},
		{"another partition", "exact", nil, []journal.Message{a1}, []journal.Message{message(1, "a", `{"n":1}`)}, "missing:a | surplus:a"},
		{"another partition, per key", "per-key", nil, []journal.Message{a1}, []journal.Message{message(1, "a", `{"n":1}`)}, ""},
		{"order of a key", "per-key", nil, []journal.Message{a1, a2}, []journal.Message{a2, a1}, "moved:a"},
		{"order of a key, multiset", "multiset", nil, []journal.Message{a1, a2}, []journal.Message{a2, a1}, ""},
		{"no key has no order", "per-key", nil, []journal.Message{message(0, "-", "x"), message(0, "-", "y")}, []journal.Message{message(0, "-", "y"), message(0, "-", "x")}, ""},
		{"no key is not an empty one", "multiset", nil, []journal.Message{message(0, "-", "x")}, []journal.Message{message(0, "", "x")}, "missing:null | surplus:\"\""},
		{"changed", "per-key", nil, []journal.Message{a1, b1}, []journal.Message{a1, message(1, "b", `{"n":3,"m":[1]}`)}, "changed:b:m nothing>[1]:n 1>3"},
		{"ignored", "per-key", []string{"v.at", "items[].id"}, []journal.Message{message(0, "a", `{"at":1,"items":[{"id":1,"n":1}]}`)},
			[]journal.Message{message(0, "a", `{"items":[{"id":2,"n":1}]}`)}, ""},
		{"one more", "per-key", nil, []journal.Message{a2}, []journal.Message{a1, a2}, "surplus:a"},
		{"one less", "multiset", nil, []journal.Message{a1, a1}, []journal.Message{a1}, "missing:a"},
		{"no JSON", "exact", nil, []journal.Message{message(0, "a", "x")}, []journal.Message{message(0, "a", "y")}, "changed:a"},
		{"a number is not a text", "exact", nil, []journal.Message{message(0, "a", `{"n":1}`)}, []journal.Message{message(0, "a", `{"n":"1"}`)}, `changed:a:n 1>"1"`},
		{"large numbers", "exact", nil, []journal.Message{message(0, "a", "9007199254740993")}, []journal.Message{message(0, "a", "9007199254740992")}, "changed:a:value 9007199254740993>9007199254740992"},
		{"null is not nothing", "exact", nil, []journal.Message{message(0, "a", `{"n":null}`)}, []journal.Message{message(0, "a", `{}`)}, "changed:a:n null>nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := compareTopic(&config.TopicExpect{Topic: "t", Compare: c.how, Ignore: c.ignore}, c.want, c.got)
			if err != nil || brief(all) != c.differ {
				t.Errorf("got %s, %v, want %s", brief(all), err, c.differ)
			}
		})
	}
}

func TestCompareHeaders(t *testing.T) {
	with := message(0, "a", "x")
	with.Headers = []journal.Header{{Key: "h", Value: []byte("1")}}
	for _, headers := range []bool{false, true} {
		all, err := compareTopic(&config.TopicExpect{Topic: "t", Compare: "exact", Headers: headers}, []journal.Message{with}, []journal.Message{message(0, "a", "x")})
		if want := map[bool]string{false: "", true: "changed:a:headers [h=1]>[]"}[headers]; err != nil || brief(all) != want {
			t.Errorf("headers %v: got %s, %v, want %s", headers, brief(all), err, want)
		}
	}
}

func TestCompareExactNeedsPartitions(t *testing.T) {
	_, err := compareTopic(&config.TopicExpect{Topic: "t", Compare: "exact"}, []journal.Message{message(fixtures.Unknown, "a", "x")}, nil)
	if err != errNoPartitions {
		t.Errorf("got %v, want %v", err, errNoPartitions)
	}
}

func drawRecords(t *rapid.T) []journal.Message {
	var all []journal.Message
	for range rapid.IntRange(0, 30).Draw(t, "records") {
		all = append(all, message(rapid.Int32Range(0, 2).Draw(t, "partition"), rapid.SampledFrom([]string{"-", "", "a", "b", "ö"}).Draw(t, "key"),
			rapid.SampledFrom([]string{"x", "", "12", `{"n": 1}`, `{"n":[1,{"m":2}]}`, "\x00\xff", "null"}).Draw(t, "value")))
	}
	return all
}

// TestGoldenHoldsForWhatItWasMadeOf writes records as a golden and compares them with it.
func TestGoldenHoldsForWhatItWasMadeOf(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		expect := &config.TopicExpect{Topic: "t", Compare: rapid.SampledFrom([]string{"exact", "per-key", "multiset"}).Draw(t, "compare"), Headers: rapid.Bool().Draw(t, "headers")}
		got := drawRecords(t)
		slices.SortStableFunc(got, func(a, b journal.Message) int { return int(a.Partition - b.Partition) })
		g := &golden{path: filepath.Join(dir, "below", "golden.jsonl.gz")}
		g.add(expect, 3, got)
		if err := g.write(); err != nil {
			t.Fatal(err)
		}
		want, err := readGolden(g.path, "t")
		if err != nil {
			t.Fatal(err)
		}
		if all, err := compareTopic(expect, want, got); err != nil || len(all) > 0 {
			t.Fatalf("got %s, %v, want no difference", brief(all), err)
		}
		if len(got) == 0 {
			return
		}
		i := rapid.IntRange(0, len(got)-1).Draw(t, "changed")
		got[i].Value = []byte(`{"planted":true}`)
		if all, err := compareTopic(expect, want, got); err != nil || len(all) == 0 {
			t.Fatalf("got %s, %v, want a difference", brief(all), err)
		}
	})
}

// TestAlignFindsFewestDifferences takes records out of a sequence and puts others in.
func TestAlignFindsFewestDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want, got []item
		most := 0
		for i := range rapid.IntRange(0, 40).Draw(t, "records") {
			same := item{text: fmt.Sprint(i), Message: message(0, "k", "")}
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				want, most = append(want, same), most+1
			case 1:
				got, most = append(got, same), most+1
			default:
				want, got = append(want, same), append(got, same)
			}
		}
		if n := len(align(want, got)); n > most || (n == 0) != (most == 0) {
			t.Fatalf("got %d differences, want at most %d", n, most)
		}
	})
}

func TestProblemTextAndJUnit(t *testing.T) {
	r := &Result{Name: "a\x1b", Outcome: Failed, Problems: []Problem{{What: "expect.topics.t", Message: "t differs", Count: 3, Lines: []string{"a story"},
		Differences: []Difference{{Kind: changed, Key: "k", Record: "t/0 @1", Line: 2, Paths: []PathDifference{{"n", "1", "\x1b[2J"}}}, {Kind: missing, Key: "k", Line: 3, Expected: "x"}}}}}
	const want = "> expect.topics.t: t differs\n>   changed: key k, t/0 @1, golden record 2\n>     n: expected 1, got \uFFFD[2J\n" +
		">   missing: key k, golden record 3\n>     expected x\n>   and 1 record more\n>   a story\n"
	if got := r.Problems[0].Text("> "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var b strings.Builder
	if err := WriteJUnit(&b, []*Result{r, {Outcome: OK}, {Outcome: Skipped}, {Outcome: Broken}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `tests="4" failures="1" errors="1" skipped="1"`) || strings.Contains(b.String(), "\x1b") {
		t.Errorf("got %s", b.String())
	}
}
