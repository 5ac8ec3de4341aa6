package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (v *validation) processes() {
	seen := map[string]bool{}
	for _, p := range v.config.Processes {
		path := Path("processes", p.Name)
		v.name(path, "process", p.Name, seen)
		if strings.TrimSpace(p.Command) == "" {
			v.add(Path(path, "command"), "", "is missing", "give the command that starts the process")
		}
		for _, name := range slices.Sorted(maps.Keys(p.Env)) {
			at := Path(Path(path, "env"), name)
			if name == "" || strings.ContainsAny(name, "=\x00") {
				v.addKey(at, name, fmt.Sprintf("%q is not a name for an environment variable", name), "")
			}
			v.value(at, p.Env[name], referencesOfProcesses)
		}
	}
}
