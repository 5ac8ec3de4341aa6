package runtimeapi

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// virtualenvs are the names of a project's own virtual environment: that of venv and uv, and
// of Poetry where it is told to have it in the project.
var virtualenvs = []string{".venv", "venv"}

// pythonIn is the interpreter of a virtual environment.
func pythonIn(folder string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(folder, "Scripts", "python.exe")
	}
	return filepath.Join(folder, "bin", "python")
}

// findVirtualenv is the virtual environment nearest to a handler's file, upwards; "" for none.
func findVirtualenv(c *Config, file string) string {
	for folder := range upwards(filepath.Dir(file), c.top()) {
		for _, name := range virtualenvs {
			if env := filepath.Join(folder, name); isFile(pythonIn(env)) {
				return env
			}
		}
	}
	return ""
}

// poetryVirtualenv asks Poetry where it has the virtual environment of the project; "" if it
// has none, or is not what the project uses.
func poetryVirtualenv(c *Config, file string) string {
	poetry, err := exec.LookPath("poetry")
	if err != nil {
		return ""
	}
	for folder := range upwards(filepath.Dir(file), c.top()) {
		text, err := os.ReadFile(filepath.Join(folder, "pyproject.toml"))
		if err != nil {
			continue
		}
		if !strings.Contains(string(text), "[tool.poetry") && !isFile(filepath.Join(folder, "poetry.lock")) {
			return ""
		}
		ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
		defer cancel()
		cmd := exec.CommandContext(ctx, poetry, "env", "info", "--path")
		cmd.Dir = folder
		out, err := cmd.Output()
		if env := strings.TrimSpace(string(out)); err == nil && isFile(pythonIn(env)) {
			return env
		}
		return ""
	}
	return ""
}
