package process

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
)

// orphanage is the process that orphans are handed to: this one, the subreaper.
func orphanage() int { return os.Getpid() }

// processes lists all processes of the system.
func processes() []relative {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	all := make([]relative, 0, len(names))
	buf := make([]byte, 1024) // a line of stat is shorter
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			if p, ok := inspect(pid, buf); ok {
				all = append(all, p)
			}
		}
	}
	return all
}

// inspect reads /proc/PID/stat, see proc_pid_stat(5). It goes by system calls
// because package os takes twice the time, and there may be hundreds.
func inspect(pid int, buf []byte) (relative, bool) {
	file, err := syscall.Open("/proc/"+strconv.Itoa(pid)+"/stat", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return relative{}, false
	}
	n, err := syscall.Read(file, buf)
	syscall.Close(file)
	if err != nil {
		return relative{}, false
	}
	stat := buf[:n]
	// The name, in parentheses, may hold anything; what follows begins with
	// field 3, the state.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 20 {
		return relative{}, false
	}
	p := relative{pid: pid, zombie: fields[0][0] == 'Z' || fields[0][0] == 'X'}
	p.ppid, _ = strconv.Atoi(string(fields[1]))
	p.pgrp, _ = strconv.Atoi(string(fields[2]))
	p.started, _ = strconv.ParseUint(string(fields[19]), 10, 64)
	return p, true
}

// mark returns the variable by which a process inherited its family, KEY=VALUE,
// or "" if there is none or it is not ours to see.
func mark(pid int) string {
	found, _ := shownMark(pid)
	return found
}

// shownMark is mark, and whether the system showed an environment.
func shownMark(pid int) (found string, shown bool) {
	environ, err := environOf(pid)
	if err != nil {
		return "", true // it is gone, or another user's: no use to ask again
	}
	for variable := range bytes.SplitSeq(environ, []byte{0}) {
		if bytes.HasPrefix(variable, []byte(markVariable+"=")) {
			return string(variable), true
		}
	}
	return "", len(environ) > 0
}

// environOf reads an environment at once: of one that is read in pieces, the last ones are
// missing if the process becomes another program between them.
func environOf(pid int) ([]byte, error) {
	for size := 16 << 10; ; size *= 4 {
		file, err := syscall.Open("/proc/"+strconv.Itoa(pid)+"/environ", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			return nil, err
		}
		buf := make([]byte, size)
		n, err := syscall.Read(file, buf)
		syscall.Close(file)
		if err != nil || n < size {
			return buf[:max(n, 0)], err
		}
	}
}

// How often, and how far apart, a process without an environment is asked again: it is done
// within a millisecond, unless it has no processor meanwhile.
const (
	unsettledTries = 200
	unsettledPause = time.Millisecond
)

// settledMark is mark for a process that is to be told from all others: one that is about to
// become another program has no environment for a moment, in which it would be overlooked.
func settledMark(pid int) string {
	for range unsettledTries {
		found, shown := shownMark(pid)
		if shown {
			return found
		}
		time.Sleep(unsettledPause) // why: the system does not tell when it is done
	}
	return ""
}

// reap takes an ended orphan off the list of processes.
func reap(p relative) {
	if p.ppid == os.Getpid() {
		syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
	}
}
