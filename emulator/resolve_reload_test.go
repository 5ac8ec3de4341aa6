package emulator_test

import (
	"context"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

func TestOnReloadOfAFunctionComesBeforeThatOfAll(t *testing.T) {
	for _, test := range []struct {
		all, own string
		want     platform.OnReload
	}{
		{"", "", platform.Continue},
		{"retry", "", platform.Retry},
		{"retry", "continue", platform.Continue},
		{"", "retry", platform.Retry},
		{"retry", "replay-last", platform.ReplayLast},
		{"replay-last", "", platform.ReplayLast},
	} {
		cfg := emulator.Config{OnReload: test.all, Topics: []emulator.Topic{{Name: "a"}, {Name: "b"}}, Functions: []emulator.Function{{
			Name: "f", OnReload: test.own, Events: []emulator.Event{{Topic: "a"}, {Topic: "b"}},
			InProcess: func(context.Context, []*kgo.Record) ([]*kgo.Record, error) { return nil, nil },
		}}}
		r, err := cfg.Resolve()
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Mappings {
			if got := r.Mappings[i].OnReload; got != test.want {
				t.Errorf("onReload %q for all, %q for the function: mapping %d has %v, want %v", test.all, test.own, i, got, test.want)
			}
		}
	}
}
