package serverless

import (
	"os"
	"path/filepath"
	"strings"
)

// dotenv is the file .env of the project, which the framework reads into its environment.
type dotenv struct {
	read   bool
	values map[string]string
}

// lookup finds a variable of the file. It is read at the first question.
func (d *dotenv) lookup(r *resolver, name string) (string, bool) {
	if !d.read {
		d.read = true // what the stage depends on may ask again
		for _, file := range r.dotenvFiles() {
			d.load(r, file)
		}
	}
	v, ok := d.values[name]
	return v, ok
}

// dotenvFiles are those that count, the first before the others. The framework takes
// .env.STAGE or else .env: version 3 with useDotenv, version 4 always. The plugin
// serverless-dotenv-plugin takes them all.
func (r *resolver) dotenvFiles() []string {
	names := []string{".env." + r.stage(), ".env"}
	all := r.hasPlugin("serverless-dotenv-plugin")
	if all {
		names = []string{".env." + r.stage() + ".local", ".env." + r.stage(), ".env.local", ".env"}
	}
	var files []string
	for _, name := range names {
		if strings.ContainsAny(name, `/\`) {
			continue // a stage that is no part of a name
		}
		path := filepath.Join(r.dir, name)
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > maxPlain || !r.files.project.Holds(path) {
			continue
		}
		if files = append(files, path); !all {
			break
		}
	}
	return files
}

func (d *dotenv) load(r *resolver, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return
	}
	r.plan.Read(filepath.ToSlash(path))
	if d.values == nil {
		d.values = map[string]string{}
	}
	for line := range strings.Lines(string(text)) {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if name = strings.TrimSpace(name); !found || name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if _, set := d.values[name]; !set {
			d.values[name] = dotenvValue(strings.TrimSpace(value))
		}
	}
}

// dotenvValue takes quotes away, and a comment behind a value that has none.
func dotenvValue(s string) string {
	if s == "" {
		return s
	}
	if quote := s[0]; quote == '"' || quote == '\'' {
		if end := strings.IndexByte(s[1:], quote); end >= 0 {
			s = s[1 : end+1]
			if quote == '"' {
				s = strings.ReplaceAll(s, `\n`, "\n")
			}
			return s
		}
	}
	value, _, _ := strings.Cut(s, " #")
	return strings.TrimSpace(value)
}

// hasPlugin says that the file names a plugin.
func (r *resolver) hasPlugin(name string) bool {
	for _, n := range r.plugins() {
		if n.Scalar == name {
			return true
		}
	}
	return false
}
