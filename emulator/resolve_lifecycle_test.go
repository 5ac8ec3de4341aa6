package emulator

import (
	"strings"
	"testing"
	"time"
)

func TestResolveLifecycle(t *testing.T) {
	const hour = int64(time.Hour)
	for name, c := range map[string]struct {
		profile                     string
		f                           Function
		lifeMin, lifeMax, firstCall int64
		proactive                   uint32
	}{
		"default":     {f: Function{Runtime: "dotnet8"}, lifeMin: 2 * hour, lifeMax: 8 * hour, firstCall: 720e6},
		"more memory": {f: Function{Runtime: "dotnet8", Memory: 512 << 20}, lifeMin: 2 * hour, lifeMax: 8 * hour, firstCall: 165e6},
		"arm64":       {f: Function{Runtime: "dotnet8", Architecture: "arm64"}, lifeMin: 2 * hour, lifeMax: 8 * hour},
		"no runtime":  {lifeMin: 2 * hour, lifeMax: 8 * hour},
		"2018":        {profile: "aws-2018", f: Function{Runtime: "dotnet8"}, lifeMin: 2 * hour, lifeMax: 8 * hour},
		"warm":        {f: Function{Runtime: "dotnet8", ColdStart: &ColdStart{Off: true}}, lifeMin: 2 * hour, lifeMax: 8 * hour},
		"own": {f: Function{MaximumLifetime: new(time.Hour), ProactiveInit: 60}, lifeMin: hour, lifeMax: hour,
			proactive: 600_000},
		"for ever": {f: Function{MaximumLifetime: new(time.Duration)}},
	} {
		c.f.Name, c.f.Command = "f", []string{"true"}
		r, err := Config{Profile: c.profile, Functions: []Function{c.f}}.Resolve()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f := r.Functions[0]; f.LifeMin != c.lifeMin || f.LifeMax != c.lifeMax || f.FirstCall != c.firstCall || f.Proactive != c.proactive {
			t.Errorf("%s: got life %d to %d, first call %d, proactive %d, want %+v", name, f.LifeMin, f.LifeMax, f.FirstCall, f.Proactive, c)
		}
	}
}

func TestValidateLifecycle(t *testing.T) {
	err := Config{Functions: []Function{{Name: "f", Command: []string{"true"}, MaximumLifetime: new(-time.Hour), ProactiveInit: 101}}}.Validate()
	for _, want := range []string{"functions.f.maximumLifetime", "functions.f.proactiveInit"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a mistake of %s", err, want)
		}
	}
}
