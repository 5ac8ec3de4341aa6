package process

import (
	"os/exec"
	"syscall"
	"testing"
)

func TestJanitorReapsOrphansAndNobodyElse(t *testing.T) {
	stranger := exec.Command("true")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	out := newTranscript()
	start(t, Spec{Shell: `sh -c 'sh -c "echo orphan \$\$" & exit 0'; echo gone; sleep 1000`, Output: out.add})
	orphan := number(t, out.await(t, "stdout: orphan "))
	out.await(t, "stdout: gone")
	eventually(t, "both have ended", func() bool { return !alive(orphan) && !alive(stranger.Process.Pid) })
	eventually(t, "the orphan is ours and reaped", func() bool {
		clean(attendance, nil)
		return !listed(orphan)
	})
	if !listed(stranger.Process.Pid) {
		t.Error("a child of somebody else was reaped")
	}
	if err := stranger.Wait(); err != nil {
		t.Error(err)
	}
}

func TestJanitorRemembersOrphansThatLeftTheGroup(t *testing.T) {
	needSetsid(t)
	out := newTranscript()
	start(t, Spec{Shell: `sh -c 'setsid sh -c "echo orphan \$\$; exec sleep 1000" & exit 0'; sleep 1000`, Output: out.add})
	orphan := number(t, out.await(t, "stdout: orphan "))
	var seen map[int]uint64
	eventually(t, "it is seen while it lives", func() bool {
		seen = clean(attendance, seen)
		return seen[orphan] != 0
	})
	syscall.Kill(orphan, syscall.SIGKILL)
	eventually(t, "it has ended", func() bool { return !alive(orphan) })
	clean(attendance, seen)
	if listed(orphan) {
		t.Error("it was not reaped")
	}
}
