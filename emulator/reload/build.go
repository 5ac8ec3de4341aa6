package reload

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// BuildSpec says what to build.
type BuildSpec struct {
	// Function is whose code it is.
	Function string
	// Dir is the folder of the code.
	Dir string
	// Command is the user's build command, for the system's shell. Empty means
	// go build, for a folder with Go files and a go.mod in it or above.
	Command string
	// Bundle makes JavaScript of TypeScript instead; Dir and Command do not count.
	Bundle *Bundle
	// Debug leaves out what go build would optimize, so that a debugger can follow.
	Debug bool
	// Into is the folder for what go build makes: a file for each revision.
	Into string
	// Revision is that of the code; 0 and 1 are the first.
	Revision int32
	// Output receives each line that the build prints. It may block, and is
	// called by two goroutines.
	Output func(stream, line string)
}

// slots limits how many builds run at once: a compiler uses every core itself.
var slots = make(chan struct{}, max(runtime.NumCPU()/2, 1))

// IsGo reports whether go build can build the folder: it has Go files, and a
// go.mod in it or above.
func (s *BuildSpec) IsGo() bool {
	files, err := filepath.Glob(filepath.Join(s.Dir, "*.go"))
	if err != nil || len(files) == 0 {
		return false
	}
	dir, err := filepath.Abs(s.Dir)
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
	return false
}

// String is the command that Build runs.
func (s *BuildSpec) String() string {
	if s.Bundle != nil {
		return s.Bundle.String()
	}
	if s.Command != "" {
		return s.Command
	}
	return "go build"
}

// Build builds, and returns the absolute path of the executable of a go build, or of the
// file of JavaScript that Bundle makes; a command of the user leaves its result where the user wants it, and the path
// is empty.
//
// It returns a *MissingError if Go is not installed, an *Error with what the
// compiler said if the build fails, and the cause of ctx if that ended first;
// then the compiler and its children are killed. No temporary file is left. It
// is safe for concurrent use; not more than half as many builds run at once as
// there are processors.
func Build(ctx context.Context, s BuildSpec) (binary string, err error) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	// A compiler that is killed leaves its temporary files behind.
	temp, err := process.MkdirTemp()
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	defer os.RemoveAll(temp)
	env := append(os.Environ(), "TMPDIR="+temp, "TMP="+temp, "TEMP="+temp)
	if s.Bundle != nil {
		return s.bundle(ctx, env)
	}
	if s.Command != "" {
		return "", s.run(ctx, process.Spec{Shell: s.Command, Env: env})
	}
	return s.goBuild(ctx, env)
}

// goBuild builds beside the executable that it then replaces, so that
// environments that run the old one go on.
func (s *BuildSpec) goBuild(ctx context.Context, env []string) (string, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", &MissingError{}
	}
	target, err := s.target()
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	fresh := target + ".new"
	defer os.Remove(fresh) // it is there only if something went wrong
	// Stamping the version needs git, and fails where that distrusts the folder.
	args := []string{"build", "-buildvcs=false"}
	if s.Debug {
		args = append(args, "-gcflags=all=-N -l")
	}
	err = s.run(ctx, process.Spec{
		Path: tool,
		Args: append(args, "-o", fresh, "."),
		// It runs here, whatever the user builds for otherwise.
		Env: append(env, "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH),
	})
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(fresh); err != nil || runtime.GOOS != "windows" && info.Mode()&0o111 == 0 {
		return "", &Error{command: s.String(), message: fmt.Sprintf("%q is not a program", s.Dir),
			hint: "a handler is package main, with a function main that calls lambda.Start"}
	}
	if err := os.Rename(fresh, target); err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	return target, nil
}

// target is where the executable goes; its folder is made.
func (s *BuildSpec) target() (string, error) {
	dir, err := filepath.Abs(s.Into)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return filepath.Join(dir, s.executable(s.Revision)), nil
}

// run runs a build command to its end.
func (s *BuildSpec) run(ctx context.Context, command process.Spec) error {
	said := &report{output: s.Output}
	command.Name, command.Dir, command.Output = s.String(), s.Dir, said.add
	p, err := process.Start(command)
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Stop(0)
		return context.Cause(ctx)
	}
	if p.Status() == "exit status 0" {
		return nil
	}
	return &Error{command: s.String(), status: p.Status(), message: said.text(s.Dir)}
}
