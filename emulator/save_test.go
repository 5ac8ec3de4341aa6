package emulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/twmb/franz-go/pkg/kgo"
)

// language is a handler of one file, which answers each record with its version,
// partition and offset.
type language struct {
	name, program          string // what must be installed
	runtime, file, handler string
	text                   string // VERSION stands for its version
	more                   map[string]string
}

var languages = []language{
	{
		name: "node", program: "node", runtime: "nodejs24.x", file: "index.js", handler: "index.handler",
		text: `const version = 'VERSION';
exports.handler = async (event) => Object.values(event.records).flat().map((r) => ` + "`${version} ${r.partition}/${r.offset}`" + `);
`,
	},
	{
		name: "python", program: "python3", runtime: "python3.13", file: "index.py", handler: "index.handler",
		text: `VERSION_ = "VERSION"

def handler(event, context):
    return ["%s %d/%d" % (VERSION_, r["partition"], r["offset"]) for records in event["records"].values() for r in records]
`,
	},
	{
		name: "go", program: "go", runtime: "provided.al2023", file: "main.go", text: goText,
		more: map[string]string{"go.mod": "module example.com/f\n\ngo 1.24\n"},
	},
}

// goText speaks the Runtime API itself, so that it needs no module.
const goText = `package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

const version = "VERSION"

type record struct {
	Partition int32
	Offset    int64
}

func main() {
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(base + "next")
		if err != nil {
			os.Exit(1)
		}
		var event struct{ Records map[string][]record }
		json.NewDecoder(next.Body).Decode(&event)
		next.Body.Close()
		out := []string{}
		for _, records := range event.Records {
			for _, r := range records {
				out = append(out, fmt.Sprintf("%s %d/%d", version, r.Partition, r.Offset))
			}
		}
		answer, _ := json.Marshal(out)
		response, err := http.Post(base+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", bytes.NewReader(answer))
		if err != nil {
			os.Exit(1)
		}
		response.Body.Close()
	}
}
`

// edited is a run whose handler is edited.
type edited struct {
	*started
	language
	dir string
	out *kgo.Client
}

// edit starts a run with the handler of a language, version v0, that is watched.
func edit(tb testing.TB, l language) *edited {
	tb.Helper()
	if _, err := exec.LookPath(l.program); err != nil {
		tb.Skip(l.program + " is not installed")
	}
	e := &edited{language: l, dir: tb.TempDir()}
	code := filepath.Join(e.dir, "f")
	if err := os.Mkdir(code, 0o755); err != nil {
		tb.Fatal(err)
	}
	for name, text := range l.more {
		if err := os.WriteFile(filepath.Join(code, name), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	e.save(tb, "v0")
	e.started = start(tb, emulator.Config{
		Dir: e.dir, Profile: "aws-provisioned", CPU: "off", Reload: emulator.Reload{Watch: true}, Kafka: emulator.Kafka{Retention: 8 << 20},
		Topics: []emulator.Topic{{Name: "in", Partitions: 3}, {Name: "out", Partitions: 1}}, // one, which has the order of the invocations
		Functions: []emulator.Function{{
			Name: "f", Runtime: l.runtime, Code: "f", Handler: l.handler, Output: "out", Timeout: 10 * time.Second,
			ColdStart: &emulator.ColdStart{Off: true},
			Events:    []emulator.Event{{Topic: "in", BatchSize: 100, BatchWindow: new(time.Duration(0))}},
		}},
	})
	e.run()
	e.out = e.client(kgo.ConsumeTopics("out"))
	return e
}

// save writes a version of the handler, by a rename as most editors do.
func (e *edited) save(tb testing.TB, version string) {
	tb.Helper()
	path := filepath.Join(e.dir, "f", e.file)
	text := strings.ReplaceAll(strings.ReplaceAll(e.text, `"VERSION"`, `"`+version+`"`), `'VERSION'`, `'`+version+`'`)
	if err := os.WriteFile(path+".tmp", []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		tb.Fatal(err)
	}
}

// load produces records at a rate, until stop is called, which returns how many
// there are by partition.
func (e *edited) load(tb testing.TB, perSecond int) (stop func() [3]int64) {
	c := e.client()
	ctx, cancel := context.WithCancel(context.Background())
	var produced [3]int64
	var work sync.WaitGroup
	work.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		begun := time.Now()
		for n := 0; ; {
			for ; n < int(time.Since(begun).Seconds()*float64(perSecond)); n++ {
				c.Produce(context.Background(), &kgo.Record{Topic: "in", Partition: int32(n % 3), Value: []byte("x")}, nil)
				produced[n%3]++
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() [3]int64 {
		cancel()
		work.Wait()
		if err := c.Flush(context.Background()); err != nil {
			tb.Fatal(err)
		}
		return produced
	}
}

// await reads outputs until one is of a version, or any if that is empty, and hands each
// to seen.
func (e *edited) await(tb testing.TB, version string, seen func(version string, partition int32, offset int64)) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for {
		fetches := e.out.PollFetches(ctx)
		if ctx.Err() != nil {
			tb.Fatalf("got no output of version %s within 60 s", version)
		}
		found := false
		for _, r := range fetches.Records() {
			var v string
			var p int32
			var o int64
			if _, err := fmt.Sscanf(string(r.Value), "%s %d/%d", &v, &p, &o); err != nil {
				tb.Fatalf("got output %q", r.Value)
			}
			if seen != nil {
				seen(v, p, o)
			}
			found = found || v == version || version == ""
		}
		if found {
			return
		}
	}
}

// awaitRest waits until no revision is being made.
func (e *edited) awaitRest(tb testing.TB) {
	tb.Helper()
	quiet := 0
	for range 1000 {
		if e.Status().Functions[0].Next == "" {
			quiet++
		} else {
			quiet = 0
		}
		if quiet > 20 {
			return
		}
		time.Sleep(10 * time.Millisecond) // why: what the watcher sees and when, nothing tells
	}
	tb.Fatal("revisions are being made after 10 s")
}

// awaitAll reads outputs until as many were handled as were produced.
func (e *edited) awaitAll(tb testing.TB, d *handledOnce, produced [3]int64, seen func(version string)) {
	tb.Helper()
	for d.total < produced[0]+produced[1]+produced[2] {
		e.await(tb, "", func(version string, partition int32, offset int64) {
			d.add(version, partition, offset)
			if seen != nil {
				seen(version)
			}
		})
	}
}

// after adds what was produced to what was before.
func after(before, more [3]int64) [3]int64 {
	for p := range more {
		more[p] += before[p]
	}
	return more
}

// handledOnce checks what was handled: every offset once.
type handledOnce struct {
	tb    testing.TB
	count [3]map[int64]int
	total int64
}

func newHandledOnce(tb testing.TB) *handledOnce {
	return &handledOnce{tb: tb, count: [3]map[int64]int{{}, {}, {}}}
}

func (d *handledOnce) add(_ string, partition int32, offset int64) {
	d.count[partition][offset]++
	d.total++
}

// check compares with what was produced.
func (d *handledOnce) check(produced [3]int64) {
	d.tb.Helper()
	for p := range produced {
		for o := range produced[p] {
			if n := d.count[p][o]; n != 1 {
				d.tb.Errorf("%d/%d was handled %d times, want once", p, o, n)
				return
			}
		}
	}
}

// TestSavesAtRandomMoments saves at random moments under load: no record is lost or
// delivered twice, and the last save is what handles the last record.
func TestSavesAtRandomMoments(t *testing.T) {
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			const saves = 12
			e := edit(t, l)
			d := newHandledOnce(t)
			stop := e.load(t, 500)
			e.await(t, "v0", d.add)
			for n := range saves {
				time.Sleep(time.Duration(rand.N(150)) * time.Millisecond) // why: the moment is random on purpose
				e.save(t, fmt.Sprint("v", n+1))
			}
			last := fmt.Sprint("v", saves)
			e.await(t, last, d.add)
			e.awaitRest(t)
			produced := stop()
			e.awaitAll(t, d, produced, nil)
			d.check(produced)
			more := e.load(t, 500)
			time.Sleep(100 * time.Millisecond) // why: some records that come after the last revision
			produced = after(produced, more())
			e.awaitAll(t, d, produced, func(version string) {
				if version != last {
					t.Errorf("got version %s after %s was live", version, last)
				}
			})
			e.end()
		})
	}
}
