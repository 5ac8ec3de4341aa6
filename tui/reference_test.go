package tui_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // for its flag -update

	"github.com/coldbrook-dev/coldbrook/tui"
)

const keysFile = "../docs/keys.md"

// docs/keys.md is made from the key tables: go test ./tui -run KeyReference -update.
func TestKeyReference(t *testing.T) {
	want := tui.KeyReference()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(keysFile, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(keysFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the key tables say; go test ./tui -run KeyReference -update writes it:\n%s", keysFile, want)
	}
	for _, table := range tui.KeyTables() {
		for _, k := range table.Keys {
			if !strings.Contains(want, "`"+k.ID+"`") {
				t.Errorf("%s is not in the reference", k.ID)
			}
		}
	}
}
