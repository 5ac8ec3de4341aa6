//go:build unix

package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func init() {
	helpers["host"] = host
}

// alive reports whether a process runs or is stopped; ended ones that were not
// reaped yet count as gone.
func alive(pid int) bool {
	for _, p := range processes() {
		if p.pid == pid {
			return !p.zombie
		}
	}
	return false
}

// listed reports whether a process is on the list, also as a zombie.
func listed(pid int) bool { return syscall.Kill(pid, 0) == nil }

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// stopped reports whether a process is frozen: stopped (T), or waiting (D) for
// a child that was stopped between vfork and exec.
func stopped(t *testing.T, pid int) bool {
	t.Helper()
	ps, err := exec.LookPath("ps")
	if err != nil {
		t.Skip("ps is not there")
	}
	out, _ := exec.Command(ps, "-o", "stat=", "-p", strconv.Itoa(pid)).Output() // it fails if there is no such process
	return strings.HasPrefix(string(out), "T") || strings.HasPrefix(string(out), "D")
}

func TestStatusOfTheLeader(t *testing.T) {
	for shell, want := range map[string]string{
		"exit 0": "exit status 0", "exit 3": "exit status 3", "kill -KILL $$": "signal: killed",
	} {
		if got := ended(t, start(t, Spec{Shell: shell})); got != want {
			t.Errorf("%s: got %q, want %q", shell, got, want)
		}
	}
}

func TestBothStreamsAndEnvironmentAndFolder(t *testing.T) {
	out, dir := newTranscript(), t.TempDir()
	p := start(t, Spec{Shell: `pwd; echo "$COLOUR" >&2; printf end`, Dir: dir, Env: append(os.Environ(), "COLOUR=blue"), Output: out.add})
	ended(t, p)
	for _, want := range []string{"stdout: " + dir, "stderr: blue", "stdout: end"} {
		out.await(t, want)
	}
}

func TestStopAsksFirstAndKillsAfterGrace(t *testing.T) {
	out := newTranscript()
	polite := start(t, Spec{Shell: `trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done`, Output: out.add})
	out.await(t, "stdout: ready")
	polite.Stop(patience)
	if got := polite.Status(); got != "exit status 7" {
		t.Errorf("got %q, want exit status 7", got)
	}
	out.await(t, "stdout: bye")

	out = newTranscript()
	deaf := start(t, Spec{Shell: `trap '' TERM; echo ready; while :; do sleep 0.01; done`, Output: out.add})
	out.await(t, "stdout: ready")
	deaf.Stop(10 * time.Millisecond)
	if got := deaf.Status(); got != "signal: killed" {
		t.Errorf("got %q, want signal: killed", got)
	}
}

func TestStopWakesAFrozenProgram(t *testing.T) {
	out := newTranscript()
	p := start(t, Spec{Shell: `trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done`, Output: out.add})
	out.await(t, "stdout: ready")
	p.Freeze()
	eventually(t, "the program is stopped", func() bool { return stopped(t, p.PID()) })
	p.Stop(patience)
	if got := p.Status(); got != "exit status 7" {
		t.Errorf("got %q, want exit status 7", got)
	}
}

func TestFreezeStopsTheWholeGroupAndThawContinuesIt(t *testing.T) {
	out := newTranscript()
	p := start(t, Spec{Shell: `sh -c 'echo child $$; while :; do sleep 0.01; done' & echo ready; wait`, Output: out.add})
	child := number(t, out.await(t, "stdout: child "))
	p.Freeze()
	for _, pid := range []int{p.PID(), child} {
		eventually(t, "it is stopped", func() bool { return stopped(t, pid) })
	}
	p.Thaw()
	for _, pid := range []int{p.PID(), child} {
		eventually(t, "it runs", func() bool { return !stopped(t, pid) })
	}
	p.Freeze()
	p.Kill()
	if got := ended(t, p); got != "signal: killed" {
		t.Errorf("got %q, want signal: killed", got)
	}
	p.Freeze() // nothing happens
	p.Thaw()
	p.Stop(time.Hour)
}

// escapes is a shell program that leaves behind a child in its group, one in a
// session of its own, and one that was forked twice, and prints their pids.
const escapes = `
sh -c 'echo grouped $$; exec sleep 1000' &
setsid sh -c 'echo escaped $$; exec sleep 1000' &
sh -c 'setsid sh -c "echo orphaned \$\$; exec sleep 1000" & exit 0'
`

func needSetsid(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("setsid is not there")
	}
}

func TestNothingOfTheFamilyRemains(t *testing.T) {
	needSetsid(t)
	for name, end := range map[string]func(p *Process){
		"exit":           func(p *Process) { syscall.Kill(p.PID(), syscall.SIGUSR1) },
		"stop":           func(p *Process) { p.Stop(patience) },
		"kill":           func(p *Process) { p.Kill() },
		"kill if frozen": func(p *Process) { p.Freeze(); p.Kill() },
		"crash":          func(p *Process) { syscall.Kill(p.PID(), syscall.SIGKILL) },
	} {
		t.Run(name, func(t *testing.T) {
			out := newTranscript()
			p := start(t, Spec{Shell: `trap 'exit 0' USR1 TERM` + escapes + "wait; echo idle; while :; do sleep 0.01; done", Output: out.add})
			var pids []int
			for _, who := range []string{"grouped", "escaped", "orphaned"} {
				pids = append(pids, number(t, out.await(t, "stdout: "+who+" ")))
			}
			end(p)
			ended(t, p)
			for _, pid := range append(pids, p.PID()) {
				if listed(pid) {
					t.Errorf("process %d is still there", pid)
				}
			}
		})
	}
}

func TestEscapeeWithoutOurMarkIsFoundByItsParent(t *testing.T) {
	needSetsid(t)
	out := newTranscript()
	p := start(t, Spec{Shell: `env -i PATH="$PATH" setsid sh -c 'echo escaped $$; sleep 1000; :' & wait`, Output: out.add})
	pid := number(t, out.await(t, "stdout: escaped "))
	p.Stop(0)
	if listed(pid) {
		t.Errorf("process %d is still there", pid)
	}
}

func TestStrangerThatHoldsThePipeDoesNotHangStop(t *testing.T) {
	out := newTranscript()
	p := start(t, Spec{Shell: `echo ready; sleep 1000`, Output: out.add})
	out.await(t, "stdout: ready")
	stranger, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/1", p.PID()), os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /proc: ", err)
	}
	defer stranger.Close()
	io.WriteString(stranger, "from outside")
	p.Stop(0)
	out.await(t, "stdout: from outside")
}

func TestGuardianIsGoneWithTheLastProcess(t *testing.T) {
	guardians := func() int {
		attendance.mu.Lock()
		defer attendance.mu.Unlock()
		return attendance.guardian.cmd.Process.Pid
	}
	a := start(t, Spec{Shell: "sleep 1000"})
	pid := guardians()
	b := start(t, Spec{Shell: "sleep 1000"})
	if got := guardians(); got != pid || !alive(pid) {
		t.Errorf("got guardian %d, want %d, alive", got, pid)
	}
	a.Stop(0)
	if !alive(pid) {
		t.Error("the guardian went before the last process")
	}
	b.Stop(0)
	if listed(pid) {
		t.Error("the guardian remained")
	}
}

func TestKilledGuardianIsReplaced(t *testing.T) {
	start(t, Spec{Shell: "sleep 1000"})
	attendance.mu.Lock()
	pid := attendance.guardian.cmd.Process.Pid
	attendance.mu.Unlock()
	syscall.Kill(pid, syscall.SIGKILL)
	eventually(t, "it is dead", func() bool { return !alive(pid) })
	start(t, Spec{Shell: "sleep 1000"})
	attendance.mu.Lock()
	defer attendance.mu.Unlock()
	if got := attendance.guardian.cmd.Process.Pid; got == pid || !alive(got) {
		t.Errorf("got guardian %d, want another than %d, alive", got, pid)
	}
}

// host is a helper that stands for Coldbrook: it runs four families, freezes
// two of them, prints the pids, and waits to be killed.
func host() {
	var mu sync.Mutex
	left := 4 * 4
	done := make(chan struct{})
	var frozen []*Process
	for i := range 4 {
		p, err := Start(Spec{Shell: "echo leader $$" + escapes + "wait; sleep 1000", Output: func(_, line string) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Println(line)
			if left--; left == 0 {
				close(done)
			}
		}})
		if err != nil {
			panic(err)
		}
		if i%2 == 0 {
			frozen = append(frozen, p)
		}
	}
	<-done
	for _, p := range frozen {
		p.Freeze()
	}
	folder, err := MkdirTemp()
	if err != nil {
		panic(err)
	}
	os.MkdirAll(folder+"/read only/file", 0o700)
	os.Chmod(folder+"/read only", 0o500)
	fmt.Println("folder", folder)
	fmt.Println("guardian", attendance.guardian.cmd.Process.Pid)
	fmt.Println("ready")
	switch os.Getenv("PROCESS_TEST_END") {
	case "exit":
		os.Exit(0)
	case "panic":
		panic("as a handler of Coldbrook might")
	}
	select {}
}

func TestNothingRemainsOfAProgramThatIsKilled(t *testing.T) {
	needSetsid(t)
	for _, end := range []string{"kill", "terminate", "exit", "panic"} {
		t.Run(end, func(t *testing.T) {
			spec := helper(t, "host", "PROCESS_TEST_END="+end)
			cmd := exec.Command(spec.Path)
			cmd.Env = spec.Env
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			pids, folder := readPIDs(t, out)
			if _, err := os.Stat(folder); err != nil {
				t.Error(err)
			}
			switch end {
			case "kill":
				eventually(t, "some are frozen, some are not", func() bool {
					frozen := 0
					for _, pid := range pids {
						if stopped(t, pid) {
							frozen++
						}
					}
					return frozen >= 4 && frozen < len(pids)
				})
				cmd.Process.Kill()
			case "terminate":
				cmd.Process.Signal(syscall.SIGTERM)
			}
			cmd.Wait()
			for who, pid := range pids {
				eventually(t, fmt.Sprintf("%s (%d) is gone", who, pid), func() bool { return !alive(pid) })
			}
			if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder %s remained: %v", folder, err)
			}
		})
	}
}

// readPIDs reads what host prints until it is ready.
func readPIDs(t *testing.T, out io.Reader) (pids map[string]int, folder string) {
	t.Helper()
	pids = map[string]int{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			if len(pids) != 4*4+1 {
				t.Fatalf("got %d processes, want 17: %v", len(pids), pids)
			}
			return pids, folder
		}
		if path, ok := strings.CutPrefix(lines.Text(), "folder "); ok {
			folder = path
			continue
		}
		who, pid, _ := strings.Cut(lines.Text(), " ")
		pids[who+" "+pid] = number(t, pid)
	}
	t.Fatal("the host ended early")
	return nil, ""
}

func TestSuperviseRestartsWhatDiesAndStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := newTranscript()
	file := t.TempDir() + "/runs"
	var pids []int
	var exits []string
	err := Supervise(ctx, SuperviseSpec{
		// It dies twice, then lives.
		Spec: Spec{Shell: `echo run >> ` + file + `; [ $(wc -l < ` + file + `) -lt 3 ] && exit 5; echo lives; sleep 1000`, Output: func(stream, line string) {
			out.add(stream, line)
			cancel()
		}},
		first:   time.Millisecond,
		Started: func(pid int) { pids = append(pids, pid) },
		Exited:  func(status string, delay time.Duration) { exits = append(exits, fmt.Sprint(status, " ", delay)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := "[exit status 5 1ms exit status 5 2ms signal: killed 0s]"; fmt.Sprint(exits) != want {
		t.Errorf("got %v, want %v", exits, want)
	}
	if len(pids) != 3 || listed(pids[2]) {
		t.Errorf("got pids %v, want three, none of them alive", pids)
	}
}

func TestSuperviseLeavesWhatHasDoneItsWork(t *testing.T) {
	var exits []string
	err := Supervise(t.Context(), SuperviseSpec{Spec: Spec{Shell: "exit 0"},
		Exited: func(status string, delay time.Duration) { exits = append(exits, fmt.Sprint(status, " ", delay)) }})
	if want := "[exit status 0 0s]"; err != nil || fmt.Sprint(exits) != want {
		t.Errorf("got %v, %v, want nil, %v", err, exits, want)
	}
	if err := Supervise(t.Context(), SuperviseSpec{Spec: Spec{Path: "no-such-program"}}); err == nil {
		t.Error("got nil, want the error of the first start")
	}
}
