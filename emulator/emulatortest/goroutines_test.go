package emulatortest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// sampleDump has every form of entry that Go 1.26 writes, some of them with
// GOTRACEBACK=system.
const sampleDump = `goroutine 24 [running, synctest bubble 1]:
shop/orders.dump()
	/home/a b/orders/dump.go:13 +0x3d
testing.tRunner(0x127436ea2b48, 0x5f6db8)
	/usr/local/go/src/testing/testing.go:2036 +0xea
created by testing/synctest.testingSynctestTest in goroutine 23
	/usr/local/go/src/testing/testing.go:2150 +0x277

goroutine 25 [sleep (durable), 3 minutes, synctest bubble 1]:
time.Sleep(0x3b9aca00)
	/usr/local/go/src/runtime/time.go:361 +0x145
shop/orders.(*Cache[...]).loop(0x1, {0x2, ...})
	C:/orders/cache.go:24 +0x4f fp=0xc000 sp=0xc001 pc=0x5
...12 frames elided...
created by shop/orders.New in goroutine 24
	C:/orders/cache.go:20

goroutine 26 gp=0xc0001 m=nil [sync.Mutex.Lock, locked to thread, synctest bubble 12 labels:{"a": "b, 7 minutes]:"}]:
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:46
created by gopkg.in/yaml%2ev3.Start

goroutine 27 gp=0xc1 m=3 mp=0xc2 [chan receive (nil chan) (scan) (durable)]:
	goroutine running on other thread; stack unavailable

goroutine 1 [chan receive]:
main.main()
	_testmain.go:64 +0x9b
`

func TestParseGoroutinesReadsWhatTheRuntimeWrites(t *testing.T) {
	all := parseGoroutines(sampleDump)
	var got strings.Builder
	for _, g := range all {
		fmt.Fprintf(&got, "%d [%s] durable=%v bubble=%d minutes=%d by %q %s:%d of %d\n", g.id, g.state, g.durable, g.bubble, g.minutes,
			g.createdBy.function, g.createdBy.file, g.createdBy.line, g.creator)
		for _, f := range g.stack {
			fmt.Fprintf(&got, "  %s %s:%d\n", f.function, f.file, f.line)
		}
	}
	want := `24 [running] durable=false bubble=1 minutes=0 by "testing/synctest.testingSynctestTest" /usr/local/go/src/testing/testing.go:2150 of 23
  shop/orders.dump /home/a b/orders/dump.go:13
  testing.tRunner /usr/local/go/src/testing/testing.go:2036
25 [sleep] durable=true bubble=1 minutes=3 by "shop/orders.New" C:/orders/cache.go:20 of 24
  time.Sleep /usr/local/go/src/runtime/time.go:361
  shop/orders.(*Cache[...]).loop C:/orders/cache.go:24
26 [sync.Mutex.Lock] durable=false bubble=12 minutes=0 by "gopkg.in/yaml%2ev3.Start" :0 of 0
  sync.(*Mutex).Lock /usr/local/go/src/sync/mutex.go:46
27 [chan receive (nil chan)] durable=true bubble=0 minutes=0 by "" :0 of 0
1 [chan receive] durable=false bubble=0 minutes=0 by "" :0 of 0
  main.main _testmain.go:64
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if text := all[1].text; !strings.HasPrefix(text, "goroutine 25 [sleep") || !strings.HasSuffix(text, "cache.go:20") {
		t.Errorf("text of goroutine 25 is\n%s", text)
	}
}

func TestParseGoroutinesReadsARealDump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id, bubble := currentGoroutine()
		if id == 0 || bubble == 0 {
			t.Fatalf("got goroutine %d in bubble %d, want both known", id, bubble)
		}
		go time.Sleep(time.Hour)
		inside := make(chan int)
		go sleeper(inside)
		synctest.Wait()
		s := lookAt(parseGoroutines(dumpGoroutines()), bubble)
		if self := s.all[id]; self.state != "running" || self.bubble != bubble {
			t.Errorf("got %+v for the test's own goroutine", self)
		}
		found := false
		for _, g := range s.durable {
			if f, _ := buildOrigins().users(g); strings.HasSuffix(f.function, ".sleeper") {
				found = g.state == "chan receive" && g.creator == id && strings.HasSuffix(f.file, "goroutines_test.go") && f.line > 0
			}
		}
		if !found || len(s.blocked) > 0 {
			t.Errorf("got durable %+v\nblocked %+v", s.durable, s.blocked)
		}
		close(inside)
		time.Sleep(2 * time.Hour) // why: virtual time, for the sleeping goroutine to end
	})
	if id, bubble := currentGoroutine(); id == 0 || bubble != 0 {
		t.Errorf("got goroutine %d in bubble %d, want no bubble", id, bubble)
	}
}

func sleeper(c chan int) { <-c }

func TestDumpGrowsUntilItFits(t *testing.T) {
	quit := make(chan struct{})
	const many, deep = 100, 40 // some 700 KB of stacks, over the first buffer
	var ready sync.WaitGroup
	ready.Add(many)
	for range many {
		go diver(deep, func() { ready.Done(); <-quit })
	}
	ready.Wait()
	dump := dumpGoroutines()
	close(quit)
	divers := 0
	for _, g := range parseGoroutines(dump) {
		if len(g.stack) > deep {
			divers++
		}
	}
	if divers < many || len(dump) < 256<<10 {
		t.Errorf("got %d goroutines in %d bytes, want %d", divers, len(dump), many)
	}
}

// diver calls f with n of its own frames below it.
func diver(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	diver(n-1, f)
}

// written writes g as the runtime does.
func written(g goroutine) string {
	var b strings.Builder
	fmt.Fprintf(&b, "goroutine %d [%s", g.id, g.state)
	if g.durable {
		b.WriteString(" (durable)")
	}
	if g.minutes > 0 {
		fmt.Fprintf(&b, ", %d minutes", g.minutes)
	}
	if g.bubble > 0 {
		fmt.Fprintf(&b, ", synctest bubble %d", g.bubble)
	}
	b.WriteString("]:")
	for _, f := range g.stack {
		fmt.Fprintf(&b, "\n%s(0x1, {0x2?, 0x3})\n\t%s:%d +0x1f", f.function, f.file, f.line)
	}
	if g.createdBy.function != "" {
		fmt.Fprintf(&b, "\ncreated by %s in goroutine %d\n\t%s:%d +0x2", g.createdBy.function, g.creator, g.createdBy.file, g.createdBy.line)
	}
	return b.String()
}

func TestParseGoroutinesReversesTheRuntime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frames := rapid.Custom(func(t *rapid.T) frame {
			return frame{
				function: rapid.StringMatching(`([a-z][a-z0-9.-]{0,8}/){0,3}[a-z][a-z%0-9]{0,6}\.(\(\*T(\[\.\.\.\])?\)\.)?[A-Za-z]{1,8}(\.func[1-9])?`).Draw(t, "function"),
				file:     rapid.StringMatching(`(C:)?/[a-z :+/]{0,10}x\.go`).Draw(t, "file"),
				line:     rapid.IntRange(1, 9999).Draw(t, "line"),
			}
		})
		var want []goroutine
		var texts []string
		for range rapid.IntRange(0, 5).Draw(t, "goroutines") {
			g := goroutine{
				id:      rapid.IntRange(1, 1<<30).Draw(t, "id"),
				state:   rapid.SampledFrom(append([]string{"running", "runnable", "chan receive (nil chan)"}, blockingStates...)).Draw(t, "state"),
				durable: rapid.Bool().Draw(t, "durable"),
				bubble:  rapid.IntRange(0, 9).Draw(t, "bubble"),
				minutes: rapid.IntRange(0, 9).Draw(t, "minutes"),
				stack:   rapid.SliceOfN(frames, 0, 4).Draw(t, "stack"),
			}
			if rapid.Bool().Draw(t, "created") {
				g.createdBy, g.creator = frames.Draw(t, "by"), rapid.IntRange(1, 99).Draw(t, "creator")
			}
			g.text = written(g)
			want, texts = append(want, g), append(texts, g.text)
		}
		got := parseGoroutines(strings.Join(texts, "\n\n") + "\n")
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func FuzzParseGoroutines(f *testing.F) {
	f.Add(sampleDump)
	f.Add(dumpGoroutines())
	f.Add("goroutine 99999999999999999999 [, , synctest bubble ]:\n(\n()\n\t:1\ncreated by \n")
	f.Fuzz(func(t *testing.T, dump string) {
		o := origins{modules: []string{"shop"}}
		all := parseGoroutines(dump)
		rest := dump
		for _, g := range all {
			i := strings.Index(rest, g.text)
			if i < 0 || !strings.HasPrefix(g.text, "goroutine ") {
				t.Fatalf("text of goroutine %d is not in the dump, or not in order: %q", g.id, g.text)
			}
			rest = rest[i+len(g.text):]
			if g.id < 0 || g.bubble < 0 || g.minutes < 0 || g.creator < 0 {
				t.Fatalf("negative: %+v", g)
			}
		}
		for bubble := range 3 {
			s := lookAt(all, bubble)
			_ = s.report("TestX", time.Second)
			_ = leakReport(leaksIn(all, bubble, 1, nil))
		}
		for _, g := range all {
			_ = diagnose(g, o, true)
		}
	})
}

func TestOriginsTellWhoseCodeItIs(t *testing.T) {
	o := origins{modules: []string{"shop", "github.com/a/b", ourModule, ""}}
	for function, want := range map[string]origin{
		"net/http.(*conn).serve":                                      standardCode,
		"runtime.gopark":                                              standardCode,
		"vendor/golang.org/x/net/dns.(*Parser).Skip":                  standardCode,
		"shop/orders.(*Cache).loop":                                   userCode,
		"shop/orders_test.TestX.func1":                                userCode,
		"shop_test.TestX":                                             userCode,
		"main.main.func1":                                             userCode,
		"github.com/a/b.F[...]":                                       userCode,
		"gopkg.in/yaml%2ev3.Unmarshal":                                userCode,
		kafkaModule + "/pkg/kgo.(*Client).updateMetadataLoop":         kafkaCode,
		kafkaModule + "/pkg/kfake.(*Cluster).run.gowrap1":             kafkaCode,
		ourModule + "/emulator.(*conductor).run":                      ourCode,
		ourModule + "/emulator/emulatortest.(*World).Produce":         ourCode,
		ourModule + "/examples/auction.handle":                        userCode,
		"github.com/coldbrook-dev/coldbrook-plugins/x.(*Thing).Start": userCode,
	} {
		if got := o.of(frame{function: function, file: "/x/y.go"}); got != want {
			t.Errorf("%s: got %d, want %d", function, got, want)
		}
	}
	own := frame{function: ourModule + "/emulator/emulatortest.TestX", file: "/x/run_test.go"}
	if got := o.of(own); got != userCode {
		t.Errorf("a test of ours: got %d, want that of a user", got)
	}
	if got := (frame{function: "gopkg.in/yaml%2ev3.(*Node).Decode"}).pkg(); got != "gopkg.in/yaml.v3" {
		t.Errorf("got package %q", got)
	}
}
