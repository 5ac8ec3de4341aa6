package config_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

func withEvent(profile, event string) []byte {
	return []byte(fmt.Sprintf("profile: %s\ntopics: {a: }\nfunctions:\n  f:\n    runtime: provided.al2023\n    code: x\n    events:\n      - kafka: {topic: a, %s}\n", profile, event))
}

func TestParseReadsPollers(t *testing.T) {
	got, err := config.Parse("coldbrook.yaml", withEvent("aws-provisioned",
		"provisioned: {minimumPollers: 2, maximumPollers: 20}, pollerScaleDelay: 30s, pollerRebalance: false, pollerRate: 20000"))
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.Event{
		Topic: "a", Provisioned: &emulator.Provisioned{MinimumPollers: 2, MaximumPollers: 20},
		PollerScaleDelay: new(30 * time.Second), PollerRebalance: new(false), PollerRate: new(20000),
	}
	if e := got.Functions[0].Events[0]; !reflect.DeepEqual(e, want) {
		t.Errorf("got %+v, want %+v", e, want)
	}
}

func TestParseReadsStartingPositionTimestamp(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-01-02T12:00:00Z":          noon,
		`"2026-01-02T14:00:00.5+02:00"`: noon.Add(500 * time.Millisecond),
		fmt.Sprint(noon.Unix()):         noon,
		fmt.Sprint(noon.Unix()) + ".25": noon.Add(250 * time.Millisecond),
		"0":                             time.Unix(0, 0).UTC(),
	} {
		got, err := config.Parse("coldbrook.yaml", withEvent("aws", "startingPosition: AT_TIMESTAMP, startingPositionTimestamp: "+text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if at := got.Functions[0].Events[0].StartingPositionTimestamp; !at.Equal(want) {
			t.Errorf("%s: got %v, want %v", text, at, want)
		}
	}
}

func TestParseRefusesWhatIsNoTime(t *testing.T) {
	const path = "8:86: functions.f.events[0].kafka.startingPositionTimestamp: "
	for text, want := range map[string]string{
		"yesterday":     path + `"yesterday" is not a time; write Unix seconds, or a time such as 2026-10-01T12:00:00Z`,
		"1767355200000": path + `"1767355200000" is not a time; write Unix seconds, or a time such as 2026-10-01T12:00:00Z`,
		"253402300799":  path + "9999-12-31T23:59:59Z is in the future; AWS says: StartingPositionTimestamp cannot be in the future.",
	} {
		_, err := config.Parse("coldbrook.yaml", withEvent("aws", "startingPosition: AT_TIMESTAMP, startingPositionTimestamp: "+text))
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		if got := firstLines(err); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
