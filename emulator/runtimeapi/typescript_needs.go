package runtimeapi

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// obstacle is something in a file of TypeScript that takes more than leaving out types.
type obstacle struct {
	file string
	line int
	why  string
}

// filesMost is how many files of a program are looked into.
const filesMost = 2000

// needsBuild returns what in a file, or in one that it imports by a relative path, Node
// cannot run by leaving out types; nil if nothing was found. It reads the text only, so that
// it may miss something: then Node says so itself.
func needsBuild(file string) *obstacle {
	seen, queue := map[string]bool{file: true}, []string{file}
	for len(queue) > 0 && len(seen) <= filesMost {
		at := queue[0]
		queue = queue[1:]
		if filepath.Ext(at) == ".tsx" {
			return &obstacle{at, 1, "JSX is no JavaScript"}
		}
		text, err := os.ReadFile(at)
		if err != nil {
			continue // Node says it better
		}
		if n := syntaxNeeds(at, string(text)); n != nil {
			return n
		}
		imported, n := importNeeds(at, blanked(string(text), true))
		if n != nil {
			return n
		}
		for _, next := range imported {
			if !seen[next] && isTypeScript(next) {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// constructs are those of TypeScript that stand for code.
var constructs = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?(?:const[ \t]+)?enum[ \t]+\w+\s*\{`), "an enum is code, not a type"},
	{regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.]+\s*\{`), "a namespace is code, not a type"},
	{regexp.MustCompile(`(?m)^[ \t]*@[A-Za-z_]\w*`), "a decorator is no JavaScript yet"},
	{regexp.MustCompile(`\bconstructor\s*\([^)]*?\b(?:public|private|protected|readonly)\s+\w`), "a parameter property is code, not a type"},
	{regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+)?import[ \t]+\w+[ \t]*=`), "import = is no JavaScript"},
	{regexp.MustCompile(`(?m)^[ \t]*export[ \t]*=`), "export = is no JavaScript"},
}

func syntaxNeeds(file, text string) *obstacle {
	bare := blanked(text, false)
	for _, c := range constructs {
		if at := c.pattern.FindStringIndex(bare); at != nil {
			return &obstacle{file, lineOf(bare, at[1]), c.why}
		}
	}
	return nil
}

// An import or export with what it names, and a call of import or require.
var (
	importPattern = regexp.MustCompile(`(?m)^[ \t]*(?:import|export)\b[ \t]*(type\b(?:[ \t]*[{*\w]))?([^'"` + "`" + `;()=]*)["']([^"'\n]+)["']`)
	importCall    = regexp.MustCompile(`\b(?:import|require)\s*\(\s*["']([^"'\n]+)["']`)
)

// importNeeds returns the files that a text imports by relative paths, and what Node cannot
// import as it is written.
func importNeeds(file, text string) (files []string, found *obstacle) {
	for _, at := range importPattern.FindAllStringSubmatchIndex(text, -1) {
		if at[2] >= 0 {
			continue // import type: left out
		}
		clause, name := text[at[4]:at[5]], text[at[6]:at[7]]
		target, why := imported(file, name)
		if why == "" && target != "" {
			why = importsType(clause, name, target)
		}
		if why != "" {
			return nil, &obstacle{file, lineOf(text, at[6]), why}
		}
		files = append(files, target)
	}
	for _, at := range importCall.FindAllStringSubmatchIndex(text, -1) {
		target, why := imported(file, text[at[2]:at[3]])
		if why != "" {
			return nil, &obstacle{file, lineOf(text, at[2]), why}
		}
		files = append(files, target)
	}
	return files, nil
}

// imported is the file that a relative import of a file leads to, "" for a package, or why
// Node finds none.
func imported(file, name string) (target, why string) {
	if !strings.HasPrefix(name, "./") && !strings.HasPrefix(name, "../") {
		return "", packageNeeds(file, name)
	}
	path := filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
	if isFile(path) {
		return path, ""
	}
	if ext := filepath.Ext(path); strings.HasSuffix(ext, "js") || strings.HasSuffix(ext, "jsx") {
		if source := strings.TrimSuffix(path, ext) + strings.Replace(ext, "js", "ts", 1); isFile(source) {
			return "", fmt.Sprintf("%q is imported, and there is only %s", name, filepath.Base(source))
		}
	}
	for _, ending := range append([]string{"/index.ts", ".tsx"}, typescript...) {
		if isFile(path + ending) {
			return "", fmt.Sprintf("%q is imported without its ending %s", name, ending)
		}
	}
	return "", ""
}

// packageNeeds says why a package cannot be imported: there are only its types, or it is
// another name for a folder of the project.
func packageNeeds(file, name string) string {
	parts := strings.SplitN(name, "/", 3)
	base := parts[0]
	if strings.HasPrefix(base, "@") && len(parts) > 1 {
		base += "/" + parts[1]
	}
	if strings.Contains(name, ":") || strings.HasPrefix(name, "#") || slices.Contains(nodeModules, parts[0]) {
		return ""
	}
	types := "@types/" + strings.Replace(strings.TrimPrefix(base, "@"), "/", "__", 1)
	onlyTypes := false
	for folder := range upwards(filepath.Dir(file), "") {
		if isFolder(filepath.Join(folder, "node_modules", filepath.FromSlash(base))) {
			return ""
		}
		onlyTypes = onlyTypes || isFolder(filepath.Join(folder, "node_modules", filepath.FromSlash(types)))
	}
	if onlyTypes {
		return fmt.Sprintf("%q is only types (%s), and is imported without the word type", name, types)
	}
	for folder := range upwards(filepath.Dir(file), "") {
		text, err := os.ReadFile(filepath.Join(folder, "tsconfig.json"))
		if err == nil && (strings.Contains(string(text), `"paths"`) || strings.Contains(string(text), `"baseUrl"`)) {
			return fmt.Sprintf("%q is a path of tsconfig.json, which Node does not read", name)
		}
	}
	return ""
}

// importsType says that an import names what the file that it leads to exports as a type.
func importsType(clause, name, target string) string {
	open, end := strings.IndexByte(clause, '{'), strings.LastIndexByte(clause, '}')
	if open < 0 || end < open || !isTypeScript(target) {
		return ""
	}
	text, err := os.ReadFile(target)
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(clause[open+1:end], ",") {
		words := strings.Fields(part)
		if len(words) == 0 || words[0] == "type" && len(words) > 1 && words[1] != "as" {
			continue
		}
		exported := regexp.MustCompile(`(?m)^[ \t]*export[ \t]+(?:declare[ \t]+)?(?:interface|type)[ \t]+` + regexp.QuoteMeta(words[0]) + `\b`)
		if exported.Match(text) {
			return fmt.Sprintf("%s of %q is a type, and is imported without the word type", words[0], name)
		}
	}
	return ""
}

// nodeModules are Node's own modules that may be imported without node: before them.
var nodeModules = strings.Fields(`assert async_hooks buffer child_process cluster console constants crypto dgram
diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode
querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib`)

func lineOf(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }
