package function_test

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

const noKafka = `function "ship" opened a connection to Kafka; a child process has no Kafka address in virtual time: ` +
	`return the records as output, or run this test with emulatortest.Start`

func TestTrapClosesAndCounts(t *testing.T) {
	trap, err := function.NewTrap()
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(3) {
		conn, err := net.Dial("tcp", trap.Addr())
		if err != nil {
			t.Fatal(err)
		}
		conn.Write([]byte("\x00\x00\x00\x10\x00\x12\x00\x03"))
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want the end of the connection", err)
		}
		conn.Close()
		if got := trap.Touched(); got != n+1 {
			t.Errorf("got %d connections, want %d", got, n+1)
		}
	}
	trap.Close()
	trap.Close()
	if conn, err := net.Dial("tcp", trap.Addr()); err == nil {
		conn.Close()
		t.Error("the port is open after Close")
	}
	if got := trap.Touched(); got != 3 {
		t.Errorf("got %d connections after Close, want 3", got)
	}
}

func TestTrapFailsTheInvocationThatTouchesIt(t *testing.T) {
	o := function.Outside{Launcher: helper(t, "", time.Minute), Run: outside(t, 1)}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		defer i.Stop()
		for range 2 {
			answered(t, invoke(t, i, order{}))
			r := invoke(t, i, order{Dial: "kafka", Await: true})
			if r.Outcome != journal.FunctionError || r.ErrorType != "Coldbrook.NoKafka" || r.ErrorMessage != noKafka || r.Ended {
				t.Errorf("got %+v, want %s", r, noKafka)
			}
			if document := string(r.Payload); !strings.HasPrefix(document, `{"errorMessage":"function \"ship\" opened`) ||
				!strings.HasSuffix(document, `"errorType":"Coldbrook.NoKafka"}`) {
				t.Errorf("got document %s", document)
			}
		}
		r := invoke(t, i, order{Dial: "kafka", Await: true, Exit: true})
		if r.ErrorType != "Coldbrook.NoKafka" || !r.Ended {
			t.Errorf("got %+v, want the cause of the exit", r)
		}
	})
}

func TestTrapFailsTheInitThatTouchesIt(t *testing.T) {
	run := outside(t, 1)
	well := function.Outside{Launcher: helper(t, "dial", time.Minute), Run: run}
	exits := function.Outside{Launcher: helper(t, "dial and exit", time.Minute), Run: run}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		_, err := well.Launch(t.Context(), spec(&lines))
		f, ok := errors.AsType[*function.InitFailure](err)
		if !ok || f.Type != "Coldbrook.NoKafka" || f.Message+"; "+f.Hint != noKafka {
			t.Errorf("got %#v, want that there is no Kafka", err)
		}
		_, err = exits.Launch(t.Context(), spec(&lines))
		f, ok = errors.AsType[*function.InitFailure](err)
		if !ok || f.Type != "Runtime.ExitError" || f.Hint != noKafka {
			t.Errorf("got %#v, want the exit and why", err)
		}
		if len(lines) > 0 {
			t.Errorf("got lines %q, want it to be told once", lines)
		}
	})
}

// TestTrapTellsOfAConnectionAfterTheLastInvocation: its data went nowhere, which
// must not go unnoticed.
func TestTrapTellsOfAConnectionAfterTheLastInvocation(t *testing.T) {
	var kafka string
	o := function.Outside{Run: outside(t, 1), Launcher: fake{launch: func(s function.Spec) { kafka = s.Kafka }}}
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		i := launch(t, o, spec(&lines))
		o.Run(func() {
			if conn, err := net.Dial("tcp", kafka); err == nil {
				conn.Read(make([]byte, 1))
				conn.Close()
			}
		})
		i.Stop()
		if want := []string{"stderr: coldbrook: " + noKafka}; !slices.Equal(lines, want) {
			t.Errorf("got lines %q, want %q", lines, want)
		}
	})
}
