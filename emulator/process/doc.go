// Package process runs programs: it starts each in a process group of its own,
// captures what it prints line by line, freezes and thaws it, and sees to it
// that nothing of it remains, whichever way it or Coldbrook ends.
//
// Words. The leader is the program that was started; its group is the process
// group that the leader and, unless they leave it, its descendants are in. An
// escapee is a descendant that left the group (setsid, double fork). The family
// of a process is its group and its escapees. The guardian is a shell that
// kills the families when Coldbrook is gone (see guard).
//
// A process ends when its leader ends or it is killed; its whole family ends
// with it. Escapees are found on Linux, where this program becomes the
// subreaper of its descendants: by their parents, or by the variable
// COLDBROOK_PROCESS in the environment they inherited. On macOS they are found
// while their parents live. On Windows a job object holds the whole family.
//
// Goroutines. One per process waits for its end and cleans up; two per process
// read its output and call Spec.Output, which may block: then the pipe fills
// and the program waits. On Linux one goroutine, locked to its thread for as
// long as this program lives, starts all programs, because the parent-death
// signal goes out when the thread ends that started a program; and one, while
// programs run, reaps what the subreaper was handed.
//
// LabelOf tells whose connection it is that reaches this program, by the families of the
// processes that were given a label.
//
// Not emulated: freezing on Windows, where Freeze and Thaw do nothing; freezing
// of escapees.
//
// Non-obvious: groups, never sessions. A stopped group whose parent dies gets
// HUP and CONT from the kernel only while it is in its parent's session. The
// leader is reaped last: until then its process id, which names the group,
// cannot be given to a stranger. An orphan whose environment was emptied and
// who left the group is found only if its parent still lived when it was
// looked for. MkdirTemp makes folders that the guardian knows by their name.
package process
