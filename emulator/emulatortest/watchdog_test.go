package emulatortest

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// planted names the environment variable that makes this binary, when the tests
// run it again, go wrong in the way it says.
const planted = "COLDBROOK_PLANTED"

// again runs this binary with the test of the given name and a mistake planted
// in it, and returns what it printed and how long it took.
func again(t *testing.T, name, mistake string) (output string, failed bool, took time.Duration) {
	t.Helper()
	began := time.Now()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), planted+"="+mistake, "GORACE=atexit_sleep_ms=0")
	stdin, silent, err := os.Pipe() // for the mistake of reading from it
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	defer silent.Close()
	cmd.Stdin = stdin
	out, err := cmd.CombinedOutput()
	return string(out), err != nil, time.Since(began)
}

// hang is a mistake that stops virtual time, and what a report says of it.
type hang struct {
	plant func(outside chan int)
	says  []string
}

var hangs = map[string]hang{
	"socket": {plantedSocket, []string{"plantedSocket at watchdog_test.go:", "[IO wait]", "real socket", "w.KafkaOptions() or w.Dial"}},
	"dial":   {plantedKafka, []string{"[IO wait]", "real socket", "w.KafkaOptions() or w.Dial"}},
	"mutex": {plantedMutex, []string{"plantedMutex.func", "[sync.Mutex.Lock]", "waits for a mutex", "may be held by one of these",
		"- emulatortest.plantedHolder at watchdog_test.go:", "2 more are at the same place", "unlock before every channel operation"}},
	"rwmutex":   {plantedRWMutex, []string{"plantedRWMutex.func", "[sync.RWMutex.RLock]", "waits for a mutex"}},
	"channel":   {plantedChannel, []string{"plantedChannel at watchdog_test.go:", "[chan receive]", "channel that was made outside Run", "make the channel"}},
	"select":    {plantedSelect, []string{"plantedSelect at watchdog_test.go:", "[select]", "channel that was made outside Run"}},
	"stdin":     {plantedStdin, []string{"plantedStdin at watchdog_test.go:", "real file, pipe or terminal", "before Run"}},
	"pipe":      {plantedPipe, []string{"plantedPipe at watchdog_test.go:", "real file, pipe or terminal"}},
	"child":     {plantedChild, []string{"plantedChild at watchdog_test.go:", "waits for a child process", "handler of a function"}},
	"waitgroup": {plantedWaitGroup, []string{"plantedWaitGroup at watchdog_test.go:", "[sync.WaitGroup.Wait]", "sync.WaitGroup that was made outside Run"}},
	"busy":      {plantedLoop, []string{"plantedLoop at watchdog_test.go:", "loop that never waits", "wait for a channel or a timer"}},
	"left":      {plantedLeft, []string{"plantedChannel at watchdog_test.go:", "channel that was made outside Run"}},
}

func plantedSocket(chan int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	_, _ = conn.Read(make([]byte, 1))
	runtime.KeepAlive(l) // the collector would close it
}

// plantedKafka is a client that dials without w.KafkaOptions a broker that says
// nothing.
func plantedKafka(chan int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(l.Addr().String()))
	if err != nil {
		panic(err)
	}
	client.ProduceSync(context.Background(), &kgo.Record{Topic: "bids"})
	runtime.KeepAlive(l) // the collector would close it
}

func plantedHolder(mu *sync.Mutex) {
	mu.Lock()
	time.Sleep(time.Hour) // why: virtual time, which the mutex holds up
	mu.Unlock()
}

func plantedMutex(chan int) {
	var mu sync.Mutex
	go plantedHolder(&mu)
	synctest.Wait()
	for range 3 {
		go func() { mu.Lock() }()
	}
	mu.Lock()
}

func plantedRWMutex(chan int) {
	var mu sync.RWMutex
	mu.Lock()
	go func() { mu.RLock() }()
	time.Sleep(time.Hour) // why: virtual time, which the mutex holds up
}

func plantedChannel(outside chan int) { <-outside }

func plantedSelect(outside chan int) {
	select {
	case <-outside:
	case <-time.After(time.Hour):
	}
}

func plantedStdin(chan int) { _, _ = os.Stdin.Read(make([]byte, 1)) }

func plantedPipe(chan int) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	_, _ = io.ReadAll(r)
	runtime.KeepAlive(w) // the collector would close it
}

func plantedChild(chan int) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestPlantedChild$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), planted+"=wait")
	cmd.Stdin = os.Stdin
	_ = cmd.Run()
}

// packageGroup is the mistake: a package's variable belongs to no bubble.
var packageGroup sync.WaitGroup

func plantedWaitGroup(chan int) {
	packageGroup.Add(1)
	packageGroup.Wait()
}

var spun atomic.Uint64

func plantedLoop(chan int) {
	for {
		spun.Add(1)
	}
}

// plantedLeft leaves a goroutine behind that waits outside the bubble, so that
// the bubble never ends.
func plantedLeft(outside chan int) { go plantedChannel(outside) }

// TestPlantedHang hangs in the way the environment says: it is run by
// TestWatchdogNamesWhatHangs.
func TestPlantedHang(t *testing.T) {
	h, found := hangs[os.Getenv(planted)]
	if !found {
		t.Skip("nothing is planted")
	}
	w := startWatchdog(watchdogConfig{name: t.Name(), limit: 200 * time.Millisecond, progress: func() uint64 { return 7 }})
	defer w.stop()
	outside := make(chan int)
	runBubble(t, func(*testing.T) {
		w.enter()
		h.plant(outside)
	})
}

// TestPlantedChild is a child process that waits until its standard input ends.
func TestPlantedChild(t *testing.T) {
	if os.Getenv(planted) != "wait" {
		t.Skip("nothing is planted")
	}
	_, _ = io.ReadAll(os.Stdin)
}

func TestWatchdogNamesWhatHangs(t *testing.T) {
	for mistake, h := range hangs {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			output, failed, took := again(t, "TestPlantedHang", mistake)
			says := append(h.says, "emulatortest: TestPlantedHang: virtual time has stood still for ",
				"panic: emulatortest: TestPlantedHang: virtual time has stood still for ")
			for _, want := range says {
				if !strings.Contains(output, want) {
					t.Errorf("the report does not say %q", want)
				}
			}
			if !failed || took > 30*time.Second {
				t.Errorf("failed %v after %v, want a failure within seconds", failed, took)
			}
			if t.Failed() || os.Getenv("COLDBROOK_SHOW") != "" {
				t.Log(output)
			}
		})
	}
}

// ticking is the progress of a world that stands still, and closes a channel
// once the watchdog has asked for it a number of times.
type ticking struct {
	asked   int
	until   int
	outside chan int
}

func (p *ticking) progress() uint64 {
	if p.asked++; p.asked == p.until {
		close(p.outside)
	}
	return 0
}

// watching runs f in a bubble under a watchdog with a limit of 100 ms. Its
// channel is closed after a number of ticks, or when there is a report. watching
// returns the reports there were by the time f had ended.
func watching(t *testing.T, ticks int, cfg watchdogConfig, f func(outside chan int)) []string {
	t.Helper()
	p := ticking{until: ticks, outside: make(chan int)}
	moving := cfg.progress
	cfg.progress = func() uint64 {
		still := p.progress()
		if moving != nil {
			return moving()
		}
		return still
	}
	var reports []string
	cfg.name, cfg.limit = t.Name(), 100*time.Millisecond
	cfg.fail = func(report string) {
		reports = append(reports, report)
		close(p.outside)
	}
	w := startWatchdog(cfg)
	runBubble(t, func(*testing.T) {
		w.enter()
		f(p.outside)
	})
	w.stop()
	w.stop() // more than once is fine
	return reports
}

const never = -1 // in ticks

func TestWatchdogIsQuiet(t *testing.T) {
	moves := uint64(0)
	for name, c := range map[string]struct {
		cfg     watchdogConfig
		ticks   int
		reports int
	}{
		"control":         {watchdogConfig{}, never, 1},
		"progress":        {watchdogConfig{progress: func() uint64 { moves++; return moves }}, 2 * ticksPerLimit, 0},
		"excused":         {watchdogConfig{excused: func() bool { return true }}, 2 * ticksPerLimit, 0},
		"below the limit": {watchdogConfig{}, ticksPerLimit / 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if reports := watching(t, c.ticks, c.cfg, plantedChannel); len(reports) != c.reports {
				t.Errorf("got %d reports, want %d: %v", len(reports), c.reports, reports)
			}
		})
	}
}

func TestWatchdogGivesComputationsMoreTime(t *testing.T) {
	compute := func(outside chan int) {
		for {
			select {
			case <-outside:
				return
			default:
				spun.Add(1)
			}
		}
	}
	if reports := watching(t, 2*ticksPerLimit, watchdogConfig{}, compute); len(reports) > 0 {
		t.Errorf("twice the limit: got %v, want no report", reports)
	}
	if reports := watching(t, never, watchdogConfig{}, compute); len(reports) != 1 {
		t.Errorf("without end: got %v, want one report", reports)
	}
}

func TestWatchdogIsSilentOutsideTheBubble(t *testing.T) {
	var reports atomic.Int64
	cfg := watchdogConfig{limit: 20 * time.Millisecond, progress: func() uint64 { return 0 }, fail: func(string) { reports.Add(1) }}
	for name, bubble := range map[string]int{"not entered": 0, "ended": 1 << 30} {
		cfg.bubble = bubble
		w := startWatchdog(cfg)
		<-time.After(100 * time.Millisecond) // five limits, and in this state a report would take one
		w.stop()
		if n := reports.Load(); n != 0 {
			t.Errorf("%s: got %d reports, want none", name, n)
		}
	}
	cfg.limit = -1
	startWatchdog(cfg).stop() // does nothing, and does not hang
}

func TestSuspicionNeedsTheSameGoroutineInARow(t *testing.T) {
	waiting := func(ids ...int) scene {
		var s scene
		for _, id := range ids {
			s.blocked = append(s.blocked, goroutine{id: id})
		}
		return s
	}
	busy := scene{blocked: []goroutine{{id: 1}}, busy: []goroutine{{id: 9}}}
	for name, c := range map[string]struct {
		scenes []scene
		want   string // ids named at the end, "" for none
	}{
		"the same":     {[]scene{waiting(1, 2), waiting(3, 1), waiting(1, 4)}, "1"},
		"too few":      {[]scene{waiting(1), waiting(1)}, ""},
		"different":    {[]scene{waiting(1), waiting(2), waiting(3)}, ""},
		"busy between": {[]scene{waiting(1), waiting(1), busy, waiting(1)}, ""},
		"after busy":   {[]scene{waiting(1), busy, waiting(1), waiting(1), waiting(1)}, "1"},
	} {
		var p suspicion
		got := ""
		for _, s := range c.scenes {
			if p.confirm(&s) {
				for _, g := range s.blocked {
					got += fmt.Sprint(g.id)
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestDiagnoseNamesTheTagForMutexesOfTheClient(t *testing.T) {
	g := goroutine{state: "sync.Mutex.Lock", stack: []frame{
		{function: "sync.(*Mutex).Lock"},
		{function: kafkaModule + "/pkg/kgo.(*Client).Produce"},
		{function: ourModule + "/examples/bids.TestBids", file: "bids_test.go"},
	}}
	if d := diagnose(g, origins{}, false); !strings.Contains(d.instead, "-tags synctests") {
		t.Errorf("without the tag: got %q", d.instead)
	}
	if d := diagnose(g, origins{}, true); strings.Contains(d.instead, "-tags") || !strings.Contains(d.instead, "callback") {
		t.Errorf("with the tag: got %q", d.instead)
	}
	g.stack = g.stack[2:]
	if d := diagnose(g, origins{}, false); strings.Contains(d.instead, "-tags") {
		t.Errorf("a mutex of the test: got %q", d.instead)
	}
}
