package emulator

import (
	"fmt"
	"regexp"
	"slices"
)

const (
	maxPartitions = 10_000
	minRetention  = 1 << 20
	maxTopicName  = 249 // Kafka's: names of folders with a partition behind
)

var topicName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func (v *validation) broker() {
	k := &v.config.Kafka
	if k.Port != nil {
		within(v, "kafka.port", *k.Port, 0, 65535, showCount)
	}
	if k.Retention != 0 {
		within(v, "kafka.retention", k.Retention, minRetention, 0, showMegabytes)
	}
	if k.DefaultPartitions != 0 {
		within(v, "kafka.defaultPartitions", k.DefaultPartitions, 1, maxPartitions, showCount)
	}
	v.security(k)
}

func (v *validation) allTopics() {
	for i, t := range v.config.Topics {
		path := Path("topics", t.Name)
		if why := topicNameMistake(t.Name); why != "" {
			v.add(path, t.Name, why, "letters, digits, dot, underscore and dash are allowed")
		}
		if slices.Contains(v.topics[:i], t.Name) {
			v.add(path, t.Name, fmt.Sprintf("topic %q is declared twice", t.Name), "")
		}
		if t.Partitions != 0 {
			within(v, Path(path, "partitions"), t.Partitions, 1, maxPartitions, showCount)
		}
	}
}

// topicNameMistake says why Kafka would refuse the name, or "".
func topicNameMistake(name string) string {
	switch {
	case name == "":
		return "the topic has no name"
	case len(name) > maxTopicName:
		return fmt.Sprintf("the name of %d characters is over the limit of %d", len(name), maxTopicName)
	case name == "." || name == "..":
		return fmt.Sprintf("%q is not a name for a topic", name)
	case !topicName.MatchString(name):
		return fmt.Sprintf("%q has characters that Kafka does not allow in the name of a topic", name)
	}
	return ""
}
