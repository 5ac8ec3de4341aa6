package sam

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// destination reads where failures go: an ARN, or kafka://TOPIC. kind is SAM's Type of it,
// "" for none. made names one that SAM makes where none is given.
func (r *reader) destination(v, kind *tree.Node, made string) (arn string, ok bool) {
	service := "sqs"
	if k := r.values.value(kind); k.IsScalar() {
		service = strings.ToLower(k.Scalar)
	}
	v = r.values.value(v)
	switch {
	case v == nil && made != "" && kind != nil:
		return r.madeARN(service, made), true
	case v == nil || r.values.isBroken(v):
		return "", false
	case !v.IsScalar():
		r.say(plan.Wrong, v.At, fmt.Sprintf("the destination is %s, not an ARN", v.Kind), "")
		return "", false
	}
	isAddress := strings.HasPrefix(v.Scalar, "arn:") || strings.HasPrefix(v.Scalar, "kafka://")
	why, isOpen := r.values.isOpen(v)
	if !isOpen && !(service == "kafka" && !isAddress) {
		return v.Scalar, true
	}
	name := v.Scalar
	if !isAddress {
		name = r.madeARN(service, topicName(name))
	}
	if isOpen {
		r.say(plan.NeedsValue, v.At, fmt.Sprintf("%s: %s stands", why.reason, name), why.advice)
	}
	return name, true
}

// madeARN is the ARN of what is known by its kind and name only.
func (r *reader) madeARN(service, name string) string {
	prefix := fmt.Sprintf(":%s:%s:", r.values.region(), account)
	switch service {
	case "kafka":
		return "kafka://" + name
	case "s3":
		return "arn:aws:s3:::" + strings.ToLower(name)
	case "lambda":
		return "arn:aws:lambda" + prefix + "function:" + name
	case "eventbridge":
		return "arn:aws:events" + prefix + "event-bus/" + name
	}
	return "arn:aws:" + service + prefix + name
}

// onFailure reads the destination of a mapping.
func (r *reader) onFailure(ev *event, v *tree.Node) {
	config := r.spread(v)
	for _, entry := range config.Entries {
		if entry.Key != "OnFailure" {
			r.say(plan.Dropped, entry.At, entry.Key+" is not what a mapping has: it has OnFailure", "")
		}
	}
	to := r.spread(config.Get("OnFailure"))
	arn, ok := r.destination(to.Get("Destination"), to.Get("Type"), "")
	switch {
	case !ok && to.Get("Destination") == nil && len(to.Entries) > 0:
		r.say(plan.Wrong, to.At, "OnFailure has no Destination", "give an ARN, or kafka://TOPIC")
	case !ok || strings.HasPrefix(arn, "kafka://") && r.isOnDemand(ev, to, "a topic as destination"):
	default:
		ev.config.OnFailure = arn
		ev.from("onFailure", to, "DestinationConfig.OnFailure", func() { ev.config.OnFailure = "" })
	}
}

// deadLetter reads the dead-letter queue of a function.
func (r *reader) deadLetter(f *function, v *tree.Node) {
	config := r.spread(v)
	if arn, ok := r.destination(config.Get("TargetArn"), config.Get("Type"), ""); ok {
		f.config.DeadLetter = arn
		f.from("deadLetter", v, r.key, func() { f.config.DeadLetter = "" })
	}
}

// invokeConfig reads how the asynchronous queue of a function works, as SAM and
// AWS::Lambda::EventInvokeConfig have it.
func (r *reader) invokeConfig(f *function, v *tree.Node) {
	key := r.key
	for _, entry := range entriesOf(r.spread(v)) {
		switch entry.Key {
		case "MaximumRetryAttempts":
			if n, ok := r.integer(entry.Value, "2"); ok {
				f.config.Async.MaximumRetryAttempts = &n
				f.from("async.maximumRetryAttempts", entry.Value, key+".MaximumRetryAttempts", func() { f.config.Async.MaximumRetryAttempts = nil })
			}
		case "MaximumEventAgeInSeconds":
			if n, ok := r.integer(entry.Value, "6 h"); ok {
				f.config.Async.MaximumEventAge = new(seconds(n))
				f.from("async.maximumEventAge", entry.Value, key+".MaximumEventAgeInSeconds", func() { f.config.Async.MaximumEventAge = nil })
			}
		case "DestinationConfig":
			r.invokeDestinations(f, entry.Value)
		case "FunctionName", "Qualifier":
		default:
			r.say(plan.Dropped, entry.At, entry.Key+" is not known here", "")
		}
	}
}

func (r *reader) invokeDestinations(f *function, v *tree.Node) {
	for _, entry := range entriesOf(r.spread(v)) {
		to, at := &f.config.Async.OnFailure, "async.onFailure"
		switch entry.Key {
		case "OnSuccess":
			to, at = &f.config.Async.OnSuccess, "async.onSuccess"
		case "OnFailure":
		default:
			r.say(plan.Dropped, entry.At, entry.Key+" is not known here", "")
			continue
		}
		config := r.spread(entry.Value)
		if arn, ok := r.destination(config.Get("Destination"), config.Get("Type"), f.id+entry.Key); ok {
			*to = arn
			f.from(at, entry.Value, r.key+".DestinationConfig."+entry.Key, func() { *to = "" })
		}
	}
}
