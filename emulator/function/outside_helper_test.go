package function_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/runtimeapi"
)

// worker is a goroutine outside a bubble. Its channels are made there, too.
type worker struct {
	work chan func()
	done chan struct{}
}

// outside starts n goroutines, which end with the test, and returns what runs
// functions on them. It is called before synctest.Test.
func outside(t testing.TB, n int) (run func(f func())) {
	t.Helper()
	idle := make(chan worker, n)
	var group sync.WaitGroup
	var all []worker
	for range n {
		w := worker{make(chan func()), make(chan struct{})}
		all = append(all, w)
		idle <- w
		group.Go(func() {
			for f := range w.work {
				f()
				w.done <- struct{}{}
			}
		})
	}
	t.Cleanup(func() {
		for _, w := range all {
			close(w.work)
		}
		group.Wait()
	})
	return func(f func()) {
		w := <-idle
		w.work <- f
		<-w.done
		idle <- w
	}
}

// helperInit says what the helper does in its init: nothing (""), "dial",
// "dial and exit" or "hang".
const helperInit = "HELPER_INIT"

// helper is the real launcher, and this test binary its handler.
func helper(t testing.TB, init string, timeout time.Duration) function.Launcher {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l, err := runtimeapi.New(runtimeapi.Config{
		FunctionName: "ship", Runtime: "provided.al2023", Code: ".", Timeout: timeout, Freeze: true,
		Command: []string{binary, "-test.run=^TestHelperHandler$"}, Env: []string{helperInit + "=" + init, "HELPER=1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// order is what an invocation tells the helper to do, field by field.
type order struct {
	Stdout, Stderr []string
	Dial           string // an address; "kafka" is the environment's. It stays open.
	Await          bool   // until the connection ends
	Sleep          time.Duration
	Exit           bool // before it answers
	ExitAfter      bool // once it answered
}

// told is the helper's response: how it was started and what it was told.
type told struct {
	Left time.Duration // until the deadline
	Temp string        // its folder for temporary files
	Dial string        // the error of it
}

// TestHelperHandler is no test: it is a handler in a process of its own.
func TestHelperHandler(t *testing.T) {
	if os.Getenv("HELPER") == "" {
		t.Skip("this is the handler of other tests")
	}
	switch os.Getenv(helperInit) {
	case "dial":
		dial("kafka", true)
	case "dial and exit":
		dial("kafka", true)
		os.Exit(3)
	case "hang":
		select {}
	}
	base := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(base + "next")
		if err != nil {
			os.Exit(1)
		}
		body, _ := io.ReadAll(next.Body)
		next.Body.Close()
		var o order
		if err := json.Unmarshal(body, &o); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		ms, _ := strconv.ParseInt(next.Header.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
		answer, _ := json.Marshal(obey(o, time.Until(time.UnixMilli(ms))))
		post, err := http.Post(base+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json", bytes.NewReader(answer))
		if err != nil {
			os.Exit(1)
		}
		io.Copy(io.Discard, post.Body)
		post.Body.Close()
		if o.ExitAfter {
			os.Exit(4)
		}
	}
}

func obey(o order, left time.Duration) told {
	answer := told{Left: left, Temp: os.TempDir()}
	if len(o.Stdout) > 0 {
		fmt.Println(strings.Join(o.Stdout, "\n"))
	}
	if len(o.Stderr) > 0 {
		fmt.Fprintln(os.Stderr, strings.Join(o.Stderr, "\n"))
	}
	if o.Dial != "" {
		if err := dial(o.Dial, o.Await); err != nil {
			answer.Dial = err.Error()
		}
	}
	<-time.After(o.Sleep)
	if o.Exit {
		os.Exit(3)
	}
	return answer
}

// open are the helper's connections.
var open []net.Conn

func dial(address string, await bool) error {
	if address == "kafka" {
		address = os.Getenv("KAFKA_BOOTSTRAP_SERVERS")
	}
	conn, err := net.Dial("tcp", address)
	if err == nil && await {
		_, err = conn.Read(make([]byte, 1))
	}
	open = append(open, conn)
	return err
}

// payload is the event document of an order.
func payload(o order) []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // cannot happen: strings, numbers and booleans
	}
	return text
}
