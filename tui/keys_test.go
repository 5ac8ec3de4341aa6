package tui_test

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/tui"
)

// A key does one thing on a screen: what a screen binds may take a key from those that
// hold everywhere only if that says nothing there.
func TestKeysAreUnique(t *testing.T) {
	ids := map[string]string{}
	for _, table := range tui.KeyTables() {
		keys := map[string]string{}
		for _, k := range table.Keys {
			if k.ID == "" || k.Help == "" {
				t.Errorf("%s: key %q has no ID or no help", table.Of, k.Keys)
			}
			if of, taken := ids[k.ID]; taken && of != table.Of {
				t.Errorf("%s: %s is the ID of a key of %s as well", table.Of, k.ID, of)
			}
			ids[k.ID] = table.Of
			for _, key := range k.Keys {
				if other, taken := keys[key]; taken && other != k.ID {
					t.Errorf("%s: %q is both %s and %s", table.Of, key, other, k.ID)
				}
				keys[key] = k.ID
			}
		}
	}
	if len(ids) < 15 {
		t.Errorf("only %d keys are bound", len(ids))
	}
}
