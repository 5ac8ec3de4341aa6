package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// blocks returns the blocks of a text of Markdown that are in language.
func blocks(text, language string) []string {
	var all []string
	for {
		_, rest, found := strings.Cut(text, "\n"+fence+language+"\n")
		if !found {
			return all
		}
		block, after, _ := strings.Cut(rest, "\n"+fence)
		all, text = append(all, block+"\n"), after
	}
}

func TestReadmeConfigurationsAreValid(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := blocks(string(text), "yaml")
	if len(found) == 0 {
		t.Fatal("README.md shows no configuration")
	}
	for _, b := range found {
		if _, err := config.Parse("README.md", []byte(b)); err != nil {
			t.Errorf("README.md shows a configuration that Coldbrook refuses:\n%v", err)
		}
	}
}

func TestBlocksFindsEveryBlockOfALanguage(t *testing.T) {
	f := fence
	got := blocks("x\n"+f+"sh\nls\n"+f+"\n"+f+"yaml\na: 1\n"+f+"\ny\n"+f+"yaml\nb: 2\nc: 3\n"+f+"\n", "yaml")
	if len(got) != 2 || got[0] != "a: 1\n" || got[1] != "b: 2\nc: 3\n" {
		t.Errorf("got %q, want the two blocks", got)
	}
}
