package emulator

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// readEnvFile reads the KEY=VALUE lines of the envFile of a function and fills their
// references in, but for the Kafka address. Empty lines and those that begin with # are
// passed over; a value may be in quotes, and export may stand before the key. A mistake is
// said with its line.
func (e *Emulator) readEnvFile(f *Function) ([]string, error) {
	path := e.path(f.EnvFile)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read envFile: %w", err)
	}
	defer file.Close()
	var env []string
	scanner := bufio.NewScanner(file)
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, found := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if key = strings.TrimSpace(key); !found || key == "" {
			return nil, fmt.Errorf("%s:%d: %q is not KEY=VALUE", path, n, line)
		}
		at := fmt.Sprintf("%s:%d: %s", filepath.ToSlash(path), n, key) // the caller names the function
		if value, err = e.valueFor(f, at, unquoteEnv(strings.TrimSpace(value))); err != nil {
			return nil, err
		}
		env = append(env, key+"="+value)
	}
	return env, scanner.Err()
}

func unquoteEnv(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}

// valueFor fills in the references of a value of a function's variables, but for the Kafka
// address; at says where it stands.
func (e *Emulator) valueFor(f *Function, at, value string) (string, error) {
	if message, advice := badReferences(value, referencesOfFunctions); message != "" {
		return "", &hintedError{text: at + ": " + message, hint: advice}
	}
	known := e.references()
	known[referenceFunction] = f.Name
	value = expand(value, known)
	if e.world.Virtual() && strings.Contains(value, "${"+referenceInvoke+"}") {
		return "", &hintedError{text: at + ": there is no ${" + referenceInvoke + "} in virtual time", hint: "run in real time, or set the variable to something else"}
	}
	return value, nil
}
