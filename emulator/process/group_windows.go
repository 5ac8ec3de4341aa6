package process

import (
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// group is a job object. The system kills what is in it when its last handle is
// closed, and so when this program ends in whatever way.
type group struct {
	pid    int
	job    windows.Handle
	leader windows.Handle
	shared bool // the leader is in this program's console group
}

func (g *group) start(cmd *exec.Cmd) error {
	if g.shared { // or a Ctrl-C would not reach it
		cmd.SysProcAttr.CreationFlags &^= windows.CREATE_NEW_PROCESS_GROUP
	}
	job, err := newJob()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		windows.CloseHandle(job)
		return err
	}
	g.pid, g.job = cmd.Process.Pid, job
	if err := g.adopt(); err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		windows.CloseHandle(job)
		return err
	}
	return nil
}

func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

// adopt takes the suspended leader into the job and lets it run.
func (g *group) adopt() error {
	const access = windows.PROCESS_SET_QUOTA | windows.PROCESS_TERMINATE | windows.SYNCHRONIZE
	leader, err := windows.OpenProcess(access, false, uint32(g.pid))
	if err != nil {
		return err
	}
	if err = windows.AssignProcessToJobObject(g.job, leader); err == nil {
		err = resume(uint32(g.pid))
	}
	if err != nil {
		windows.CloseHandle(leader)
		return err
	}
	g.leader = leader
	return nil
}

// resume lets the threads of a suspended process run: it has one.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
		if err != nil {
			return err
		}
		_, err = windows.ResumeThread(thread)
		windows.CloseHandle(thread)
		return err
	}
	return err
}

// wait returns when the leader has ended.
func (g *group) wait() { windows.WaitForSingleObject(g.leader, windows.INFINITE) }

func (g *group) freeze() {}
func (g *group) thaw()   {}

func (g *group) terminate() {
	windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(g.pid))
}

func (g *group) kill() { windows.TerminateJobObject(g.job, 1) }
func (g *group) end()  { g.kill() }

func (g *group) close() {
	windows.CloseHandle(g.leader)
	windows.CloseHandle(g.job)
}
