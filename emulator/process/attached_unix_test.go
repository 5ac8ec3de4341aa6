//go:build unix

package process

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// attach starts a shell command whose output goes to a pipe.
func attach(t *testing.T, shared bool, shell string) (*Attached, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	p, err := StartAttached(AttachedSpec{Path: "sh", Args: []string{"-c", shell}, Stdout: w, Stderr: os.Stderr, Shared: shared})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill(); <-p.Done() })
	return p, r
}

func awaitDone(t *testing.T, p *Attached) {
	t.Helper()
	select {
	case <-p.Done():
	case <-time.After(patience):
		t.Fatalf("process %d did not end within %v", p.PID(), patience)
	}
}

func TestAttachedExitCodes(t *testing.T) {
	for shell, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -KILL $$": 137, "kill -TERM $$": 143} {
		for _, shared := range []bool{false, true} {
			p, _ := attach(t, shared, shell)
			if awaitDone(t, p); p.ExitCode() != want {
				t.Errorf("%s: got %d, want %d", shell, p.ExitCode(), want)
			}
		}
	}
}

func TestAttachedStreamsAreUntouched(t *testing.T) {
	in := make([]byte, 1<<20)
	for i := range in {
		in[i] = byte(i * 7)
	}
	var out bytes.Buffer
	p, err := StartAttached(AttachedSpec{Path: "cat", Stdin: bytes.NewReader(in), Stdout: &out})
	if err != nil {
		t.Fatal(err)
	}
	if awaitDone(t, p); !bytes.Equal(in, out.Bytes()) {
		t.Errorf("got %d bytes, want the same %d", out.Len(), len(in))
	}
}

func TestAttachedThatCannotBeRun(t *testing.T) {
	if _, err := StartAttached(AttachedSpec{Path: "no-such-command"}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("got %v, want it not to be found", err)
	}
	if _, err := StartAttached(AttachedSpec{Path: t.TempDir()}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want that it may not be run", err)
	}
}

func TestNothingOfAnAttachedFamilyRemains(t *testing.T) {
	needSetsid(t)
	for name, end := range map[string]func(p *Attached){
		"exit":   func(p *Attached) { p.Signal(syscall.SIGUSR1) },
		"kill":   func(p *Attached) { p.Kill() },
		"signal": func(p *Attached) { p.Signal(syscall.SIGTERM) },
	} {
		for _, shared := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				p, r := attach(t, shared, `trap 'exit 0' USR1; sleep 1000 & echo $!; setsid sh -c 'echo $$; exec sleep 1000' & wait`)
				var text []byte
				for strings.Count(string(text), "\n") < 2 {
					buf := make([]byte, 100)
					n, err := r.Read(buf)
					if err != nil {
						t.Fatal(err)
					}
					text = append(text, buf[:n]...)
				}
				end(p)
				awaitDone(t, p)
				for _, pid := range strings.Fields(string(text)) {
					if listed(number(t, pid)) {
						t.Errorf("process %s is still there", pid)
					}
				}
			})
		}
	}
}
