package profile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the folder of the module, from here.
const module = "../.."

// missingProof says what is wrong with a proof, or "".
func missingProof(proof string) string {
	folder, name, ok := strings.Cut(proof, ":")
	if !ok {
		return "is not of the form package:name"
	}
	folder = filepath.Join(module, filepath.FromSlash(folder))
	if !strings.HasPrefix(name, "Test") && !strings.HasPrefix(name, "Fuzz") {
		if _, err := os.Stat(filepath.Join(folder, "testdata", name+".txt")); err != nil {
			return "there is no such golden script"
		}
		return ""
	}
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return err.Error()
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "\nfunc "+name+"(") {
			return ""
		}
	}
	return "there is no such test"
}

func TestEveryProofExists(t *testing.T) {
	for _, b := range Behaviours() {
		for _, proof := range b.Proofs {
			if why := missingProof(proof); why != "" {
				t.Errorf("%s: %s: the proof %q: %s", b.Area, b.Name, proof, why)
			}
		}
	}
}

func TestMissingProofsAreFound(t *testing.T) {
	for proof, missing := range map[string]bool{
		"emulator/platform:retry_forever":        false,
		"emulator/platform:TestInvariants":       false,
		"emulator/platform:retry_never":          true,
		"emulator/platform:TestInvariant":        true,
		"emulator/nowhere:TestInvariants":        true,
		"emulator/platform/testdata/account.txt": true,
	} {
		if got := missingProof(proof); (got != "") != missing {
			t.Errorf("%s: got %q, want missing: %v", proof, got, missing)
		}
	}
}

func TestBehaviours(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Behaviours() {
		at := b.Area + ": " + b.Name
		switch b.Parity {
		case Enforced, Approximated:
			if len(b.Proofs) == 0 {
				t.Errorf("%s is %s, but nothing proves it", at, b.Parity)
			}
		case NotModelled:
		default:
			t.Errorf("%s is %q", at, b.Parity)
		}
		if b.Parity == Approximated && b.Note == "" {
			t.Errorf("%s is approximated, but nothing says how", at)
		}
		for _, name := range Names() {
			if b.Of(name) && seen[at+" of "+name] {
				t.Errorf("%s is there twice for profile %s", at, name)
			}
			seen[at+" of "+name] = seen[at+" of "+name] || b.Of(name)
		}
		for _, name := range b.Profiles {
			if !slices.Contains(Names(), name) {
				t.Errorf("%s: there is no profile %q", at, name)
			}
		}
	}
}

func TestAreasStayTogether(t *testing.T) {
	var areas []string
	for _, b := range Behaviours() {
		if len(areas) == 0 || areas[len(areas)-1] != b.Area {
			areas = append(areas, b.Area)
		}
	}
	if sorted := slices.Sorted(slices.Values(areas)); len(slices.Compact(sorted)) != len(areas) {
		t.Errorf("areas: got %v, want each once", areas)
	}
}
