package emulator

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// What becomes of batches when the code of their function was saved: Config.OnReload.
const (
	onReloadContinue   = "continue"
	onReloadRetry      = "retry"
	onReloadReplayLast = "replay-last"
)

var onReloads = []string{onReloadContinue, onReloadRetry, onReloadReplayLast}

// longestDebounce bounds how long a change waits for another one.
const longestDebounce = 10 * time.Second

// reload checks what is watched, and what follows from a change.
func (v *validation) reload() {
	c := v.config
	v.watch("watch", &c.Watch)
	if d := c.Watch.Debounce; d != 0 {
		within(v, "watch.debounce", int64(d), int64(time.Millisecond), int64(longestDebounce), showDuration)
	}
	v.oneOf("onReload", c.OnReload, onReloads)
	for i := range c.Functions {
		f := &c.Functions[i]
		at := Path("functions", f.Name)
		v.partOfWatch(at, &f.Watch)
		v.onReload(at, f)
	}
	for i := range c.Processes {
		v.partOfWatch(Path("processes", c.Processes[i].Name), &c.Processes[i].Watch)
	}
}

// onReload checks what a function says for itself, which must have an effect. What all
// of them are told need not have one for each.
func (v *validation) onReload(path string, f *Function) {
	at := Path(path, "onReload")
	v.oneOf(at, f.OnReload, onReloads)
	if f.OnReload != onReloadRetry && f.OnReload != onReloadReplayLast {
		return
	}
	if len(f.Events) == 0 {
		v.mistakes = append(v.mistakes, &Mistake{
			Path: at, Value: f.OnReload, Message: f.OnReload + " has no effect without events: no batches come to the function",
			Advice: "leave it out, or give the function events", Basis: Path(path, "events"),
		})
		return
	}
	if !slices.ContainsFunc(f.Events, func(e Event) bool { return !v.config.connector(f, &e) }) {
		v.add(at, f.OnReload, f.OnReload+" has no effect with a sink connector: what becomes of a batch that failed is its onError",
			"leave it out, or choose a profile that is no connector")
	}
}

// partOfWatch checks what a function or process says beside the whole configuration.
func (v *validation) partOfWatch(at string, w *Watch) {
	at = Path(at, "watch")
	v.watch(at, w)
	if w.Debounce != 0 {
		v.add(Path(at, "debounce"), showDuration(int64(w.Debounce)), "is for all that is watched together",
			"set watch: {debounce: ...} at the top of the file")
	}
}

func (v *validation) watch(at string, w *Watch) {
	if w.Off && len(w.Include)+len(w.Exclude) > 0 {
		v.add(at, "off", "what is not watched has no include or exclude", "")
	}
	v.patterns(Path(at, "include"), w.Include)
	v.patterns(Path(at, "exclude"), w.Exclude)
}

// patterns checks those of a .gitignore file, as far as they are wrong wherever they
// stand. A part between two slashes is one of path.Match; ** is any number of folders.
func (v *validation) patterns(at string, patterns []string) {
	for i, p := range patterns {
		here := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case strings.TrimSpace(p) == "":
			v.add(here, p, "is empty", "write a pattern as in .gitignore, such as *.log or data/**")
		case strings.HasPrefix(p, "!"):
			v.add(here, p, fmt.Sprintf("%q: a pattern is not turned round with !", p), fmt.Sprintf("write %q under %s", p[1:], otherOf(at)))
		case strings.HasPrefix(p, "#"):
			v.add(here, p, fmt.Sprintf("%q would be a comment in .gitignore", p), `for a name that begins with #, write "[#]..."`)
		case strings.Contains(p, `\`):
			v.add(here, p, fmt.Sprintf("%q has a backslash", p), "folders are separated by /, on Windows, too; [*] is a star")
		case strings.ContainsRune(p, 0):
			v.add(here, p, "the pattern has a NUL character in it", "")
		case len(p) > longestPattern:
			v.add(here, p, fmt.Sprintf("the pattern of %d characters is over the limit of %d", len(p), longestPattern), "")
		case badPattern(p):
			v.add(here, p, fmt.Sprintf("%q is not a pattern", p), "a [ needs its ], with characters or ranges such as a-z between them")
		}
	}
}

// longestPattern is longer than any path of the systems we run on is useful.
const longestPattern = 1024

func badPattern(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		// .gitignore turns a set round with !, path.Match with ^.
		if _, err := path.Match(strings.ReplaceAll(part, "[!", "[^"), ""); err != nil {
			return true
		}
	}
	return false
}

// otherOf is exclude for include, and the other way round.
func otherOf(at string) string {
	if strings.HasSuffix(at, "include") {
		return "exclude"
	}
	return "include"
}
