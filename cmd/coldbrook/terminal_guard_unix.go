//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// guardScript waits for a line. When there is none to come, this program is gone, however
// it ended: then it gives the terminal its modes back. It ignores what a group in the
// background gets for that.
const guardScript = `trap '' HUP INT QUIT TERM TSTP TTOU
read -r done && exit 0
stty "$1" <&1
printf %s "$2"`

// guardTerminal starts a child that puts the terminal back in order if this program is
// killed while it draws on it. It returns nil where there is no terminal.
func guardTerminal() *terminalGuard {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	defer tty.Close()
	get := exec.Command("stty", "-g")
	get.Stdin = tty
	modes, err := get.Output()
	if err != nil {
		return nil
	}
	// In a group of its own: what ends ours, such as Ctrl-C, does not end it.
	guard := exec.Command("sh", "-c", guardScript, "coldbrook-terminal", string(bytes.TrimSpace(modes)), terminalReset)
	guard.Dir, guard.Stdout = "/", tty
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := guard.StdinPipe()
	if err != nil || guard.Start() != nil {
		return nil
	}
	return &terminalGuard{dismiss: func() {
		io.WriteString(pipe, "done\n")
		guard.Wait() // closes the pipe, too
	}}
}
