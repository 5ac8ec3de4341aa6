package profile

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// facts is the file that the table was made from, beside the module.
const facts = "../../../shared/facts/coldstart_quantiles.json"

type factsFile struct {
	Q    []float64
	Rows map[string]struct {
		N  int
		Ms []float64
	}
}

// draw returns n draws of a row, in ms, by an implementation that shares nothing
// with Quantiles.
func (f *factsFile) draw(row string, n int, r *rand.Rand) []float64 {
	ms, draws := f.Rows[row].Ms, make([]float64, n)
	for i := range draws {
		u := r.Float64()
		j := max(1, min(slices.IndexFunc(f.Q, func(q float64) bool { return q > u }), len(ms)-1))
		draws[i] = ms[j-1] + (ms[j]-ms[j-1])*(u-f.Q[j-1])/(f.Q[j]-f.Q[j-1])
	}
	return draws
}

// readFacts returns the measurements, or skips the test where they are not.
func readFacts(t *testing.T) *factsFile {
	text, err := os.ReadFile(filepath.FromSlash(facts))
	if err != nil {
		t.Skipf("the measurements are not beside the module: %v", err)
	}
	f := &factsFile{}
	if err := json.Unmarshal(text, f); err != nil {
		t.Fatal(err)
	}
	return f
}

// measured is the name of a runtime's row in the file: what is called
// provided.* here is measured with functions in several languages, Go first.
func measured(runtime, architecture string) string {
	if version, ok := strings.CutPrefix(runtime, "provided."); ok {
		runtime = "go (prov." + version + ")"
	}
	return runtime + "|" + architecture + "|zip"
}

// Every runtime of every profile, on every architecture that the profile has.
func TestColdStartsAreThoseMeasured(t *testing.T) {
	f, r := readFacts(t), rand.New(rand.NewPCG(6, 70))
	done := map[string]bool{}
	for _, name := range Names() {
		p, _ := Lookup(name)
		for _, runtime := range p.Function.Runtimes {
			for _, architecture := range p.Function.Architectures {
				key := measured(runtime, architecture)
				if done[key] {
					continue
				}
				done[key] = true
				if q := ColdStart(runtime, architecture); q == nil {
					t.Errorf("%s: profile %s has the runtime, but there are no cold starts", key, name)
				} else {
					f.compare(t, key, q, r)
				}
			}
		}
	}
	if len(done) != len(coldStarts) {
		t.Errorf("compared %d rows, the table has %d", len(done), len(coldStarts))
	}
}

// compare compares a row of the file with the table made of it, by draws and
// point by point.
func (f *factsFile) compare(t *testing.T, key string, q *Quantiles, r *rand.Rand) {
	if f.Rows[key].N == 0 {
		t.Errorf("no measurement %q", key)
		return
	}
	const n = 100_000
	ours, theirs := make([]float64, n), f.draw(key, n, r)
	for i := range ours {
		ours[i] = float64(q.At(r.Uint64())) / 1e6
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	if d := kolmogorovSmirnov(ours, theirs); d > 0.035 {
		t.Errorf("%s: Kolmogorov-Smirnov distance: got %.4f, want at most 0.035", key, d)
	}
	for i, p := range f.Q {
		u := uint64(math.Min(p*(1<<64), 1<<64-2048))
		got, want := float64(q.At(u))/1e6, f.Rows[key].Ms[i]
		if math.Abs(got-want) > 0.001*want {
			t.Errorf("%s: p%g: got %.2f ms, want %.2f ms", key, p*100, got, want)
		}
	}
}

// Of the platform's own runtimes, the file has none that the profile has not,
// but for the one that the platform has deprecated.
func TestEveryMeasuredRuntimeIsListed(t *testing.T) {
	f := readFacts(t)
	p, _ := Lookup("aws")
	var missing []string
	for key := range f.Rows {
		name, _, _ := strings.Cut(key, "|")
		if !strings.Contains(name, " ") && !slices.Contains(p.Function.Runtimes, name) {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if got := slices.Compact(missing); !slices.Equal(got, []string{"python3.9"}) {
		t.Errorf("measured, but not in the profile: got %v, want python3.9 alone", got)
	}
}

// kolmogorovSmirnov is the largest difference between the distributions of two
// sorted samples.
func kolmogorovSmirnov(a, b []float64) float64 {
	var i, j int
	var most float64
	for i < len(a) && j < len(b) {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		most = max(most, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return most
}

// The test above can fail: two runtimes are told apart.
func TestKolmogorovSmirnovTellsRuntimesApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func(runtime string) []float64 {
		q, d := ColdStart(runtime, "x86_64"), make([]float64, 10_000)
		for i := range d {
			d[i] = float64(q.At(r.Uint64()))
		}
		slices.Sort(d)
		return d
	}
	if d := kolmogorovSmirnov(draw("nodejs22.x"), draw("nodejs24.x")); d < 0.1 {
		t.Errorf("distance of nodejs22.x and nodejs24.x: got %.3f, want at least 0.1", d)
	}
	if d := kolmogorovSmirnov(draw("nodejs22.x"), draw("nodejs22.x")); d > 0.035 {
		t.Errorf("distance of nodejs22.x to itself: got %.3f, want at most 0.035", d)
	}
}
