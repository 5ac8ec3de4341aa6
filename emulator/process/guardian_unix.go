//go:build unix

package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// guardianScript reads which groups live. When it can read no more, this
// program is gone, however it ended: then it kills them, and on systems with
// /proc everything that carries the mark of this run, and removes its temporary
// folders. A full stop dismisses it.
const guardianScript = `trap '' HUP INT QUIT TERM
groups=' '
while read -r what group; do
	case $what in
	+) groups="$groups$group " ;;
	-) groups="${groups%%" $group "*} ${groups#*" $group "}" ;;
	.) exit 0 ;;
	esac
done
for round in 1 2 3; do
	for group in $groups; do kill -KILL "-$group"; done
	for environ in $(grep -lsF "$1" /proc/[0-9]*/environ); do
		pid=${environ#/proc/}
		kill -KILL "${pid%/environ}"
	done
done 2>/dev/null
chmod -R u+w "$2"* 2>/dev/null
rm -rf "$2"*`

// guardian is a child that outlives this program by a moment.
type guardian struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

// guard starts the guardian of the run whose marks begin with prefix. It is in a group of its own, so that what
// ends the group of this program (Ctrl-C, a runner's kill) does not end it.
func guard(prefix string) (*guardian, error) {
	cmd := exec.Command("sh", "-c", guardianScript, "coldbrook-guardian", prefix, filepath.Join(os.TempDir(), tempPrefix()))
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // without a mark: an outer run must not kill it
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start guardian: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start guardian: %w", err)
	}
	return &guardian{cmd, pipe}, nil
}

// tell says that a group is to be guarded (+) or not any more (-).
func (g *guardian) tell(what byte, group int) error {
	_, err := fmt.Fprintf(g.pipe, "%c %d\n", what, group)
	return err
}

// dismiss ends the guardian without any kill.
func (g *guardian) dismiss() {
	io.WriteString(g.pipe, ".\n")
	g.cmd.Wait() // closes the pipe, too
}
