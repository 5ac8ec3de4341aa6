//go:build unix

package process

import (
	"os/exec"
	"slices"
	"syscall"
	"unsafe"
)

// group is the process group of a leader, and the way to its escapees.
type group struct {
	pid  int
	mark string
	// shared says that the leader is in this program's group (AttachedSpec.Shared): it has
	// none of its own, and all but the leader are escapees.
	shared bool
	// known are the members that were seen, by pid and start: what is killed
	// cannot be told by its environment any more.
	known map[int]uint64
}

func (g *group) start(cmd *exec.Cmd) error {
	mark, err := attendance.enter()
	if err != nil {
		return err
	}
	g.mark = mark
	cmd.Env = append(slices.Clip(cmd.Env), g.mark)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: !g.shared}
	if err := spawn(cmd); err != nil {
		attendance.leave(0)
		return err
	}
	g.pid, g.known = cmd.Process.Pid, map[int]uint64{}
	attendance.add(g.pid)
	return nil
}

// wait returns when the leader has ended, and leaves it unreaped.
func (g *group) wait() {
	const pPID = 1 // P_PID of waitid, on Linux and macOS
	var info [16]uint64
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, pPID, uintptr(g.pid), uintptr(unsafe.Pointer(&info)),
			syscall.WEXITED|syscall.WNOWAIT, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

func (g *group) close() { attendance.leave(g.pid) }

func (g *group) freeze() { g.signal(syscall.SIGSTOP) }
func (g *group) thaw()   { g.signal(syscall.SIGCONT) }

func (g *group) terminate() {
	g.signal(syscall.SIGTERM)
	g.signal(syscall.SIGCONT) // a frozen program gets no signal but KILL
}

// kill ends the family. It is stopped first, so that nobody forks while the
// escapees are looked for; after that their parents would be gone.
func (g *group) kill() {
	g.signal(syscall.SIGSTOP)
	stopped := map[int]bool{}
	for range 10 {
		fresh := false
		for _, p := range g.family() {
			if p.pgrp != g.pid && !stopped[p.pid] {
				stopped[p.pid], fresh = true, true
				syscall.Kill(p.pid, syscall.SIGSTOP)
			}
		}
		if !fresh {
			break
		}
	}
	for pid := range stopped {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	g.signal(syscall.SIGKILL)
}

func (g *group) signal(s syscall.Signal) {
	if g.shared {
		syscall.Kill(g.pid, s)
		return
	}
	syscall.Kill(-g.pid, s)
}
