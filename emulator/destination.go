package emulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/eventsource"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	destinationScheme = "kafka://"
	// destinationPrefix begins the topics that stand for queues, topics and
	// buckets of AWS.
	destinationPrefix = "coldbrook.destination."
	// uploadMax is the largest failure record: an event of 6 MB, escaped, in it.
	uploadMax = 16 << 20
)

// destinationARN is that of the API model, with the services that a mapping can
// have as its destination (kafka-on-failure).
var destinationARN = regexp.MustCompile(`^arn:aws[a-zA-Z0-9-]*:(sqs|sns|s3):([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.+)$`)

func isARN(destination string) bool { return strings.HasPrefix(destination, "arn:") }

// isBucket says that a destination is one that gets the events, too.
func isBucket(destination string) bool {
	m := destinationARN.FindStringSubmatch(destination)
	return m != nil && m[1] == "s3"
}

// destinationTopic is the topic in which what goes to a destination lands.
func destinationTopic(destination string) string {
	if isARN(destination) {
		return destinationPrefix + destination[strings.LastIndexByte(destination, ':')+1:]
	}
	return strings.TrimPrefix(destination, destinationScheme)
}

// destinationTopics are those that stand for something else, and nobody declares.
func (c *Config) destinationTopics() []broker.Topic {
	var topics []broker.Topic
	for i := range c.Functions {
		for _, e := range c.Functions[i].Events {
			t := broker.Topic{Name: destinationTopic(e.OnFailure), Partitions: 1, MaxMessage: uploadMax}
			declared := slices.ContainsFunc(c.Topics, func(d Topic) bool { return d.Name == t.Name })
			if isARN(e.OnFailure) && !declared && !slices.Contains(topics, t) {
				topics = append(topics, t)
			}
		}
	}
	return c.eventTopics(topics)
}

// connectDestinations makes the producer of failure records that hold a whole
// event, if there is a destination that gets such.
func (e *Emulator) connectDestinations(p *parts) error {
	if p.uploader != nil || !p.config.uploads() {
		return nil
	}
	address, err := e.broker.Open(broker.Owner{Internal: true})
	if err != nil {
		return err
	}
	p.uploader, err = eventsource.NewProducer(address.Addr(), append(e.ClientOptions(address.Addr()),
		kgo.ClientID("coldbrook-destinations"), kgo.ProducerBatchMaxBytes(uploadMax))...)
	if err == nil {
		p.uploader.Looks = e.cfg.Journal.Records
	}
	return err
}

// uploads says that there is a destination that gets whole events.
func (c *Config) uploads() bool {
	for i := range c.Functions {
		if slices.ContainsFunc(c.Functions[i].Events, func(e Event) bool { return isBucket(e.OnFailure) }) {
			return true
		}
	}
	return len(c.eventTopics(nil)) > 0
}

// eventTopics adds the topics in which the records of events land.
func (c *Config) eventTopics(topics []broker.Topic) []broker.Topic {
	for i := range c.Functions {
		success, failure, dead := c.Functions[i].eventTargets()
		for _, target := range []eventTarget{success, failure, dead} {
			t := broker.Topic{Name: target.topic, Partitions: 1, MaxMessage: uploadMax}
			declared := slices.ContainsFunc(c.Topics, func(d Topic) bool { return d.Name == t.Name })
			if t.Name != "" && !declared && !slices.Contains(topics, t) {
				topics = append(topics, t)
			}
		}
	}
	return topics
}

// uploads says whether the failure records of a mapping hold whole events.
func (b *binding) uploads() bool { return isBucket(b.destination) }

// destinationRecords makes the one record that a destination that is no Kafka
// topic gets for a batch. Its key is the name that an S3 object would have, and
// empty for a message.
func (b *binding) destinationRecords(seed uint64, of kafkaevent.FailedInvocation, records []*kgo.Record) []*kgo.Record {
	r := &kgo.Record{Topic: b.onFailure, Value: b.event.FailureDocument(of, records, b.uploads())}
	if b.uploads() {
		// kafka-on-failure; the mapping's UUID is made up.
		at := of.At.UTC()
		r.Key = fmt.Appendf(nil, "aws/lambda/%s/%s/%s-%s", requestID(seed, platform.InvocationID(1<<63|uint64(b.id))),
			at.Format("2006/01/02"), at.Format("2006-01-02T15.04.05"), of.RequestID)
	}
	return []*kgo.Record{r}
}
