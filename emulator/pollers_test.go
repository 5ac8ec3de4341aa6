package emulator_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// How the keys relate: on demand pollers is where it begins, in provisioned mode
// all there is; provisioned bounds it there.
func TestResolvePollers(t *testing.T) {
	for _, c := range []struct {
		name, profile string
		event         emulator.Event
		want          [3]int32 // at the beginning, least, most
		rate          int64
		delay         time.Duration
	}{
		{"on demand", "aws", emulator.Event{}, [3]int32{1, 1, math.MaxInt32}, 0, 3 * time.Minute},
		{"on demand, three", "aws", emulator.Event{Pollers: 3}, [3]int32{3, 1, math.MaxInt32}, 0, 3 * time.Minute},
		{"2018", "aws-2018", emulator.Event{}, [3]int32{1, 1, math.MaxInt32}, 0, 3 * time.Minute},
		{"defaults", "aws-provisioned", emulator.Event{}, [3]int32{1, 1, 200}, 5_000_000, 0},
		{"empty", "aws-provisioned", emulator.Event{Provisioned: &emulator.Provisioned{}}, [3]int32{1, 1, 200}, 5_000_000, 0},
		{"fixed", "aws-provisioned", emulator.Event{Pollers: 3}, [3]int32{3, 3, 3}, 5_000_000, 0},
		{"least", "aws-provisioned", emulator.Event{Provisioned: &emulator.Provisioned{MinimumPollers: 2}}, [3]int32{2, 2, 200}, 5_000_000, 0},
		{"both", "aws-provisioned", emulator.Event{Provisioned: &emulator.Provisioned{MinimumPollers: 200, MaximumPollers: 2000}},
			[3]int32{200, 200, 2000}, 5_000_000, 0},
		{"knobs", "aws-provisioned", emulator.Event{PollerRate: new(0), PollerScaleDelay: new(time.Minute)}, [3]int32{1, 1, 200}, 0, time.Minute},
		{"rate on demand", "aws", emulator.Event{PollerRate: new(1000), PollerScaleDelay: new(time.Duration(0))},
			[3]int32{1, 1, math.MaxInt32}, 1000, 0},
	} {
		config := shop()
		config.Profile = c.profile
		c.event.Topic = "orders"
		config.Functions[0].Events[0] = c.event
		got, err := config.Resolve()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		m := got.Mappings[0]
		if n := [3]int32{m.Pollers, m.PollersMin, m.PollersMax}; n != c.want || m.PollerRate != c.rate || m.ScaleDelay != int64(c.delay) {
			t.Errorf("%s: got pollers %v, rate %d, delay %v, want %v, %d, %v", c.name, n, m.PollerRate, time.Duration(m.ScaleDelay), c.want, c.rate, c.delay)
		}
	}
}

func TestValidatePollers(t *testing.T) {
	provisioned := func(c *emulator.Config, e *emulator.Event, least, most int) {
		c.Profile, e.Provisioned = "aws-provisioned", &emulator.Provisioned{MinimumPollers: least, MaximumPollers: most}
	}
	checkMistakes(t, []mistakeCase{
		{"under", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			provisioned(c, e, -1, -1)
			e.PollerRate, e.PollerScaleDelay = new(999), new(-time.Second)
		}, []string{
			eventPath + "pollerScaleDelay: -1s is under the minimum of 0s",
			eventPath + "pollerRate: 999 is under the minimum of 1000",
			eventPath + "provisioned.minimumPollers: -1 is under the minimum of 1; AWS says: Value '-1' at 'provisionedPollerConfig.minimumPollers' failed to satisfy constraint: Member must have value greater than or equal to 1",
			eventPath + "provisioned.maximumPollers: -1 is under the minimum of 1; AWS says: Value '-1' at 'provisionedPollerConfig.maximumPollers' failed to satisfy constraint: Member must have value greater than or equal to 1",
		}},
		{"over", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			provisioned(c, e, 201, 2001)
			e.PollerRate, e.PollerScaleDelay = new(1_000_000_001), new(2*time.Hour)
		}, []string{
			eventPath + "pollerScaleDelay: 2h is over the limit of 1h",
			eventPath + "pollerRate: 1000000001 is over the limit of 1000000000",
			eventPath + "provisioned.minimumPollers: 201 is over the limit of 200; AWS says: Value '201' at 'provisionedPollerConfig.minimumPollers' failed to satisfy constraint: Member must have value less than or equal to 200",
			eventPath + "provisioned.maximumPollers: 2001 is over the limit of 2000; AWS says: Value '2001' at 'provisionedPollerConfig.maximumPollers' failed to satisfy constraint: Member must have value less than or equal to 2000",
		}},
		{"crossed", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) { provisioned(c, e, 5, 4) },
			[]string{eventPath + "provisioned.maximumPollers: 4 is under minimumPollers, which is 5"}},
		{"twice", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			provisioned(c, e, 1, 4)
			e.Pollers = 2
		}, []string{eventPath + "pollers: pollers and provisioned both say how many pollers there are; leave one of them out: pollers: 2 is provisioned: {minimumPollers: 2, maximumPollers: 2}"}},
		{"on demand", func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			e.Provisioned = &emulator.Provisioned{}
		},
			[]string{eventPath + "provisioned: provisioned needs profile aws-provisioned: on demand, AWS chooses the number of pollers; set profile: aws-provisioned, or leave provisioned out"}},
	})
}

func TestWarningOfMorePollersThanPartitions(t *testing.T) {
	c := shop()
	c.Profile = "aws-provisioned"
	c.Functions[0].Events[0].Provisioned = &emulator.Provisioned{MinimumPollers: 5}
	const want = `functions.ship.events[0].kafka.provisioned.minimumPollers: topic "orders" has 3 partitions: 2 pollers have nothing to do`
	if got := c.Warnings(); !slices.Contains(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestValidateStartingPositionTimestamp(t *testing.T) {
	at := func(position string, stamp time.Time) func(*emulator.Config, *emulator.Function, *emulator.Event) {
		return func(_ *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			e.StartingPosition, e.StartingPositionTimestamp = position, stamp
		}
	}
	const path = eventPath + "startingPositionTimestamp: "
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	checkMistakes(t, []mistakeCase{
		{"right", at("AT_TIMESTAMP", day), nil},
		{"epoch", at("AT_TIMESTAMP", time.Unix(0, 0)), nil},
		{"future", at("AT_TIMESTAMP", day.AddDate(500, 0, 0)), []string{
			path + "2526-01-02T03:04:05Z is in the future; AWS says: StartingPositionTimestamp cannot be in the future."}},
		{"too old", at("AT_TIMESTAMP", time.Unix(-1, 0).UTC()), []string{path + "1969-12-31T23:59:59Z is before 1970"}},
		{"without", at("LATEST", day), []string{
			path + "has no effect without startingPosition: AT_TIMESTAMP; set startingPosition: AT_TIMESTAMP"}},
	})
}
