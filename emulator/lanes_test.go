package emulator_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

func TestValidateLanes(t *testing.T) {
	set := func(profile, order string, lanes int) func(*emulator.Config, *emulator.Function, *emulator.Event) {
		return func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			c.Profile, e.Order, e.Lanes = profile, order, lanes
		}
	}
	const without = eventPath + "lanes: has no effect with order partition, which has one batch of a partition in flight; set order: key or order: none, or leave lanes out"
	const connector = " it is of event source mappings: leave it out, or choose another profile"
	checkMistakes(t, []mistakeCase{
		{"key", set("aws", "key", 0), nil},
		{"none", set("aws-provisioned", "none", 100), nil},
		{"one lane", set("aws", "key", 1), nil},
		{"partition", set("aws", "partition", 0), nil},
		{"another order", set("aws", "keys", 0), []string{
			eventPath + `order: "keys" is not one of partition, key, none; did you mean "key"?`}},
		{"too many", set("aws", "key", 101), []string{eventPath + "lanes: 101 is over the limit of 100"}},
		{"too few", set("aws", "none", -1), []string{eventPath + "lanes: -1 is under the minimum of 1"}},
		{"without order", set("aws", "", 2), []string{without}},
		{"with order partition", set("aws", "partition", 2), []string{without}},
		{"connector", set("connect-sync", "key", 2), []string{
			eventPath + "order: a sink connector has no order;" + connector,
			eventPath + "lanes: a sink connector has no lanes;" + connector}},
	})
}

func TestResolveLanes(t *testing.T) {
	for _, c := range []struct {
		order string
		lanes int
		want  platform.Order
		in    int32
	}{
		{"", 0, platform.ByPartition, 0},
		{"partition", 0, platform.ByPartition, 0},
		{"key", 0, platform.ByKey, 10},
		{"key", 4, platform.ByKey, 4},
		{"none", 1, platform.Unordered, 1},
	} {
		config := shop()
		e := &config.Functions[0].Events[0]
		e.Order, e.Lanes = c.order, c.lanes
		if m := resolvedMapping(t, config); m.Order != c.want || m.Lanes != c.in {
			t.Errorf("order %q, %d lanes: got %v in %d, want %v in %d", c.order, c.lanes, m.Order, m.Lanes, c.want, c.in)
		}
		warned := slices.ContainsFunc(config.Warnings(), func(line string) bool { return strings.Contains(line, "kafka.order: ") })
		if warned != (c.want != platform.ByPartition) {
			t.Errorf("order %q: warned that the cloud has no such thing: %v", c.order, warned)
		}
	}
}
