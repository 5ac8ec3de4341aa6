package emulator_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// BenchmarkSave is from a save to the first event that the new code handles, with 500
// events a second; beside it what it cannot be faster than: the start of the bare
// interpreter, or the bare go build of the handler.
func BenchmarkSave(b *testing.B) {
	for _, l := range languages {
		b.Run(l.name, func(b *testing.B) {
			const saves = 20
			e := edit(b, l)
			stop := e.load(b, 500)
			e.await(b, "v0", nil)
			var took, bare []time.Duration
			for range 5 {
				bare = append(bare, e.bare(b))
			}
			version := 0
			for b.Loop() {
				for range saves {
					version++
					v := fmt.Sprint("v", version)
					begun := time.Now()
					e.save(b, v)
					e.await(b, v, nil)
					took = append(took, time.Since(begun))
					time.Sleep(300 * time.Millisecond) // why: nobody saves faster; the next interpreter starts meanwhile
				}
			}
			stop()
			e.reportParts(b, version+1)
			slices.Sort(took)
			slices.Sort(bare)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(bare[len(bare)/2].Microseconds())/1000, "bare-p50-ms")
			b.ReportMetric(0, "ns/op")
			e.end()
		})
	}
}

// reportParts reports the medians of what reloads up to a revision consisted of.
func (e *edited) reportParts(b *testing.B, last int) {
	parts := map[string][]int64{}
	e.started.await(func(entry *journal.Entry) bool {
		if entry.Kind == journal.Reloaded {
			p := entry.Measured.Reload
			for name, took := range map[string]int64{"seen": p.Seen, "build": p.Build, "init": p.Init, "drain": p.Drain, "live": entry.Measured.Took} {
				parts[name] = append(parts[name], took)
			}
		}
		return entry.Kind == journal.Reloaded && int(entry.Revision) == last
	})
	for name, took := range parts {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2]/1000)/1000, name+"-ms")
	}
}

// bare is how long the language alone takes for this code.
func (e *edited) bare(b *testing.B) time.Duration {
	args := map[string][]string{
		"node": {"node", "-e", "0"}, "python": {"python3", "-c", "0"},
		"go": {"go", "build", "-buildvcs=false", "-o", filepath.Join(e.dir, "bare"), "."},
	}[e.name]
	if e.name == "go" { // else it is in the cache by now
		path := filepath.Join(e.dir, "copy")
		if err := os.CopyFS(path, os.DirFS(filepath.Join(e.dir, "f"))); err != nil {
			b.Fatal(err)
		}
		defer os.RemoveAll(path)
		main := filepath.Join(path, e.file)
		text, err := os.ReadFile(main)
		if err == nil {
			err = os.WriteFile(main, append(text, fmt.Appendf(nil, "\nconst other = %q\n", strconv.FormatInt(time.Now().UnixNano(), 10))...), 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = path
		return e.timed(b, cmd)
	}
	return e.timed(b, exec.Command(args[0], args[1:]...))
}

func (e *edited) timed(b *testing.B, cmd *exec.Cmd) time.Duration {
	begun := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return time.Since(begun)
}

// BenchmarkSaveStorm is 100 saves in 10 s under 2,000 events a second: every offset is
// handled once, and the last save handles the last.
func BenchmarkSaveStorm(b *testing.B) {
	for _, l := range languages {
		b.Run(l.name, func(b *testing.B) {
			for b.Loop() {
				e := edit(b, l)
				d := newHandledOnce(b)
				stop := e.load(b, 2000)
				e.await(b, "v0", d.add)
				begun := time.Now()
				for n := range 100 {
					e.save(b, fmt.Sprint("v", n+1))
					time.Sleep(time.Until(begun.Add(time.Duration(n+1) * 100 * time.Millisecond))) // why: 10 saves a second
				}
				saved := time.Now()
				e.await(b, "v100", d.add)
				b.ReportMetric(float64(time.Since(saved).Milliseconds()), "last-ms")
				produced := stop()
				e.awaitAll(b, d, produced, nil)
				d.check(produced)
				b.ReportMetric(float64(d.total), "events")
				e.end()
			}
		})
	}
}

// BenchmarkReloads is b.N reloads under load, and what they leave behind: run it with
// -benchtime 1000x.
func BenchmarkReloads(b *testing.B) {
	for _, l := range languages[:2] {
		b.Run(l.name, func(b *testing.B) {
			e := edit(b, l)
			stop := e.load(b, 500)
			e.await(b, "v0", nil)
			for n := range 10 { // what is made once is made now
				e.reload(b, n+1)
			}
			before, half := use(), used{}
			for n := range b.N {
				if n == b.N/2 {
					half = use() // the journal and the topics have filled up by then
				}
				e.reload(b, n+11)
			}
			after := use()
			stop()
			b.ReportMetric(float64(after.goroutines-before.goroutines), "goroutines-more")
			b.ReportMetric(float64(after.files-before.files), "files-more")
			b.ReportMetric(float64(after.children-before.children), "children-more")
			b.ReportMetric(float64(after.heap)/(1<<20), "MB")
			b.ReportMetric(float64(after.heap-half.heap)/(1<<20), "MB-more-than-half-way")
			e.end()
		})
	}
}

func (e *edited) reload(b *testing.B, version int) {
	e.save(b, fmt.Sprint("v", version))
	e.await(b, fmt.Sprint("v", version), nil)
}

// used is what this process has.
type used struct{ goroutines, files, children, heap int }

func use() used {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u := used{goroutines: runtime.NumGoroutine(), heap: int(m.HeapAlloc)}
	files, _ := os.ReadDir("/proc/self/fd")
	u.files = len(files)
	out, _ := exec.Command("pgrep", "-P", strconv.Itoa(os.Getpid())).Output()
	for _, c := range out {
		if c == '\n' {
			u.children++
		}
	}
	return u
}
