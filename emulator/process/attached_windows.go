package process

import "os"

// pass does nothing: the console sends Ctrl-C and Ctrl-Break to who shares it.
func (g *group) pass(os.Signal) {}

func exitCode(s *os.ProcessState) int { return s.ExitCode() }
