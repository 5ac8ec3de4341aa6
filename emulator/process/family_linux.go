package process

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
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
	environ, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return ""
	}
	for variable := range bytes.SplitSeq(environ, []byte{0}) {
		if bytes.HasPrefix(variable, []byte(markVariable+"=")) {
			return string(variable)
		}
	}
	return ""
}

// reap takes an ended orphan off the list of processes.
func reap(p relative) {
	if p.ppid == os.Getpid() {
		syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
	}
}
