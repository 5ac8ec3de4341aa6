package emulator_test

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

func TestValidateMaximumRecordAge(t *testing.T) {
	const at = eventPath + "maximumRecordAge: "
	const low = "; AWS says: The minimum valid value for maximum record age is 60s. Although values less than 60 and greater than -1 " +
		"fall within the parameter's absolute range, they are not allowed"
	for _, c := range []struct {
		age  time.Duration
		want []string
	}{
		{-1, nil}, {60 * time.Second, nil}, {604_800 * time.Second, nil},
		{0, []string{at + "0s is under the minimum of 60s" + low}},
		{59 * time.Second, []string{at + "59s is under the minimum of 60s" + low}},
		{60500 * time.Millisecond, []string{at + "1m0.5s is not in whole seconds, as on AWS"}},
		{604_801 * time.Second, []string{at + "604801s is over the limit of 604800s; AWS says: Value '604801' at 'maximumRecordAgeInSeconds' failed to satisfy constraint: Member must have value less than or equal to 604800"}},
		{-2 * time.Second, []string{at + "-2s is under the minimum of -1, which is any age; AWS says: Value '-2' at 'maximumRecordAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to -1"}},
	} {
		checkMistakes(t, []mistakeCase{{c.age.String(), func(config *emulator.Config, _ *emulator.Function, e *emulator.Event) {
			config.Profile, e.MaximumRecordAge = "aws-provisioned", new(c.age)
		}, c.want}})
	}
}

func TestValidateKnobsOfErrorControls(t *testing.T) {
	checkMistakes(t, []mistakeCase{{"knobs", func(c *emulator.Config, _ *emulator.Function, e *emulator.Event) {
		c.Profile = "aws-provisioned"
		e.RecordAgeCondition, e.PartialResponseMode, e.BisectCountsAsRetry = "too old", "lowest", true
	}, []string{
		eventPath + `recordAgeCondition: "too old" is not a condition; write letters, such as RecordAgeExceeded`,
		eventPath + `partialResponseMode: "lowest" is not one of items, from-lowest; there are items, from-lowest`,
		eventPath + "partialResponseMode: has no effect without partialResponse; set partialResponse: true",
		eventPath + "bisectCountsAsRetry: has no effect without bisect; set bisect: true",
	}}})
}

func TestResolveErrorControls(t *testing.T) {
	c := shop()
	c.Profile = "aws-provisioned"
	e := &c.Functions[0].Events[0]
	e.Bisect, e.BisectCountsAsRetry, e.PartialResponse, e.PartialResponseMode = true, true, true, "from-lowest"
	e.MaximumRecordAge, e.RecordAgeCondition = new(time.Hour), "TooOld"
	m := resolvedMapping(t, c)
	if !m.Bisect || !m.BisectCounts || !m.FromLowest || m.MaxAge != int64(time.Hour) || m.AgeCondition != "TooOld" || m.WindowFromInvocation {
		t.Errorf("got %+v", m)
	}
	e.MaximumRecordAge, e.PartialResponseMode = new(time.Duration(-1)), "items"
	if m := resolvedMapping(t, c); m.MaxAge != 0 || m.FromLowest {
		t.Errorf("any age, items: got %+v", m)
	}
}

// On demand a queue may be the destination, and limits the retries, too.
func TestResolveDestinationsOnDemand(t *testing.T) {
	for arn, topic := range map[string]string{
		"arn:aws:sqs:us-east-1:123456789012:orders-dlq": "coldbrook.destination.orders-dlq",
		"arn:aws:sns:eu-west-1:123456789012:failed":     "coldbrook.destination.failed",
		"arn:aws:s3:::bucket.of.failures":               "coldbrook.destination.bucket.of.failures",
	} {
		c := shop()
		c.Functions[0].Events[0].OnFailure = arn
		m := resolvedMapping(t, c)
		if m.OnFailure != topic || m.Retries != 10 || m.ExhaustedCondition != "RetryAttemptsExhausted" || !m.WindowFromInvocation {
			t.Errorf("%s: got %+v", arn, m)
		}
	}
}

func resolvedMapping(t *testing.T, c emulator.Config) platform.Mapping {
	t.Helper()
	got, err := c.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return got.Mappings[0]
}
