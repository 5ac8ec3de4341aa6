package emulator

import (
	"slices"
	"testing"
	"time"
)

// settingOf is a setting of the run by the short form of its key.
func (r *fileRun) settingOf(short string) Setting {
	r.t.Helper()
	all := r.e.Settings()
	i := slices.IndexFunc(all, func(s Setting) bool { return s.Short == short })
	if i < 0 {
		r.t.Fatalf("there is no setting %s", short)
	}
	return all[i]
}

func (r *fileRun) expectSetting(short, value, file string, from SettingFrom) {
	r.t.Helper()
	if s := r.settingOf(short); s.Value != value || s.File != file || s.From != from {
		r.t.Errorf("%s: got %s from %s, file %q; want %s from %s, file %q", short, s.Value, s.From, s.File, value, from, file)
	}
}

// turn changes the function, or its event.
func (r *fileRun) turn(change func(*Function, *Event)) []Turned {
	r.t.Helper()
	turned, err := r.e.Turn(r.t.Context(), func(c Config) (Config, error) {
		c.Functions = slices.Clone(c.Functions)
		f := &c.Functions[0]
		f.Events = slices.Clone(f.Events)
		change(f, &f.Events[0])
		return c, nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return turned
}

func (r *fileRun) undo(want ...string) {
	r.t.Helper()
	turned, err := r.e.Undo(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	var got []string
	for _, t := range turned {
		got = append(got, t.String())
	}
	if !slices.Equal(got, want) {
		r.t.Errorf("undone %q, want %q", got, want)
	}
}

// TestSettingsOfARun: where values are from, as keys are turned, undone and saved.
func TestSettingsOfARun(t *testing.T) {
	r := startFileRun(t)
	r.expectSetting("ship.batchSize", "10", "10", FromFile)
	r.expectSetting("ship.timeout", "3s", "", FromDefault)
	r.turn(func(f *Function, e *Event) { f.Timeout, e.BatchSize = 5*time.Second, 20 })
	r.turn(func(_ *Function, e *Event) { e.BatchSize = 30 })
	r.expectSetting("ship.batchSize", "30", "10", FromLive)
	r.expectSetting("ship.timeout", "5s", "", FromLive)
	r.undo("functions.ship.events[0].kafka.batchSize: 20 in place of 30")
	r.undo("functions.ship.timeout: unset in place of 5s", "functions.ship.events[0].kafka.batchSize: 10 in place of 20")
	r.expectSetting("ship.batchSize", "10", "10", FromFile)
	r.expectSetting("ship.timeout", "3s", "", FromDefault)
	if turned, err := r.e.Undo(t.Context()); err == nil {
		t.Errorf("there was something to undo: %v", turned)
	}
	// What the file says in the meantime in other keys stays.
	r.turn(func(_ *Function, e *Event) { e.BatchSize = 30 })
	if err := r.save(func(c *Config) { c.Functions[0].Timeout = 7 * time.Second }); err != nil {
		t.Fatal(err)
	}
	r.expectSetting("ship.timeout", "7s", "7s", FromFile)
	r.undo("functions.ship.events[0].kafka.batchSize: 10 in place of 30")
	r.expectSetting("ship.timeout", "7s", "7s", FromFile)
	// What was turned and then saved is of the file, and nothing has changed.
	r.turn(func(_ *Function, e *Event) { e.BatchSize = 40 })
	before := r.last()
	if err := r.save(func(c *Config) { c.Functions[0].Timeout, c.Functions[0].Events[0].BatchSize = 7*time.Second, 40 }); err != nil {
		t.Fatal(err)
	}
	if after := r.last(); after.Seq != before.Seq {
		t.Errorf("the file that says what was turned is told as a change: %s", after.Sentence())
	}
	r.expectSetting("ship.batchSize", "40", "40", FromFile)
}

// TestSettingReset goes back to the file, and to the default.
func TestSettingReset(t *testing.T) {
	r := startFileRun(t)
	r.turn(func(f *Function, e *Event) { f.Timeout, e.BatchSize = 5*time.Second, 20 })
	for _, step := range []struct {
		key, short string
		to         SettingFrom
		value      string
		from       SettingFrom
	}{
		{"functions.ship.timeout", "ship.timeout", FromFile, "3s", FromDefault},
		{"ship.batchSize", "ship.batchSize", FromFile, "10", FromFile},
		{"ship.events[0].kafka.batchSize", "ship.batchSize", FromDefault, "100", FromLive},
		{"functions.ship.batchSize", "ship.batchSize", FromFile, "10", FromFile},
		{"accountConcurrency", "accountConcurrency", FromFile, "1000", FromDefault},
	} {
		_, err := r.e.Turn(t.Context(), func(c Config) (Config, error) {
			s, err := r.e.SettingNamed(&c, step.key)
			return r.e.Reset(c, &s, step.to), err
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := r.settingOf(step.short); s.Value != step.value || s.From != step.from {
			t.Errorf("%s to %s: got %s from %s, want %s from %s", step.key, step.to, s.Value, s.From, step.value, step.from)
		}
	}
	config := r.e.parts().config
	if _, err := r.e.SettingNamed(&config, "ship.batchSise"); err == nil || err.Error() != `there is no key "ship.batchSise" that can be changed here; did you mean "ship.batchSize"?` {
		t.Errorf("got %v", err)
	}
}
