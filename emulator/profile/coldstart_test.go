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

func TestColdStartsAreThoseMeasured(t *testing.T) {
	text, err := os.ReadFile(filepath.FromSlash(facts))
	if err != nil {
		t.Skipf("the measurements are not beside the module: %v", err)
	}
	var f factsFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	const n = 100_000
	r := rand.New(rand.NewPCG(6, 70))
	for _, row := range coldStarts {
		source := row.runtime
		if strings.HasPrefix(source, "provided.") {
			source = "go (prov." + strings.TrimPrefix(source, "provided.") + ")"
		}
		key := source + "|" + row.architecture + "|zip"
		if f.Rows[key].N == 0 {
			t.Errorf("no measurement %q", key)
			continue
		}
		q, ours := ColdStart(row.runtime, row.architecture), make([]float64, n)
		for i := range ours {
			ours[i] = float64(q.At(r.Uint64())) / 1e6
		}
		theirs := f.draw(key, n, r)
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
