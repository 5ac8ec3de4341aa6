package control

import "testing"

func TestSettingsAndUndo(t *testing.T) {
	dir := shortDir(t)
	serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	var settings struct{ File string }
	if err := c.Settings(t.Context(), &settings); err != nil || settings.File != "coldbrook.yaml" {
		t.Errorf("got %+v, %v", settings, err)
	}
	var turned []string
	if err := c.Undo(t.Context(), &turned); err != nil || len(turned) != 1 || turned[0] != "a=1" {
		t.Errorf("got %v, %v", turned, err)
	}
	if err := c.Undo(t.Context(), &turned); err == nil || err.Error() != "nothing to undo" {
		t.Errorf("got %v, want that there is nothing to undo", err)
	}
}
