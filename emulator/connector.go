package emulator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Values of Event.OnError, behavior.on.error of the connector.
const (
	onErrorFail   = "fail"
	onErrorLog    = "log"
	onErrorIgnore = "ignore"
)

// connector says whether records reach a function by a sink connector of Kafka
// Connect and not by an event source mapping.
func (c *Config) connector(f *Function, e *Event) bool { return c.eventProfile(f, e).Kafka.Connector }

// resultTopic and errorTopic are reporter.result.topic.name and
// reporter.error.topic.name of the connector, by default its name and -success or
// -error.
func (f *Function) resultTopic(i int) string {
	return cmp.Or(f.Events[i].ResultTopic, f.group(i)+"-success")
}

func (f *Function) errorTopic(i int) string {
	return cmp.Or(f.Events[i].ErrorTopic, f.group(i)+"-error")
}

// resolveConnector sets the rules of a connector for event i.
func (f *Function) resolveConnector(m *platform.Mapping, i int) {
	m.OnePartition, m.Retries = true, 0
	m.StopOnError = cmp.Or(f.Events[i].OnError, onErrorFail) == onErrorFail
	if !m.StopOnError && !m.Async {
		m.OnFailure = f.errorTopic(i)
	}
}

// connectorTopics are those that connectors write to.
func (c *Config) connectorTopics() []broker.Topic {
	var topics []broker.Topic
	for i := range c.Functions {
		f := &c.Functions[i]
		for j := range f.Events {
			if k := &c.eventProfile(f, &f.Events[j]).Kafka; !k.Connector || k.Async {
				continue
			}
			for _, name := range []string{f.resultTopic(j), f.errorTopic(j)} {
				if !slices.ContainsFunc(c.Topics, func(t Topic) bool { return t.Name == name }) {
					topics = append(topics, broker.Topic{Name: name, Partitions: 1})
				}
			}
		}
	}
	return topics
}

// connectorErrors makes the records that the error topic gets.
func (b *binding) connectorErrors(of failedBatch, records []*kgo.Record) []*kgo.Record {
	out := make([]*kgo.Record, len(records))
	for i, r := range records {
		out[i] = kafkaevent.ConnectorError(b.onFailure, of.reason, of.at, r)
	}
	return out
}

// connectorEvent checks an event of a connector: what mappings have and
// connectors lack is refused.
func (v *validation) connectorEvent(path string, f *Function, i int) {
	e := &f.Events[i]
	if e.Pollers != 0 {
		within(v, Path(path, "pollers"), e.Pollers, 1, v.profile.Kafka.PollersMax, showCount)
	}
	v.backoff(Path(path, "throttleBackoff"), e.ThrottleBackoff)
	v.oneOf(Path(path, "onError"), e.OnError, []string{onErrorFail, onErrorLog, onErrorIgnore})
	for _, lacking := range []struct {
		key   string
		isSet bool
	}{
		{"batchWindow", e.BatchWindow != nil}, {"retries", e.Retries != nil}, {"partialResponse", e.PartialResponse},
		{"onFailure", e.OnFailure != ""}, {"bisect", e.Bisect}, {"maximumRecordAge", e.MaximumRecordAge != nil},
		{"retryBackoff", e.RetryBackoff != nil}, {"filters", len(e.Filters) > 0}, {"source", e.Source != ""},
		{"pollerScaleDelay", e.PollerScaleDelay != nil}, {"pollerRebalance", e.PollerRebalance != nil}, {"pollerRate", e.PollerRate != nil},
		{"provisioned", e.Provisioned != nil}, {"requestLimit", e.RequestLimit != ""}, {"order", e.Order != ""}, {"lanes", e.Lanes != 0},
	} {
		if lacking.isSet {
			v.add(Path(path, lacking.key), "", fmt.Sprintf("a sink connector has no %s", lacking.key),
				"it is of event source mappings: leave it out, or choose another profile")
		}
	}
	if v.profile.Kafka.Async {
		v.asyncConnector(path, f, e)
		return
	}
	for _, into := range []struct{ key, topic string }{{"resultTopic", f.resultTopic(i)}, {"errorTopic", f.errorTopic(i)}} {
		if why := topicNameMistake(into.topic); why != "" {
			v.add(Path(path, into.key), into.topic, why, "")
		} else if into.topic == e.Topic {
			v.add(Path(path, into.key), into.topic, fmt.Sprintf("%q is the source", into.topic), "choose another topic")
		}
	}
}

// asyncConnector refuses what only a connector has that waits for responses.
func (v *validation) asyncConnector(path string, f *Function, e *Event) {
	for _, lacking := range []struct {
		key   string
		isSet bool
	}{{"resultTopic", e.ResultTopic != ""}, {"errorTopic", e.ErrorTopic != ""}, {"throttleBackoff", e.ThrottleBackoff != nil}} {
		if lacking.isSet {
			v.add(Path(path, lacking.key), "", fmt.Sprintf("an asynchronous sink connector has no %s: it waits for no response", lacking.key),
				"leave it out and use async and deadLetter of the function, or set profile: connect-sync")
		}
	}
	if f.InProcess != nil {
		v.add(path, "", fmt.Sprintf("function %q has a handler of records, which gets no events of the asynchronous queue", f.Name),
			"give it a handler of documents, or set profile: connect-sync")
	}
}

// mappingEvent refuses what only connectors have.
func (v *validation) mappingEvent(path string, e *Event) {
	for _, c := range []struct{ key, value string }{{"onError", e.OnError}, {"resultTopic", e.ResultTopic}, {"errorTopic", e.ErrorTopic}} {
		if c.value != "" {
			v.add(Path(path, c.key), c.value, c.key+" is of sink connectors", "set profile: connect-sync, or leave "+c.key+" out")
		}
	}
}
