package emulator

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

const (
	fromItems  = "items"
	fromLowest = "from-lowest"
)

// conditionName is what a condition looks like.
var conditionName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,63}$`)

// platformRange reports a value outside of a range of the API model, with what the
// API says to it. unit is what one of the API's units is in value's.
func (v *validation) platformRange(path, member string, value, low, high, unit int64, show func(int64) string) {
	before := len(v.mistakes)
	within(v, path, value, low, high, show)
	if len(v.mistakes) == before {
		return
	}
	bound, than := high, "less than"
	if value < low {
		bound, than = low, "greater than"
	}
	v.mistakes[before].(*Mistake).Advice = platformRefusal(member, value/unit, than, bound/unit)
}

// platformRefusal is what the API says to a value out of range.
func platformRefusal(member string, value int64, than string, bound int64) string {
	return fmt.Sprintf("AWS says: Value '%d' at '%s' failed to satisfy constraint: Member must have value %s or equal to %d",
		value, member, than, bound)
}

// errorControls checks what provisioned mode has, and on demand mostly lacks
// (kafka-retry-configurations, kafka-on-failure).
func (v *validation) errorControls(path string, f *Function, e *Event) {
	at := Path(path, "retries")
	if r := e.Retries; r != nil && v.available(at, "retries", showCount(*r), "AWS retries until the record expires") {
		v.platformRange(at, "maximumRetryAttempts", int64(*r), -1, int64(v.profile.Kafka.RetriesMax), 1, showNumber)
	}
	if e.PartialResponse {
		v.available(Path(path, "partialResponse"), "partialResponse", "true", "AWS retries the whole batch")
	}
	if e.Bisect {
		v.available(Path(path, "bisect"), "bisect", "true", "AWS retries the whole batch")
	}
	v.recordAge(path, e)
	v.oneOf(Path(path, "partialResponseMode"), e.PartialResponseMode, []string{fromItems, fromLowest})
	if e.PartialResponseMode != "" && !e.PartialResponse {
		v.add(Path(path, "partialResponseMode"), e.PartialResponseMode, "has no effect without partialResponse", "set partialResponse: true")
	}
	if e.BisectCountsAsRetry && !e.Bisect {
		v.add(Path(path, "bisectCountsAsRetry"), "true", "has no effect without bisect", "set bisect: true")
	}
	if e.OnFailure != "" {
		v.destination(Path(path, "onFailure"), f, e)
	}
}

// recordAge checks the maximum age of records. Its range is from -1 on, and yet 0
// to 59 s are refused (API model).
func (v *validation) recordAge(path string, e *Event) {
	if c := e.RecordAgeCondition; c != "" && !conditionName.MatchString(c) {
		v.add(Path(path, "recordAgeCondition"), c, fmt.Sprintf("%q is not a condition", c), "write letters, such as RecordAgeExceeded")
	}
	at, age := Path(path, "maximumRecordAge"), e.MaximumRecordAge
	if age == nil || !v.available(at, "maximumRecordAge", showSeconds(int64(*age)), "AWS retries until the record expires") || *age == -1 {
		return
	}
	k := &v.profile.Kafka
	if *age < 0 {
		v.add(at, showSeconds(int64(*age)), fmt.Sprintf("%s is under the minimum of -1, which is any age", showSeconds(int64(*age))),
			platformRefusal("maximumRecordAgeInSeconds", int64(*age/time.Second), "greater than", -1))
		return
	}
	if *age < k.RecordAgeMin {
		v.add(at, showSeconds(int64(*age)), fmt.Sprintf("%s is under the minimum of %s", showSeconds(int64(*age)), showSeconds(int64(k.RecordAgeMin))),
			"AWS says: The minimum valid value for maximum record age is 60s. Although values less than 60 and greater than -1 fall within the parameter's absolute range, they are not allowed")
		return
	}
	v.platformRange(at, "maximumRecordAgeInSeconds", int64(*age), 0, int64(k.RecordAgeMax), int64(time.Second), showSeconds)
	v.wholeSeconds(at, *age, time.Second)
}

// destination checks an on-failure destination.
func (v *validation) destination(path string, f *Function, e *Event) {
	if isARN(e.OnFailure) {
		v.destinationARN(path, e)
		return
	}
	value := e.OnFailure
	if !v.available(path, "onFailure", value, "AWS has no Kafka topic as a destination, but the ARN of a queue, topic or bucket") {
		return
	}
	topic, ok := strings.CutPrefix(value, destinationScheme)
	if !ok || topic == "" || topic[0] == '.' {
		v.add(path, value, fmt.Sprintf("%q is not a destination", value), "write kafka://TOPIC, or the ARN of an SQS queue, an SNS topic or an S3 bucket")
		return
	}
	v.reference(path, topic)
	// A destination must not be a source (kafka-on-failure-destination).
	for _, f := range v.config.Functions {
		for _, e := range f.Events {
			if e.Topic == topic {
				v.add(path, value, fmt.Sprintf("topic %q is a source of function %q: a destination must not be a source", topic, f.Name), "")
				return
			}
		}
	}
}

// destinationARN checks a queue, topic or bucket. What lands there may be the
// source of another function, as a queue may be, but not of this one.
func (v *validation) destinationARN(path string, e *Event) {
	topic := destinationTopic(e.OnFailure)
	switch {
	case !destinationARN.MatchString(e.OnFailure):
		v.add(path, e.OnFailure, fmt.Sprintf("%q is not the ARN of an SQS queue, an SNS topic or an S3 bucket", e.OnFailure),
			"write arn:aws:sqs:us-east-1:123456789012:NAME, arn:aws:sns:us-east-1:123456789012:NAME or arn:aws:s3:::NAME")
	case topicNameMistake(topic) != "":
		v.add(path, e.OnFailure, fmt.Sprintf("what goes there would land in topic %q: %s", topic, topicNameMistake(topic)), "")
	case topic == e.Topic:
		v.add(path, e.OnFailure, fmt.Sprintf("what goes there lands in topic %q, which is the source: a destination must not be the source", topic), "")
	}
}
