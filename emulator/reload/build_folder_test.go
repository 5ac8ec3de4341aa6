package reload

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoProgramsOfOneModule is of a module with several programs, alone and in a workspace.
func TestGoProgramsOfOneModule(t *testing.T) {
	for _, work := range []string{"", "go 1.26\n\nuse ./orders\n"} {
		files := map[string]string{
			"orders/go.mod": goMod, "orders/words/words.go": "package words\n\nconst Word = \"shared\"\n",
			"orders/cmd/consumer/main.go": "package main\n\nimport \"example.com/ship/words\"\n\nfunc main() { print(\"consumer \" + words.Word) }\n",
			"orders/cmd/audit/main.go":    "package main\n\nimport \"example.com/ship/words\"\n\nfunc main() { print(\"audit \" + words.Word) }\n",
		}
		if work != "" {
			files["go.work"] = work
		}
		dir, into := folder(t, files), t.TempDir()
		for _, name := range []string{"consumer", "audit"} {
			s := BuildSpec{Function: name, Dir: filepath.Join(dir, "orders", "cmd", name), Into: into}
			if !s.IsGo() {
				t.Fatalf("%s: not Go", name)
			}
			binary, err := Build(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(binary).CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != name+" shared" {
				t.Errorf("got %q, %v, want the program %s", out, err, name)
			}
		}
	}
}
