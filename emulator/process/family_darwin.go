package process

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// orphanage is the process that orphans are handed to, launchd.
func orphanage() int { return 1 }

// processes lists all processes of the system.
func processes() []relative {
	const zombie = 5 // SZOMB in sys/proc.h
	list, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil
	}
	all := make([]relative, len(list))
	for i, k := range list {
		all[i] = relative{pid: int(k.Proc.P_pid), ppid: int(k.Eproc.Ppid), pgrp: int(k.Eproc.Pgid),
			zombie:  k.Proc.P_stat == zombie,
			started: uint64(k.Proc.P_starttime.Sec)*1e6 + uint64(k.Proc.P_starttime.Usec)}
	}
	return all
}

// mark returns the variable by which a process inherited its family, KEY=VALUE,
// or "" if there is none or the system does not show it.
func mark(pid int) string {
	args, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil {
		return ""
	}
	for variable := range bytes.SplitSeq(args, []byte{0}) {
		if bytes.HasPrefix(variable, []byte(markVariable+"=")) {
			return string(variable)
		}
	}
	return ""
}

// settledMark is mark: nobody saw a process here that had none for a moment.
func settledMark(pid int) string { return mark(pid) }

// reap does nothing: launchd does it.
func reap(relative) {}
