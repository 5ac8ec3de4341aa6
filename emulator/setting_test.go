package emulator_test

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// settingsConfig is keysFile as a configuration.
func settingsConfig(t *testing.T) emulator.Config {
	t.Helper()
	c, err := config.Parse("keys", []byte(strings.ReplaceAll(keysFile, "HANDLER", "handler")))
	must(t, err)
	return c
}

func settingAt(all []emulator.Setting, path string) *emulator.Setting {
	if i := slices.IndexFunc(all, func(s emulator.Setting) bool { return s.Path == path }); i >= 0 {
		return &all[i]
	}
	return nil
}

// isSettable says whether a key is one that set takes.
func (r *keyRow) isSettable() bool {
	if r.comesTo == needsRestart || strings.HasSuffix(r.key, "NAME") {
		return false
	}
	return strings.HasPrefix(r.key, "functions.") || !strings.Contains(r.key, ".")
}

// assigned is a configuration with the value of a row, which is JSON.
func (r *keyRow) assigned(t *testing.T, c emulator.Config) emulator.Config {
	t.Helper()
	for _, a := range append(strings.Fields(r.more), r.key+"="+r.value) {
		if next, err := config.Assign(c, a); err == nil {
			c = next
		} else if !strings.HasPrefix(a, "topics.") {
			t.Fatalf("%s: %v", a, err)
		}
	}
	return c
}

// TestSettingsAreTheKeysThatCanBeSet: each key is there, with what its change comes to as
// docs/reload.md has it, and no other.
func TestSettingsAreTheKeysThatCanBeSet(t *testing.T) {
	c := settingsConfig(t)
	all := emulator.SettingsOf(c, c)
	settable := map[string]bool{}
	for i := range keyRows {
		r := &keyRows[i]
		if !r.isSettable() {
			continue
		}
		s := settingAt(all, r.key)
		if s == nil {
			t.Errorf("%s is no setting", r.key)
			continue
		}
		settable[r.named()] = true
		if s.Change != r.comesTo {
			t.Errorf("%s %s, and %s for the settings", r.key, r.comesTo, s.Change)
		}
	}
	for _, s := range all {
		named := (&keyRow{key: s.Path}).named()
		if !settable[named] {
			t.Errorf("%s is a setting and no key that can be set", s.Path)
		}
		if s.Meaning == "" || s.Source == "" || s.Default == "" || s.Value == "" && s.IsSet {
			t.Errorf("%s is not complete: %+v", s.Path, s)
		}
	}
}

// TestSettingsAreWrittenAsInTheFile: a value that was written is read as the same, by
// either form of the key.
func TestSettingsAreWrittenAsInTheFile(t *testing.T) {
	said, written := settingsConfig(t), 0
	for i := range keyRows {
		r := &keyRows[i]
		if !r.isSettable() {
			continue
		}
		now := r.assigned(t, said)
		s := settingAt(emulator.SettingsOf(now, said), r.key)
		if s == nil || s.From != emulator.FromLive || !s.IsSet {
			t.Errorf("%s: got %+v, want one that was changed", r.key, s)
			continue
		}
		if strings.HasSuffix(r.key, ".env") {
			if s.Value != "{MODE: ...}" {
				t.Errorf("%s: got %s, want its names only", r.key, s.Value)
			}
			continue
		}
		for _, key := range []string{s.Path, s.Short} {
			again, err := config.Assign(now, key+"="+s.Value)
			if err != nil || !reflect.DeepEqual(again, now) {
				t.Errorf("%s=%s: %v, or it is read as something else", key, s.Value, err)
			}
			written++
		}
	}
	if written < 80 {
		t.Errorf("%d values were read again, want more", written)
	}
}

func TestSettingsWriteTexts(t *testing.T) {
	for _, text := range []string{"a", "true", "No", "12", "0x1f", "-1", "a: b", "a #b", "#a", "it's", `say "it's"`, " a ", "a\nb", "é", "\x01", "a,b", "[a]", "{a}", "~", "kafka://a", "a:", "*a", "&a", "!a", "1e3", "2026-01-01", ".5", "- a", "?", "|", "null", `\n`, "\u0085x", "\ufeffx"} {
		c := settingsConfig(t)
		f := &c.Functions[0]
		f.Command, f.Events[0].Filters, f.Output = []string{text, "b"}, []string{text}, text
		all := emulator.SettingsOf(c, emulator.Config{})
		for _, path := range []string{"functions.ship.command", "functions.ship.events[0].kafka.filters", "functions.ship.output"} {
			s := settingAt(all, path)
			again, err := config.Assign(c, path+"="+s.Value)
			if strings.ContainsAny(text, "\x01") || strings.HasSuffix(path, "output") && strings.TrimSpace(text) == "" {
				continue // no text of a file
			}
			if err != nil || !reflect.DeepEqual(again, c) {
				t.Errorf("%s of %q is written as %s: %v, or read as something else", path, text, s.Value, err)
			}
		}
	}
}

// notWritten are defaults that cannot be written as they are: words, or half a second
// where the platform takes whole ones.
var notWritten = []string{"functions.ship.events[0].kafka.batchWindow"}

// TestDefaultsOfSettingsChangeNothing: who writes the default gets the same rules as who
// writes nothing.
func TestDefaultsOfSettingsChangeNothing(t *testing.T) {
	for _, name := range profile.Names() {
		c := emulator.Config{Profile: name, Topics: []emulator.Topic{{Name: "in"}}, Functions: []emulator.Function{
			{Name: "ship", Runtime: "nodejs24.x", Code: ".", Handler: "index.handler", Events: []emulator.Event{{Topic: "in"}}}}}
		want, err := c.Resolve()
		must(t, err)
		compared := 0
		for _, s := range emulator.SettingsOf(c, c) {
			if s.From != emulator.FromDefault && s.Value == s.Default {
				t.Errorf("%s %s: %s, and it is the default", name, s.Path, s.From)
			}
			if s.IsSet || slices.Contains(notWritten, s.Path) {
				continue
			}
			next, err := config.Assign(c, s.Path+"="+s.Default)
			if s.Kind == emulator.KindText || err != nil && strings.Contains(s.Default, " ") && s.Kind != emulator.KindChoice {
				continue
			}
			if err != nil && (s.Default == "none" || s.Default == "unreserved" || s.Default == "unlimited" || s.Default == "0s") {
				continue
			}
			if err != nil {
				t.Errorf("%s %s: %v", name, s.Path, err)
				continue
			}
			got, err := next.Resolve()
			if err != nil && strings.Contains(err.Error(), "has no effect") {
				continue
			}
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s=%s: %v, or other rules:\n%+v\n%+v", name, s.Path, s.Default, err, got, want)
			}
			compared++
		}
		if compared < 15 {
			t.Errorf("%s: %d defaults were compared, want more", name, compared)
		}
	}
}

// mistakenAt says whether a key is one of the mistakes of a configuration.
func mistakenAt(c emulator.Config, path string) bool {
	joined, ok := c.Validate().(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	return slices.ContainsFunc(joined.Unwrap(), func(err error) bool {
		m, isMistake := errors.AsType[*emulator.Mistake](err)
		return isMistake && m.Path == path && !strings.Contains(m.Message, "has no effect") && !strings.Contains(m.Message, "both say")
	})
}

// TestBoundsOfSettings: a bound is allowed, and what is beyond it is not.
func TestBoundsOfSettings(t *testing.T) {
	beyond := func(s *emulator.Setting, bound string, by int) (string, bool) {
		switch s.Kind {
		case emulator.KindDuration:
			d, err := time.ParseDuration(bound)
			return (d + time.Duration(by)*time.Second).String(), err == nil
		case emulator.KindSize:
			n := strings.TrimSuffix(bound, "MB")
			return plus(n, by) + "MB", n != bound
		case emulator.KindNumber:
			return plus(bound, by), true
		}
		return "", false
	}
	for _, name := range profile.Names() {
		c := emulator.Config{Profile: name, Topics: []emulator.Topic{{Name: "in"}}, Functions: []emulator.Function{
			{Name: "ship", Runtime: "nodejs24.x", Code: ".", Handler: "index.handler", Events: []emulator.Event{{Topic: "in", Order: "key"}}}}}
		if _, isMapping := profile.Lookup(name); isMapping && strings.HasPrefix(name, "connect") {
			c.Functions[0].Events[0].Order = ""
		}
		checked := 0
		for _, s := range emulator.SettingsOf(c, c) {
			for _, b := range []struct {
				bound string
				by    int
			}{{s.Min, -1}, {s.Max, 1}} {
				if b.bound == "" {
					continue
				}
				if next, err := config.Assign(c, s.Path+"="+b.bound); err != nil || mistakenAt(next, s.Path) {
					t.Errorf("%s %s=%s: %v, %v", name, s.Path, b.bound, err, next.Validate())
				}
				over, ok := beyond(&s, b.bound, b.by)
				if !ok {
					t.Errorf("%s %s: %q is no bound", name, s.Path, b.bound)
				}
				if next, err := config.Assign(c, s.Path+"="+over); err == nil && !mistakenAt(next, s.Path) {
					t.Errorf("%s %s=%s is allowed, beyond the bound %s", name, s.Path, over, b.bound)
				}
				checked++
			}
		}
		if checked < 15 {
			t.Errorf("%s: %d bounds were checked, want more", name, checked)
		}
	}
}

// TestSettingsThatAreLacking: what a profile has not is no setting, and the rest can be
// set.
func TestSettingsThatAreLacking(t *testing.T) {
	for _, name := range profile.Names() {
		c := settingsConfig(t)
		c.Profile = name
		c.Functions[1].Events[0].Profile = name
		all := emulator.SettingsOf(c, c)
		for i := range keyRows {
			r := &keyRows[i]
			if !r.isSettable() || strings.HasPrefix(r.key, "functions.") && strings.HasSuffix(r.key, ".profile") {
				continue
			}
			sample := *r
			if strings.HasSuffix(r.key, ".onFailure") { // of a topic, only one profile has it
				sample.value = `"arn:aws:sqs:us-east-1:123456789012:failed"`
			}
			next := sample.assigned(t, c)
			for _, topic := range []string{"results", "errors"} {
				next.Topics = append(slices.Clone(next.Topics), emulator.Topic{Name: topic})
			}
			isLacking, isRefused := settingAt(all, r.key) == nil, mistakenAt(next, r.key)
			needs, _, _ := strings.Cut(r.more, "=")
			isRefused = isRefused || mistakenAt(next, needs)
			if isLacking != isRefused {
				t.Errorf("%s %s=%s: lacking %v, refused %v: %v", name, r.key, r.value, isLacking, isRefused, next.Validate())
			}
		}
	}
}

func plus(number string, by int) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return number
	}
	return strconv.Itoa(n + by)
}
