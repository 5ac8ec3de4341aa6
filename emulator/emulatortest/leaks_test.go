package emulatortest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// left is a mistake that leaves goroutines, and what a report says of it.
type left struct {
	plant func(t *testing.T)
	says  []string
	lacks string
}

var lefts = map[string]left{
	"sleeper": {func(*testing.T) { plantedSleepers(3) },
		[]string{"leaks_test.go:", "not all of its goroutines", "3 goroutines were left running by emulatortest.plantedSleepers at leaks_test.go:", "[sleep]"}, ""},
	"client": {func(t *testing.T) { plantedClient(t); plantedClient(t) },
		[]string{"left running by 2 kgo clients", "w.KafkaOptions(), or close it"}, ""},
	"server": {func(*testing.T) { plantedServer() },
		[]string{"1 goroutine was left running by emulatortest.plantedServer at leaks_test.go:",
			"left running by http.(*Server).Serve at server.go:"}, ""},
	"test waits": {func(*testing.T) { go plantedSleepers(1); plantedWait() },
		[]string{"the test waits for something that never comes: [chan receive] in emulatortest.plantedWait at leaks_test.go:"}, ""},
	"failed too": {func(t *testing.T) { plantedSleepers(1); t.Fatal("the test's own complaint") },
		[]string{"the test's own complaint", "1 goroutine was left running by emulatortest.plantedSleepers"}, ""},
	"cleaned": {func(t *testing.T) {
		c := plantedClient(t)
		t.Cleanup(c.Close)
		t.Cleanup(func() { t.Error("cleanup ran") })
	},
		[]string{"cleanup ran"}, "left running"},
}

// plantedSleepers only sleep: time ends with the test, so they count.
func plantedSleepers(n int) {
	for range n {
		go time.Sleep(time.Hour)
	}
}

func plantedClient(t *testing.T) *kgo.Client {
	client, err := kgo.NewClient(kgo.SeedBrokers("127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func plantedServer() {
	here, there := net.Pipe()
	accept := make(chan net.Conn, 1)
	accept <- here
	go http.Serve(listener{accept}, nil)
	go fmt.Fprint(there, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_, _ = io.ReadAtLeast(there, make([]byte, 1<<10), 12)
}

// listener accepts what comes by a channel.
type listener struct{ conns chan net.Conn }

func (l listener) Accept() (net.Conn, error) { return <-l.conns, nil }
func (l listener) Close() error              { return nil }
func (l listener) Addr() net.Addr            { return &net.TCPAddr{} }

// plantedWait waits for what nobody sends.
func plantedWait() { <-make(chan int) }

// TestPlantedLeak leaves goroutines in the way the environment says: it is run
// by TestRunBubbleNamesWhatIsLeft.
func TestPlantedLeak(t *testing.T) {
	l, found := lefts[os.Getenv(planted)]
	if !found {
		t.Skip("nothing is planted")
	}
	t.Run("leaking", func(t *testing.T) { runBubble(t, l.plant) })
	t.Run("after", func(t *testing.T) {
		runBubble(t, func(t *testing.T) { time.Sleep(time.Hour); fmt.Println("life goes on") })
	})
}

func TestRunBubbleNamesWhatIsLeft(t *testing.T) {
	for mistake, l := range lefts {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			output, failed, _ := again(t, "TestPlantedLeak", mistake)
			for _, want := range append(l.says, "life goes on", "--- FAIL: TestPlantedLeak/leaking") {
				if !strings.Contains(output, want) {
					t.Errorf("the report does not say %q", want)
				}
			}
			for _, bad := range []string{"FAIL: TestPlantedLeak/after", "panic:", l.lacks} {
				if bad != "" && strings.Contains(output, bad) {
					t.Errorf("the report says %q", bad)
				}
			}
			if !failed {
				t.Error("the test passed")
			}
			if t.Failed() || os.Getenv("COLDBROOK_SHOW") != "" {
				t.Log(output)
			}
		})
	}
}

// TestSynctestPanicsWhenGoroutinesAreLeft pins what runBubble relies on.
func TestSynctestPanicsWhenGoroutinesAreLeft(t *testing.T) {
	panicOf := func(f func(*testing.T)) (p any) {
		defer func() { p = recover() }()
		synctest.Test(t, f)
		return nil
	}
	cleaned := false
	p := panicOf(func(t *testing.T) { t.Cleanup(func() { cleaned = true }); plantedSleepers(1) })
	if reason, ok := deadlock(p); !ok || !strings.Contains(reason, "main bubble goroutine has exited") || !cleaned {
		t.Errorf("goroutines left: got %v (cleaned up: %v)", p, cleaned)
	}
	cleaned = false
	p = panicOf(func(t *testing.T) { t.Cleanup(func() { cleaned = true }); plantedWait() })
	if reason, ok := deadlock(p); !ok || !strings.Contains(reason, "all goroutines in bubble are blocked") || cleaned {
		t.Errorf("all blocked: got %v (cleaned up: %v)", p, cleaned)
	}
	if p := panicOf(func(*testing.T) { time.Sleep(time.Hour) }); p != nil {
		t.Errorf("nothing left: got %v", p)
	}
	for _, other := range []any{"deadlock: a string", io.EOF, fmt.Errorf("deadlock: not the runtime's")} {
		if _, ok := deadlock(other); ok {
			t.Errorf("%v is taken for the runtime's panic", other)
		}
	}
}

func TestLeaksOfOneBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		self, bubble := currentGoroutine()
		if got := leaks(bubble, self, nil); len(got) != 0 {
			t.Errorf("before: got %v, want none", got)
		}
		quit := make(chan struct{})
		for range 2 {
			go func() { <-quit }()
		}
		go time.Sleep(time.Minute)
		synctest.Wait()
		got := leaks(bubble, self, nil)
		if len(got) != 2 || len(got[0].goroutines) != 2 || len(got[1].goroutines) != 1 {
			t.Errorf("got %v, want two of one owner and one of another", got)
		}
		sleeping := func(g goroutine) bool { return g.state == "sleep" }
		if got := leaks(bubble, self, sleeping); len(got) != 1 || len(got[0].goroutines) != 2 {
			t.Errorf("without sleepers: got %v, want one owner", got)
		}
		if got := leaks(bubble+1, self, nil); len(got) != 0 {
			t.Errorf("another bubble: got %v, want none", got)
		}
		close(quit)
		time.Sleep(time.Hour) // why: virtual time, for the last goroutine to end
		if got := leaks(bubble, self, nil); len(got) != 0 {
			t.Errorf("after: got %v, want none", got)
		}
	})
}
