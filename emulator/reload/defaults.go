package reload

import "strings"

// noise is what is no code wherever it lies: folders of version control, and
// what editors, browsers of files and programs leave beside the code while they
// work. Log files are among it: a program that logs into its own folder would be
// reloaded by each line.
//
// A pattern of include lifts it only if it names it: "*.log", not "shared/**".
var noise = newNames(
	// version control
	".git", ".hg", ".svn", ".jj", ".bzr", "CVS", ".gitignore", ".gitattributes", ".gitmodules",
	// vim, emacs, JetBrains, gedit, LibreOffice
	"4913", "*.swp", "*.swo", "*.swx", "*~", ".#*", "#*#", "*___jb_tmp___", "*___jb_old___", ".goutputstream-*", ".~lock.*",
	".idea", ".vscode", ".vs",
	// sed -i
	"sed??????",
	// systems
	"*.tmp", ".DS_Store", "Thumbs.db", "desktop.ini", ".nfs*", ".fuse_hidden*", "*.log", "npm-debug.log*",
	// Coldbrook
	".coldbrook",
)

// bulk is folders and files that programs make of the code or fetch for it.
// vendor is not among them: Go code is built with it.
var bulk = newNames(
	"node_modules", "bower_components", ".venv", "venv", "__pycache__", ".tox", ".nox", "site-packages", "*.egg-info", "*.pyc", "*.pyo",
	".pytest_cache", ".mypy_cache", ".ruff_cache", ".pytype", ".hypothesis", ".coverage", ".cache", ".parcel-cache", ".turbo", ".nyc_output",
	".eslintcache", "*.tsbuildinfo", ".gradle", "dependency-reduced-pom.xml", ".flattened-pom.xml", ".terraform", ".serverless", ".aws-sam", ".next", ".yarn", ".pnpm-store",
)

// names is a set of names, some with wildcards.
type names struct {
	exact    map[string]bool
	patterns []pattern
}

func newNames(all ...string) *names {
	n := &names{exact: map[string]bool{}}
	for _, name := range all {
		if !strings.ContainsAny(name, "*?") {
			n.exact[name] = true
			continue
		}
		n.patterns = append(n.patterns, pattern{text: name, anywhere: true, parts: parseParts(name)})
	}
	return n
}

// has reports whether the last name of a path is in the set.
func (n *names) has(name string) bool {
	if n.exact[name] {
		return true
	}
	for i := range n.patterns {
		if n.patterns[i].match(name, false) {
			return true
		}
	}
	return false
}
