package reload

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBuildFolder(t *testing.T) {
	for name, test := range map[string]struct {
		files      map[string]string
		code, want string
	}{
		"the code":              {map[string]string{"orders/package.json": "{}", "package.json": "{}"}, "orders", "orders"},
		"without a manifest":    {map[string]string{"orders/build.sh": "", "package.json": "{}"}, "orders", "orders"},
		"ignored":               {map[string]string{".gitignore": "generated/\n", "orders/package.json": "{}", "orders/generated/index.js": "", "package.json": "{}"}, "orders/generated", "orders"},
		"not made yet":          {map[string]string{"orders/package.json": "{}", "package.json": "{}"}, "orders/dist/src", "orders"},
		"by its name":           {map[string]string{"package.json": "{}", "dist/index.js": ""}, "dist", ""},
		"a package called dist": {map[string]string{"package.json": "{}", "dist/package.json": "{}"}, "dist", "dist"},
		"manifest in artefact":  {map[string]string{".gitignore": "dist\n", "a/package.json": "{}", "a/dist/package.json": "{}", "a/dist/fn/index.js": ""}, "a/dist/fn", "a"},
		"cargo":                 {map[string]string{"svc/Cargo.toml": "", "svc/target/lambda/ship/bootstrap": ""}, "svc/target/lambda/ship", "svc"},
		"nothing says":          {map[string]string{"x/dist/index.js": ""}, "x/dist", ""},
	} {
		t.Run(name, func(t *testing.T) {
			test.files[".git/HEAD"] = ""
			dir := folder(t, test.files)
			if got, want := BuildFolder(filepath.Join(dir, filepath.FromSlash(test.code)), dir), filepath.Join(dir, test.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestIgnoredOnTheWay(t *testing.T) {
	dir := folder(t, map[string]string{".git/HEAD": "", ".gitignore": "dist/\n*.js\n", "src/.gitignore": "!keep.js\n"})
	for path, want := range map[string]string{
		"dist/handlers/index.mjs": "dist", "src/app.js": "src/app.js", "src/keep.js": "", "src/app.ts": "", "a/dist/x.ts": "a/dist",
	} {
		if want != "" {
			want = filepath.Join(dir, filepath.FromSlash(want))
		}
		if got := Ignored(dir, filepath.Join(dir, filepath.FromSlash(path))); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Ignored(filepath.Join(dir, "src"), filepath.Join(dir, "src", "dist", "x.js")); got != "" {
		t.Errorf("got %q, want nothing: the folder was named as code", got)
	}
}

// TestProjectThatGitIgnores is of a project whose repository is somebody else's: what that
// ignores says nothing about it.
func TestProjectThatGitIgnores(t *testing.T) {
	dir := folder(t, map[string]string{".git/HEAD": "", ".gitignore": "scratch/\n", "scratch/orders/build.sh": "", "scratch/package.json": "{}"})
	orders := filepath.Join(dir, "scratch", "orders")
	if got := BuildFolder(orders, filepath.Join(dir, "scratch")); got != orders {
		t.Errorf("got %s, want the code", got)
	}
}
