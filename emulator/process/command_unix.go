//go:build unix

package process

import "os/exec"

func command(spec *Spec) *exec.Cmd {
	if spec.Shell != "" {
		return exec.Command("sh", "-c", spec.Shell)
	}
	return exec.Command(spec.Path, spec.Args...)
}
