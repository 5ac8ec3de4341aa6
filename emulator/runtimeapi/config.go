package runtimeapi

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config says how the environments of one function are started.
type Config struct {
	// FunctionName is the function's.
	FunctionName string
	// Runtime is the platform's name: nodejs24.x, python3.13, provided.al2023.
	Runtime string
	// Code is the folder of the code. It is the working directory.
	Code string
	// Project is the folder of the configuration. In it and below, towards the code, is what
	// says which interpreter is the project's; in a git repository, in all of that. "" is Code.
	Project string
	// Handler is file.function for Node and Python, the name of an executable
	// in Code for provided (default bootstrap).
	Handler string
	// Command starts the runtime instead, if there is one.
	Command []string
	// Binary is the executable of a function that was built; only for provided.
	Binary string
	// Module is the file of JavaScript that was built of the handler's file, which is loaded
	// in its place; only for Node. Its source map, if it has one, is followed.
	Module string
	// JavaClient is a folder with AWS's client of the Runtime API for Java, for code that has
	// none among its dependencies.
	JavaClient string
	// Layers are the folders of layers, absolute; later ones win.
	Layers []string
	// Env is what the user sets, KEY=VALUE each. ${kafka.bootstrap} stands for
	// the environment's Kafka address.
	Env []string
	// Pass names variables of this program's environment that the handler gets although
	// they are kept from it otherwise: AWS_*, LAMBDA_*. A star at the end stands for all
	// that begin so. Env wins over them. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_* need not
	// be named.
	Pass []string
	// Memory is in bytes. Default 128 MiB. LimitMemory kills an environment that
	// has more, where memory is measured.
	Memory      int64
	LimitMemory bool
	// MemoryPerCPU is the memory, in bytes, that buys a whole processor: an invocation
	// is throttled to the share of Memory in it. 0 throttles nothing; nor is anything
	// throttled where processor time is not measured.
	MemoryPerCPU int64
	// Timeout is only told: the context of Invoke ends an invocation. Default 3 s.
	Timeout time.Duration
	// Freeze says whether environments are frozen between invocations.
	Freeze bool
	// Debug has the processes started under a debugger. Nil does not.
	Debug *Debug
	// Architecture is not looked at: handlers run on this machine's.
	Architecture string
	// Region is what the handler is told. Default us-east-1.
	Region string
	// CloudPaths writes the folders of the code, of the runtime and for temporary
	// files as on AWS where they stand in lines and error messages of the handler:
	// then these are the same in every run and on every machine.
	CloudPaths bool

	// shown is the folder that is shown in place of Code, which is a copy of it; "" if
	// it is none.
	shown string
}

// Error is a mistake in a Config. It does not name the function: the caller
// does.
type Error struct {
	err  error
	hint string
}

func (e *Error) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Hint says what to do about it, "" if we do not know.
func (e *Error) Hint() string { return e.hint }

// MissingError is returned by New when the language of a handler is not
// installed on this machine.
type MissingError struct {
	// Runtime is the platform's name; Language is what is missing, with the
	// release that was looked for: "Node.js 24".
	Runtime, Language string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("runtime %s needs %s, and there is none in PATH", e.Runtime, e.Language)
}

// Hint says what to do about it.
func (e *MissingError) Hint() string { return "install " + e.Language + ", or give a command:" }

func mistake(hint, format string, args ...any) error {
	return &Error{err: fmt.Errorf(format, args...), hint: hint}
}

// resolve fills in the defaults and checks what does not depend on the runtime.
func (c *Config) resolve() error {
	c.Memory = cmp.Or(c.Memory, 128<<20)
	c.Timeout = cmp.Or(c.Timeout, 3*time.Second)
	c.Region = cmp.Or(c.Region, "us-east-1")
	if c.Code == "" {
		return mistake("set code to the folder of the function", "no code")
	}
	code, err := filepath.Abs(c.Code)
	if err != nil {
		return mistake("", "code %q: %w", c.Code, err)
	}
	switch info, err := os.Stat(code); {
	case errors.Is(err, os.ErrNotExist):
		return mistake("code is a folder, relative to coldbrook.yaml", "code %q: there is no such folder", c.Code)
	case err != nil:
		return mistake("", "code %q: %w", c.Code, err)
	case !info.IsDir():
		return mistake("name the folder that holds it", "code %q is not a folder", c.Code)
	}
	c.Code = code
	return c.checkEnv()
}

// checkEnv refuses variables that AWS refuses and that would break the runtime,
// and those we would have to act on.
func (c *Config) checkEnv() error {
	for _, variable := range c.Env {
		key, _, ok := strings.Cut(variable, "=")
		switch {
		case !ok:
			return mistake("", "environment variable %q has no value", variable)
		case key == "AWS_LAMBDA_EXEC_WRAPPER":
			return mistake("put the wrapper into command:", "environment variable %q is not emulated", key)
		case reserved[key]:
			return mistake("AWS Lambda reserves it; choose another name", "environment variable %q cannot be set", key)
		}
	}
	return nil
}
