package reload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// Bundle says how a handler in TypeScript becomes JavaScript: with the project's own esbuild,
// or else its tsc.
type Bundle struct {
	// Entry is the absolute path of the handler's file.
	Entry string
	// Release is the Node that is to run it: "20".
	Release string

	tool string // tools[...]
	path string // of the program
	// root is the folder in which it runs: the nearest with a package.json.
	root      string
	isModules bool // it is to be ECMAScript modules
}

// tools make JavaScript of TypeScript; the first one that there is does. What esbuild makes
// needs nothing beside it, and it reads the paths of a tsconfig.json.
var tools = []string{"esbuild", "tsc"}

// places are where a project has its programs: npm, yarn and pnpm, and what pnpm keeps of
// the dependencies of dependencies.
var places = []string{"node_modules/.bin", "node_modules/.pnpm/node_modules/.bin"}

// FindBundle finds what makes JavaScript of a file for a release of Node: in the
// node_modules of its folder or of one above it. It is not ok if there is nothing.
func FindBundle(entry, release string) (b *Bundle, ok bool) {
	folder := filepath.Dir(entry)
	b = &Bundle{Entry: entry, Release: release, root: folder}
	if root := nearest(folder, "package.json"); root != "" {
		b.root = root
	}
	b.isModules = filepath.Ext(entry) == ".mts" || filepath.Ext(entry) != ".cts" && isModules(b.root)
	for _, b.tool = range tools {
		for at := folder; ; at = filepath.Dir(at) {
			for _, place := range places {
				b.path = filepath.Join(at, filepath.FromSlash(place), b.tool)
				if runtime.GOOS == "windows" {
					b.path += ".cmd"
				}
				if _, err := os.Stat(b.path); err == nil {
					return b, true
				}
			}
			if filepath.Dir(at) == at {
				break
			}
		}
	}
	return nil, false
}

// nearest is the folder, or the first above it, that has an entry of the name; "" for none.
func nearest(folder, name string) string {
	for {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
}

// isModules reports whether the package.json of a folder has files ending in .js be modules.
func isModules(folder string) bool {
	var manifest struct{ Type string }
	return readJSON(filepath.Join(folder, "package.json"), &manifest) == nil && manifest.Type == "module"
}

// String is what is run, in short.
func (b *Bundle) String() string { return b.tool + " " + b.relative(b.Entry) }

func (b *Bundle) relative(path string) string {
	if rel, err := filepath.Rel(b.root, path); err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

// bundle makes the JavaScript of a revision, in a folder of its own, and returns its file.
func (s *BuildSpec) bundle(ctx context.Context, env []string) (string, error) {
	b := s.Bundle
	dir, err := s.bundleFolder()
	if err != nil {
		return "", fmt.Errorf("build: %w", err)
	}
	args, result := b.esbuild(dir)
	if b.tool == "tsc" {
		if args, result, err = b.tsc(dir); err != nil {
			return "", fmt.Errorf("build: %w", err)
		}
	}
	s.Dir = b.root
	if err := s.run(ctx, process.Spec{Path: b.path, Args: args, Env: env}); err != nil {
		return "", err
	}
	if _, err := os.Stat(result); err != nil {
		return "", &Error{command: s.String(), message: fmt.Sprintf("it made no %s", filepath.Base(result)),
			hint: "build it with build:, and name what that makes with handler:"}
	}
	return result, nil
}

// bundleFolder makes the folder of a revision. What is not in a bundle is found from it as
// from the file itself, by way of a link.
func (s *BuildSpec) bundleFolder() (string, error) {
	target, err := s.target()
	if err != nil {
		return "", err
	}
	dir := strings.TrimSuffix(target, ".exe") + bundleEnding
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if modules := nearest(filepath.Dir(s.Bundle.Entry), "node_modules"); modules != "" {
		// Where links are not allowed, as on Windows, the folders above have to do.
		_ = os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(dir, "node_modules"))
	}
	return dir, nil
}

// bundleEnding is that of the folder of a bundle.
const bundleEnding = ".js"

// requireInModules gives packages that are no modules, and are bundled into one, what they
// expect of Node.
const requireInModules = `import{createRequire as coldbrookRequire}from"node:module";globalThis.require??=coldbrookRequire(import.meta.url);`

// esbuild returns the arguments of esbuild, and the file that it makes.
func (b *Bundle) esbuild(dir string) (args []string, result string) {
	name := strings.TrimSuffix(filepath.Base(b.Entry), filepath.Ext(b.Entry))
	format, ending := "cjs", ".cjs"
	if b.isModules {
		format, ending = "esm", ".mjs"
	}
	result = filepath.Join(dir, name+ending)
	args = []string{b.Entry, "--bundle", "--platform=node", "--target=node" + b.Release, "--format=" + format,
		"--sourcemap", "--outfile=" + result, "--log-level=warning", "--color=false"}
	if b.isModules {
		args = append(args, "--banner:js="+requireInModules)
	}
	for _, name := range b.native() {
		args = append(args, "--external:"+name)
	}
	return args, result
}

// native are packages with machine code, which cannot be part of a bundle.
func (b *Bundle) native() []string {
	var names []string
	for at := filepath.Dir(b.Entry); ; at = filepath.Dir(at) {
		for _, pattern := range []string{"*/binding.gyp", "@*/*/binding.gyp", "*/prebuilds", "@*/*/prebuilds"} {
			root := filepath.Join(at, "node_modules")
			found, _ := filepath.Glob(filepath.Join(escaped(root), pattern)) // the pattern is a good one
			for _, path := range found {
				if name, err := filepath.Rel(root, filepath.Dir(path)); err == nil {
					names = append(names, filepath.ToSlash(name))
				}
			}
		}
		if filepath.Dir(at) == at {
			return names
		}
	}
}

// escaped is a path as a pattern of filepath.Glob.
func escaped(path string) string {
	if runtime.GOOS == "windows" { // has no escapes; neither are * and ? in its names
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// tsc returns the arguments of tsc, which keeps files apart, and the file that is made of
// the entry.
func (b *Bundle) tsc(dir string) (args []string, result string, err error) {
	kind := "commonjs"
	if b.isModules {
		kind = "module"
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), fmt.Appendf(nil, "{\"type\":%q}\n", kind), 0o644); err != nil {
		return nil, "", err
	}
	args = []string{"--outDir", dir, "--rootDir", b.root, "--sourceMap", "--inlineSources",
		"--noEmit", "false", "--declaration", "false", "--pretty", "false"}
	if config := nearest(filepath.Dir(b.Entry), "tsconfig.json"); config != "" {
		args = append([]string{"-p", filepath.Join(config, "tsconfig.json")}, args...)
		args = append(args, "--composite", "false", "--incremental", "false", "--emitDeclarationOnly", "false")
	} else {
		args = append([]string{b.Entry}, args...)
		args = append(args, "--module", "node16", "--target", "es2022", "--esModuleInterop", "--skipLibCheck")
	}
	js := strings.TrimSuffix(b.Entry, filepath.Ext(b.Entry)) + strings.Replace(filepath.Ext(b.Entry), "ts", "js", 1)
	if filepath.Ext(b.Entry) == ".tsx" {
		js = strings.TrimSuffix(b.Entry, ".tsx") + ".js"
	}
	return args, filepath.Join(dir, filepath.FromSlash(b.relative(js))), nil
}
