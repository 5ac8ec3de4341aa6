package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// TestMain makes the test binary coldbrook itself, and handler, a function for
// the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"coldbrook": main, "handler": handler, "cacher": cacher, "journal-dump": journalDump, "journal-follow": journalFollow,
		"ui-panics": uiPanics})
}

// handler answers each record with {"got": value}, and with the version of its code,
// which a script that is the code sets as VERSION before it executes this. What it does
// besides is said by the values: "fail" fails, "defect" fails with the version 1, "exit"
// ends the process, "wait" waits until the file named by RELEASE is there. With NOW it
// answers with the time of day, too.
func handler() {
	lambda.Start(func(ctx context.Context, e events.KafkaEvent) (any, error) {
		type answer struct {
			Got     string `json:"got"`
			Version string `json:"version,omitempty"`
			Now     string `json:"now,omitempty"`
		}
		var answers []answer
		for _, records := range e.Records {
			for _, r := range records {
				value, err := base64.StdEncoding.DecodeString(r.Value)
				if err != nil {
					return nil, err
				}
				if err := obey(ctx, string(value)); err != nil {
					return nil, err
				}
				a := answer{Got: string(value), Version: os.Getenv("VERSION")}
				if os.Getenv("NOW") != "" {
					a.Now = time.Now().String()
				}
				answers = append(answers, a)
			}
		}
		return answers, nil
	})
}

func obey(ctx context.Context, order string) error {
	switch order {
	case "fail":
		return errors.New("told to fail")
	case "defect":
		if os.Getenv("VERSION") == "1" {
			return errors.New("defect of version 1")
		}
	case "exit":
		os.Exit(3)
	case "wait":
		fmt.Println("waiting to be released")
		for ctx.Err() == nil {
			if _, err := os.Stat(os.Getenv("RELEASE")); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond) // why: there is nothing to wait on but a file
		}
	}
	return nil
}

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("scripts start processes")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition: func(name string) (bool, error) {
			switch name {
			case "nohup":
				return signal.Ignored(syscall.SIGHUP), nil
			case "debugpy": // that of the python3 in PATH
				return exec.Command("python3", "-c", "import debugpy").Run() == nil, nil
			case "maven": // it downloads what it has not, so it must be asked for
				_, none := exec.LookPath("mvn")
				return none == nil && os.Getenv("COLDBROOK_TEST_MAVEN") != "", nil
			case "kafkajs": // that which NODE_PATH leads to
				return exec.Command("node", "-e", "require.resolve('kafkajs')").Run() == nil, nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
		Setup: func(e *testscript.Env) error {
			// Handlers that are built find the module cache; nothing is downloaded.
			for _, name := range []string{"GOMODCACHE", "GOCACHE", "GOFLAGS"} {
				out, err := exec.Command("go", "env", name).Output()
				if err == nil {
					e.Setenv(name, string(regexp.MustCompile(`\s+$`).ReplaceAll(out, nil)))
				}
			}
			shop, err := filepath.Abs("../../tui/testdata/shop.journal")
			if err != nil {
				return err
			}
			e.Setenv("SHOP", shop)
			auction, err := filepath.Abs("../../examples/auction")
			if err != nil {
				return err
			}
			e.Setenv("AUCTION", auction)
			e.Setenv("GOPROXY", "off")
			e.Setenv("NODE_PATH", os.Getenv("NODE_PATH"))
			e.Setenv("NO_COLOR", "1")
			// Else each process waits a second at its end for races to be reported.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			endLate(e)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await": await, "await-instance": awaitInstance, "exec-status": execStatus,
			"kafka-port": kafkaPort, "taken-port": takenPort, "lines": lines,
			"signal": sendSignal, "same-entries": sameEntries,
		},
	})
}

// exec-status N CMD [ARG...] is exec for a command that ends with status N.
func execStatus(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("%v ended with status %d, want %s", args[1:], got, args[0])
	}
}

// awaitTime is how long a script waits for something to become true.
const awaitTime = 2 * time.Minute

// await PATTERN CMD [ARG...] runs a command until what it prints matches.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: await PATTERN CMD [ARG...]")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	deadline := time.Now().Add(awaitTime)
	for {
		err := ts.Exec(args[1], args[2:]...)
		out := ts.ReadFile("stdout")
		if err == nil && pattern.MatchString(out) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%v never printed %s; last, with %v:\n%s", args[1:], args[0], err, out)
		}
		time.Sleep(10 * time.Millisecond) // why: a process can only be polled
	}
}

// await-instance [DIR] waits until an instance runs in a folder.
func awaitInstance(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(folderOf(args))
	deadline := time.Now().Add(awaitTime)
	for {
		i, err := control.Read(dir)
		if err == nil != neg {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("await-instance: got %+v, %v", i, err)
		}
		time.Sleep(10 * time.Millisecond) // why: a process can only be polled
	}
}

// signal INT|TERM|HUP|KILL sends a signal to the instance in the folder of the script.
func sendSignal(ts *testscript.TestScript, _ bool, args []string) {
	i, err := control.Read(ts.MkAbs("."))
	ts.Check(err)
	p, err := os.FindProcess(i.PID)
	ts.Check(err)
	ts.Check(p.Signal(map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "KILL": os.Kill}[args[0]]))
}

// kafka-port NAME [DIR] sets a variable to the port of an instance's Kafka.
func kafkaPort(ts *testscript.TestScript, _ bool, args []string) {
	i, err := control.Read(ts.MkAbs(folderOf(args[1:])))
	ts.Check(err)
	_, port, err := net.SplitHostPort(i.Kafka)
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// taken-port NAME sets a variable to a port that a listener has until the end.
func takenPort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// lines FILE N checks that a file has N lines, each of which is a JSON object.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	text, n := []byte(ts.ReadFile(args[0])), 0
	for _, l := range regexp.MustCompile(`[^\n]+`).FindAll(text, -1) {
		var o map[string]any
		if err := json.Unmarshal(l, &o); err != nil {
			ts.Fatalf("line %d: %v: %s", n+1, err, l)
		}
		n++
	}
	if want := args[1]; want != "some" && fmt.Sprint(n) != want || n == 0 {
		ts.Fatalf("got %d lines, want %s", n, want)
	}
}

// same-entries DUMP JSON checks that what journal-dump printed and what --format json did
// have the same entries.
func sameEntries(ts *testscript.TestScript, _ bool, args []string) {
	entries := regexp.MustCompile(`(?m)^\{.*$`)
	dumped, printed := entries.FindAllString(ts.ReadFile(args[0]), -1), entries.FindAllString(ts.ReadFile(args[1]), -1)
	if len(dumped) == 0 || !slices.Equal(dumped, printed) {
		ts.Fatalf("got %d entries, want %d, the same", len(dumped), len(printed))
	}
}
