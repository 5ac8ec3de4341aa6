package process

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

func command(spec *Spec) *exec.Cmd {
	// CTRL_BREAK reaches a console group only, and the program must not fork
	// before it is in its job.
	attr := &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED}
	cmd := exec.Command(spec.Path, spec.Args...)
	if spec.Shell != "" {
		// cmd.exe has quoting rules of its own; /s takes off the outer quotes.
		cmd = exec.Command("cmd")
		attr.CmdLine = `cmd /d /s /c "` + spec.Shell + `"`
	}
	cmd.SysProcAttr = attr
	return cmd
}
