package process

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// TestRestartStartsAgain: one that runs, one that had done its work, and one that waits
// after its death.
func TestRestartStartsAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are commands of a Unix shell")
	}
	for name, command := range map[string]string{"runs": "sleep 60", "done": "true", "dead": "exit 3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			started, exited := make(chan int, 10), make(chan time.Duration, 10)
			restarts, ended := make(chan chan<- Restarted), make(chan error, 1)
			go func() {
				ended <- Supervise(ctx, SuperviseSpec{
					Spec: Spec{Shell: command}, Grace: time.Minute, Restart: restarts, first: time.Hour,
					Started: func(pid int) { started <- pid },
					Exited:  func(_ string, delay time.Duration) { exited <- delay },
				})
			}()
			before := receive(t, started)
			for range 3 {
				if name != "runs" {
					if delay := receive(t, exited); (delay != 0) != (name == "dead") || delay > time.Hour {
						t.Errorf("got a delay of %v", delay)
					}
				}
				answer := make(chan Restarted, 1)
				restarts <- answer
				if r := receive(t, answer); r.Err != nil || r.Start <= 0 || (r.Stop > 0) != (name == "runs") {
					t.Errorf("got %+v", r)
				}
				if name == "runs" {
					receive(t, exited)
				}
				pid := receive(t, started)
				if pid == before {
					t.Errorf("pid %d goes on", pid)
				}
				before = pid
			}
			cancel()
			if err := receive(t, ended); err != nil {
				t.Error(err)
			}
		})
	}
}

func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came within 20 s")
		panic("unreachable")
	}
}
