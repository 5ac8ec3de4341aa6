package reload

import (
	"context"
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
	// Into is the folder for what go build makes.
	Into string
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
	if s.Command != "" {
		return s.Command
	}
	return "go build"
}

// Build builds, and returns the executable of a go build; a command of the user
// leaves its result where the user wants it, and the path is empty. When ctx ends
// first, the compiler and its children are killed.
//
// It returns an *Error if the build fails. It is safe for concurrent use; not
// more than half as many builds run at once as there are processors.
func Build(ctx context.Context, s BuildSpec) (binary string, err error) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	spec := process.Spec{Name: "build " + s.Function, Dir: s.Dir, Shell: s.Command}
	if s.Command == "" {
		if binary, err = s.target(); err != nil {
			return "", err
		}
		if _, err := exec.LookPath("go"); err != nil {
			return "", &MissingError{}
		}
		spec.Path, spec.Args = "go", []string{"build", "-o", binary, "."}
	}
	return binary, s.run(ctx, spec)
}

func (s *BuildSpec) target() (string, error) {
	dir, err := filepath.Abs(s.Into)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	name := s.Function
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name), nil
}

func (s *BuildSpec) run(ctx context.Context, spec process.Spec) error {
	said := &report{output: s.Output}
	spec.Output = said.add
	p, err := process.Start(spec)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		p.Kill()
		<-p.Done()
		return context.Cause(ctx)
	}
	if p.Status() == "exit status 0" {
		return nil
	}
	return &Error{command: s.String(), status: p.Status(), message: said.text(s.Dir)}
}
