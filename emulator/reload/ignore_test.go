package reload

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// git runs git in a folder, without the user's settings.
func git(t interface {
	Helper()
	Fatalf(string, ...any)
}, dir, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "core.excludesFile=", "-c", "core.ignoreCase=false", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "XDG_CONFIG_HOME="+dir)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if err != nil && !(args[0] == "check-ignore" && cmd.ProcessState.ExitCode() == 1) {
		t.Fatalf("git %v: %v\n%s", args, err, said.String())
	}
	return out.String()
}

func needGit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git in PATH to compare with")
	}
}

// ignoredByGit is which of the paths git ignores.
func ignoredByGit(t interface {
	Helper()
	Fatalf(string, ...any)
}, top string, paths []string) []string {
	out := git(t, top, strings.Join(paths, "\x00")+"\x00", "check-ignore", "--no-index", "-z", "--stdin")
	ignored := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	slices.Sort(ignored)
	return slices.DeleteFunc(ignored, func(s string) bool { return s == "" })
}

// ignoredByUs is the same by our rules, as a walk from the top asks them.
func ignoredByUs(top string, paths []string) []string {
	var ignored []string
	for _, path := range paths {
		r, _ := repositoryAt(top)
		chain, at := r.outermost(), top
		names := strings.Split(path, "/")
		for i, name := range names {
			chain = readIgnoreFile(filepath.Join(at, ".gitignore"), at, chain)
			at = filepath.Join(at, name)
			info, err := os.Stat(at)
			if chain.ignores(at, i < len(names)-1 || err == nil && info.IsDir()) {
				ignored = append(ignored, path)
				break
			}
		}
	}
	slices.Sort(ignored)
	return ignored
}

func TestIgnoreFilesMeanWhatTheyMeanToGit(t *testing.T) {
	t.Parallel()
	needGit(t)
	for _, test := range []struct {
		name    string
		files   map[string]string // .gitignore files and info/exclude
		ignored []string          // some of the paths below: git knows the others
	}{
		{"name anywhere", map[string]string{".gitignore": "a.js\n"}, []string{"a.js", "lib/a.js", "lib/deep/a.js"}},
		{"anchored", map[string]string{".gitignore": "/a.js\nlib/b.js\n"}, []string{"a.js", "lib/b.js"}},
		{"folders only", map[string]string{".gitignore": "deep/\na.js/\n"}, []string{"lib/deep", "lib/deep/a.js", "lib/deep/b.js"}},
		{"negation", map[string]string{".gitignore": "*.js\n!a.js\n"}, []string{"b.js", "lib/b.js", "lib/deep/b.js"}},
		{"no way back into a folder", map[string]string{".gitignore": "lib/deep\n!lib/deep/a.js\n"}, []string{"lib/deep", "lib/deep/a.js", "lib/deep/b.js"}},
		{"nested wins", map[string]string{".gitignore": "*.js\n", "lib/.gitignore": "!a.js\n", "lib/deep/.gitignore": "/a.js"}, []string{"a.js", "b.js", "lib/b.js", "lib/deep/a.js", "lib/deep/b.js"}},
		{"two stars", map[string]string{".gitignore": "**/deep/*.js\nlib/**/b.js\nx/**\n"}, []string{"lib/b.js", "lib/deep/a.js", "lib/deep/b.js", "x/y"}},
		{"all within", map[string]string{".gitignore": "lib/**\n!lib/a.js\n"}, []string{"lib/b.js", "lib/deep", "lib/deep/a.js", "lib/deep/b.js"}},
		{"sets", map[string]string{".gitignore": "[ab].js\n!lib/[!b].js\n![[:alpha:]].py\n[]x].md"}, []string{"a.js", "b.js", "lib/b.js", "lib/deep/a.js", "lib/deep/b.js", "x.md", "].md"}},
		{"broken sets", map[string]string{".gitignore": "[a.js\n[[:no:]].js\nb.js\\\n"}, nil},
		{"comments and spaces", map[string]string{".gitignore": "# a.js\n\\#x\n\\!y\n  \nb.js   \nspace\\ \n"}, []string{"#x", "!y", "b.js", "lib/b.js", "lib/deep/b.js", "space "}},
		{"windows and marks", map[string]string{".gitignore": "\ufeffa.js\r\nlib/b.js\r\n"}, []string{"a.js", "lib/a.js", "lib/b.js", "lib/deep/a.js"}},
		{"question mark and escapes", map[string]string{".gitignore": "?.py\nlib?b.js\n\\a.js\n"}, []string{"a.py", "a.js", "lib/a.js", "lib/deep/a.js"}},
		{"exclude", map[string]string{".git/info/exclude": "*.js\n", ".gitignore": "!a.js\n"}, []string{"b.js", "lib/b.js", "lib/deep/b.js"}},
		{"odd slashes", map[string]string{".gitignore": "/\n//\na.js//\n!\n*/\n"}, []string{"lib", "x", "lib/a.js", "lib/b.js", "lib/deep", "lib/deep/a.js", "lib/deep/b.js", "x/y"}},
		{"stars", map[string]string{".gitignore": "*a*j*s\n***.py\nlib/*/b.js\n"}, []string{"a.js", "a.py", "lib/a.js", "lib/deep/a.js", "lib/deep/b.js"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			paths := []string{"a.js", "b.js", "a.py", "lib", "lib/a.js", "lib/b.js", "lib/deep", "lib/deep/a.js", "lib/deep/b.js", "x", "x/y", "#x", "!y", "space ", "x.md", "].md"}
			top := t.TempDir()
			git(t, top, "", "init", "-q")
			for _, path := range []string{"lib/deep", "x", ".git/info"} {
				must(t, os.MkdirAll(filepath.Join(top, path), 0o755))
			}
			for name, text := range test.files {
				write(t, filepath.Join(top, name), text)
			}
			slices.Sort(test.ignored)
			want := ignoredByGit(t, top, paths)
			if got := ignoredByUs(top, paths); !slices.Equal(got, want) || !slices.Equal(got, test.ignored) {
				t.Errorf("got %q\ngit says %q\nthe test says %q", got, want, test.ignored)
			}
		})
	}
}

func TestIgnoreFilesMeanWhatTheyMeanToGitWhateverTheySay(t *testing.T) {
	t.Parallel()
	needGit(t)
	top := t.TempDir()
	git(t, top, "", "init", "-q")
	var paths []string
	for _, a := range []string{"a", "b", "ab"} {
		for _, b := range []string{"a", "b", "a.b"} {
			must(t, os.MkdirAll(filepath.Join(top, a, b), 0o755))
			for _, c := range []string{"a", "b", "ab", "a.b", "-", "b]"} {
				paths = append(paths, a+"/"+b+"/"+c)
			}
			paths = append(paths, a+"/"+b, a+"/"+b+"c")
		}
		paths = append(paths, a, a+"c")
	}
	// "**" that is not a whole name is left out: behind plain text git 2.39 takes
	// it for one, against its own documentation.
	name := rapid.StringOfN(rapid.RuneFrom([]rune("ab.*?[]-!\\")), 0, 5, -1).Filter(func(s string) bool { return !strings.Contains(s, "**") })
	part := rapid.OneOf(name, rapid.SampledFrom([]string{"**", "a", "b", "*", "[a-b]", "[!a]", "[[:alpha:]]", "a*", "?"}))
	line := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "", "!", "/", "!/"}).Draw(t, "before") +
			strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "names"), "/") +
			rapid.SampledFrom([]string{"", "", "/", " ", "\r"}).Draw(t, "after")
	})
	file := rapid.Map(rapid.SliceOfN(line, 0, 4), func(lines []string) string { return strings.Join(lines, "\n") })
	rapid.Check(t, func(t *rapid.T) {
		for _, name := range []string{".git/info/exclude", ".gitignore", "a/.gitignore", "a/b/.gitignore"} {
			if err := os.WriteFile(filepath.Join(top, name), []byte(file.Draw(t, name)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want := ignoredByGit(t, top, paths)
		if got := ignoredByUs(top, paths); !slices.Equal(got, want) {
			t.Fatalf("got %q\ngit says %q", got, want)
		}
	})
}

func TestManyStarsTakeNoTime(t *testing.T) {
	p, _ := parsePattern(strings.Repeat("a*", 200) + "b")
	if p.match(strings.Repeat("a", 4000), false) {
		t.Error("it matches")
	}
}

func FuzzIgnoreFile(f *testing.F) {
	f.Add("a*b\n!/x/**/y/\n[a-", "x/z/y")
	f.Add("**/\\\n[[:alpha:][:no]", "a")
	f.Add("[a-\\", "\xff/\x00")
	f.Fuzz(func(t *testing.T, text, path string) {
		for _, p := range parseIgnoreFile([]byte(text)) {
			for _, isFolder := range []bool{true, false} {
				if p.match(path, isFolder) && p.folder && !isFolder {
					t.Errorf("%q names a file", p.text)
				}
				p.reaches(path)
			}
		}
		if err := CheckPattern(text); err != nil && !strings.Contains(err.Error(), fmt.Sprintf("%q", text)) {
			t.Errorf("got %v, want it to name %q", err, text)
		}
	})
}

func TestBadPatternsAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"": "names nothing", "# x": "names nothing", "/": "names nothing", "..": `".."`, "../": "names nothing", "a/../b": "at its beginning",
		"!a": "exclude takes out", "/../a": "leaves it", "[a": `without its "]"`, "[[:no:]]": "class", `a\`: `"\"`, "a\x00": "zero byte",
	} {
		if err := CheckPattern(text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("%q", text)) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"a", "../shared/**", "../../x", "/a/b/", "**", "*.js", `\#x`, "[!a]", "a..b"} {
		if err := CheckPattern(text); err != nil {
			t.Error(err)
		}
	}
	var w Watcher
	for _, root := range []Root{{Owner: "ship", Dir: ".", Include: []string{"["}}, {Owner: "ship", Dir: ".", Exclude: []string{"["}}, {Owner: "ship", Dir: ".", Include: []string{strings.Repeat("../", 99) + "x"}}} {
		if err := w.Watch([]Root{root}); err == nil || !strings.Contains(err.Error(), `watch "ship": `) {
			t.Errorf("got %v, want the owner", err)
		}
	}
}

func TestMovePattern(t *testing.T) {
	for _, test := range [][4]string{
		{"*.log", "/p", "/p/f/g", "*.log"}, {"gen/**", "/p", "/p/f/g", "../../gen/**"}, {"/x", "/p", "/p/f", "../x"},
		{"a/b", "/p/f", "/p", "f/a/b"}, {"a/b", "/p", "/p", "a/b"}, {"../s/**", "/p/f", "/p/g", "../s/**"},
	} {
		if got := MovePattern(test[0], filepath.FromSlash(test[1]), filepath.FromSlash(test[2])); got != test[3] {
			t.Errorf("%s from %s to %s: got %s, want %s", test[0], test[1], test[2], got, test[3])
		}
	}
}
