package emulator

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Async is how the asynchronous queue of a function works: what is invoked with
// type Event waits there (docs: invocation-async-configuring).
type Async struct {
	// MaximumRetryAttempts is how often an event is tried again whose invocation
	// failed, after 1 and 2 minutes: 0 to 2. Nil means 2.
	MaximumRetryAttempts *int
	// MaximumEventAge is how long an event may stay in the queue: 60 s to 21,600 s
	// in whole seconds. Nil means 6 h.
	MaximumEventAge *time.Duration
	// OnSuccess and OnFailure are where a record of each event goes that
	// succeeded, or was given up: the ARN of an SQS queue, an SNS topic, an
	// EventBridge bus, a function of this configuration, which is invoked with
	// it, and for OnFailure an S3 bucket. What is no function lands in the topic
	// coldbrook.destination.NAME.
	OnSuccess, OnFailure string
}

// resolveAsync returns the rules of a function's asynchronous queue.
func resolveAsync(p *profile.Profile, f *Function) platform.Async {
	a := platform.Async{
		Retries: int32(p.Function.EventRetries), MaxAge: int64(p.Function.EventAgeMax),
		Retry: p.Function.EventRetryBackoff, Throttle: p.Function.EventThrottleBackoff,
		OnSuccess: f.Async.OnSuccess != "", OnFailure: f.Async.OnFailure != "", DeadLetter: f.DeadLetter != "",
	}
	if n := f.Async.MaximumRetryAttempts; n != nil {
		a.Retries = int32(*n)
	}
	if age := f.Async.MaximumEventAge; age != nil {
		a.MaxAge = int64(*age)
	}
	return a
}

// The services that the record of an event can go to.
const (
	toQueue        = "sqs"
	toNotification = "sns"
	toFunction     = "lambda"
	toBus          = "events"
	toBucket       = "s3"
)

// eventARN is that of the API model (DestinationArn), with the services that an
// event can go to (docs: invocation-async-retain-records).
var eventARN = regexp.MustCompile(`^arn:aws[a-zA-Z0-9-]*:(sqs|sns|lambda|events|s3):([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.+)$`)

// eventTarget is where the record of an event goes. The zero value is nowhere.
type eventTarget struct {
	arn, service string
	// name is that of the function, topic is where all else lands.
	name, topic string
}

// eventTargetOf reads an ARN. ok is false if it is none of a service that an event
// can go to.
func eventTargetOf(arn string) (t eventTarget, ok bool) {
	m := eventARN.FindStringSubmatch(arn)
	if m == nil {
		return eventTarget{}, false
	}
	t = eventTarget{arn: arn, service: m[1], name: m[len(m)-1]}
	switch t.service {
	case toFunction:
		var isFunction bool
		t.name, isFunction = strings.CutPrefix(t.name, "function:")
		name, qualifier, qualified := strings.Cut(t.name, ":")
		t.name = name
		return t, isFunction && (!qualified || qualifier == "$LATEST")
	case toBus:
		var isBus bool
		t.name, isBus = strings.CutPrefix(t.name, "event-bus/")
		ok = isBus
	default:
		ok = true
	}
	t.topic = destinationPrefix + t.name
	return t, ok
}

// eventTargets are those of a function: on success, on failure and for dead
// letters. The configuration must be valid.
func (f *Function) eventTargets() (success, failure, dead eventTarget) {
	success, _ = eventTargetOf(f.Async.OnSuccess)
	failure, _ = eventTargetOf(f.Async.OnFailure)
	dead, _ = eventTargetOf(f.DeadLetter)
	return success, failure, dead
}

// async checks the asynchronous queue of a function.
func (v *validation) async(path string, f *Function) {
	at, p := Path(path, "async"), &v.profile.Function
	if n := f.Async.MaximumRetryAttempts; n != nil {
		v.platformRange(Path(at, "maximumRetryAttempts"), "maximumRetryAttempts", int64(*n), 0, int64(p.EventRetries), 1, showNumber)
	}
	if age := f.Async.MaximumEventAge; age != nil {
		path := Path(at, "maximumEventAge")
		v.platformRange(path, "maximumEventAgeInSeconds", int64(*age), int64(p.EventAgeMin), int64(p.EventAgeMax), int64(time.Second), showSeconds)
		v.wholeSeconds(path, *age, time.Second)
	}
	v.eventTarget(Path(at, "onSuccess"), f.Async.OnSuccess, toQueue, toNotification, toFunction, toBus)
	v.eventTarget(Path(at, "onFailure"), f.Async.OnFailure, toQueue, toNotification, toFunction, toBus, toBucket)
	v.eventTarget(Path(path, "deadLetter"), f.DeadLetter, toQueue, toNotification)
}

var serviceNames = map[string]string{
	toQueue: "an SQS queue", toNotification: "an SNS topic", toFunction: "a function", toBus: "an EventBridge bus", toBucket: "an S3 bucket",
}

// eventTarget checks where records of events go.
func (v *validation) eventTarget(path, arn string, allowed ...string) {
	if arn == "" {
		return
	}
	names := make([]string, len(allowed))
	isAllowed := false
	t, ok := eventTargetOf(arn)
	for i, service := range allowed {
		names[i] = serviceNames[service]
		isAllowed = isAllowed || service == t.service
	}
	choice := strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
	switch {
	case !ok:
		v.add(path, arn, fmt.Sprintf("%q is not the ARN of %s", arn, choice), "write one such as arn:aws:sqs:us-east-1:123456789012:NAME")
	case !isAllowed:
		v.add(path, arn, fmt.Sprintf("%s cannot be this: it can be %s", serviceNames[t.service], choice), "")
	case strings.HasSuffix(t.name, ".fifo"):
		v.add(path, arn, "a FIFO queue or topic cannot be this, as on AWS", "give a standard one")
	case t.service == toFunction:
		v.functionTarget(path, t)
	case topicNameMistake(t.topic) != "":
		v.add(path, arn, fmt.Sprintf("what goes there would land in topic %q: %s", t.topic, topicNameMistake(t.topic)), "")
	}
}

// functionTarget checks that a function that is to be invoked is there.
func (v *validation) functionTarget(path string, t eventTarget) {
	var names []string
	for i := range v.config.Functions {
		names = append(names, v.config.Functions[i].Name)
		if v.config.Functions[i].Name == t.name {
			if v.config.Functions[i].InProcess != nil {
				v.add(path, t.arn, fmt.Sprintf("function %q has a handler of records, which gets no other events", t.name), "")
			}
			return
		}
	}
	advice := "declare it under functions"
	if near := DidYouMean(t.name, names); near != "" {
		advice = fmt.Sprintf("did you mean %q?", near)
	}
	v.add(path, t.arn, fmt.Sprintf("there is no function %q", t.name), advice)
}
