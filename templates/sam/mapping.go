package sam

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// mappingProperty is one of an event source mapping that is read, by its key.
type mappingProperty struct {
	key  string
	read func(r *reader, ev *event, v *tree.Node)
}

// mappingProperties are those of SAM's events and of AWS::Lambda::EventSourceMapping.
var mappingProperties = []mappingProperty{
	{"ConsumerGroupId", (*reader).group},
	{"AmazonManagedKafkaEventSourceConfig", (*reader).kafkaConfig},
	{"SelfManagedKafkaEventSourceConfig", (*reader).kafkaConfig},
	{"KafkaBootstrapServers", (*reader).bootstrapServers},
	{"SelfManagedEventSource", (*reader).selfManaged},
	{"StartingPosition", (*reader).startingPosition},
	{"StartingPositionTimestamp", (*reader).startingTimestamp},
	{"BatchSize", (*reader).batchSize},
	{"MaximumBatchingWindowInSeconds", (*reader).batchWindow},
	{"FilterCriteria", (*reader).filters},
	{"DestinationConfig", (*reader).onFailure},
	{"ProvisionedPollerConfig", (*reader).pollers},
	{"MaximumRetryAttempts", (*reader).retries},
	{"MaximumRecordAgeInSeconds", (*reader).recordAge},
	{"BisectBatchOnFunctionError", (*reader).bisect},
	{"FunctionResponseTypes", (*reader).responseTypes},
}

// Properties that do not count, and why.
var (
	readElsewhere = []string{"Topics", "Enabled", "Stream", "EventSourceArn", "FunctionName"}
	cloudMapping  = []string{"KmsKeyArn", "LoggingConfig", "MetricsConfig", "Tags"}
	notForKafka   = []string{"ParallelizationFactor", "TumblingWindowInSeconds", "ScalingConfig", "Queues", "DocumentDBEventSourceConfig"}
)

// dropOfMapping says which properties do not count.
func (r *reader) dropOfMapping(ev *event, properties *tree.Node) {
	known := slices.Concat(readElsewhere, cloudMapping, notForKafka)
	for _, p := range mappingProperties {
		known = append(known, p.key)
	}
	for _, entry := range properties.Entries {
		text, advice := "", ""
		switch key := entry.Key; {
		case key == "SourceAccessConfigurations":
			text = "the local Kafka asks for nothing; with kafka.sasl: any it takes what a client has"
		case key == "SchemaRegistryConfig":
			text = "there is no schema registry: records come as they were produced"
		case slices.Contains(cloudMapping, key):
			text = "means nothing on one machine"
		case slices.Contains(notForKafka, key):
			text = "AWS has it for other sources than Kafka"
		case !slices.Contains(known, key):
			text, advice = "is not known here", didYouMean(key, known)
		default:
			continue
		}
		r.inKey(ev, entry.Key, func() bool { r.say(plan.Dropped, entry.At, text, advice); return true })
	}
}

func (r *reader) group(ev *event, v *tree.Node) {
	if s, ok := r.text(v, "a group of the function's name"); ok {
		ev.config.Group = s
		ev.from("group", v, "ConsumerGroupId", func() { ev.config.Group = "" })
	}
}

// kafkaConfig reads what AWS::Lambda::EventSourceMapping has one level further down.
func (r *reader) kafkaConfig(ev *event, v *tree.Node) {
	for _, entry := range entriesOf(r.spread(v)) {
		switch entry.Key {
		case "ConsumerGroupId":
			r.group(ev, entry.Value)
		case "SchemaRegistryConfig":
			r.say(plan.Dropped, entry.At, "there is no schema registry: records come as they were produced", "")
		default:
			r.say(plan.Dropped, entry.At, entry.Key+" is not known here", "")
		}
	}
}

// bootstrapServers keeps the addresses, so that they are known in the environment of
// functions.
func (r *reader) bootstrapServers(_ *event, v *tree.Node) {
	var all []string
	list := r.values.value(v)
	if list.IsScalar() {
		all = strings.Split(list.Scalar, ",")
	}
	if list.Is(tree.List) {
		for _, item := range list.Items {
			all = append(all, item.Scalar)
		}
	}
	for _, address := range append(all, strings.Join(all, ",")) {
		if address = strings.TrimSpace(address); address != "" {
			r.brokers[address] = true
		}
	}
}

func (r *reader) selfManaged(ev *event, v *tree.Node) {
	ev.config.Source = "self-managed"
	endpoints := r.values.shallow(r.values.shallow(v).Get("Endpoints"))
	for _, key := range []string{"KafkaBootstrapServers", "KAFKA_BOOTSTRAP_SERVERS"} {
		if servers := endpoints.Get(key); servers != nil {
			r.bootstrapServers(ev, servers)
		}
	}
}

func (r *reader) startingPosition(ev *event, v *tree.Node) {
	if s, ok := r.text(v, "TRIM_HORIZON"); ok {
		ev.config.StartingPosition = s
		ev.from("startingPosition", v, "StartingPosition", func() {
			ev.config.StartingPosition, ev.config.StartingPositionTimestamp = "", time.Time{}
		})
	}
}

func (r *reader) startingTimestamp(ev *event, v *tree.Node) {
	if n, ok := r.integer(v, "no time"); ok {
		ev.config.StartingPositionTimestamp = time.Unix(int64(n), 0).UTC()
		ev.from("startingPositionTimestamp", v, "StartingPositionTimestamp", func() {
			ev.config.StartingPosition, ev.config.StartingPositionTimestamp = "", time.Time{}
		})
	}
}

func (r *reader) batchSize(ev *event, v *tree.Node) {
	if n, ok := r.integer(v, "100"); ok {
		ev.config.BatchSize = n
		ev.from("batchSize", v, "BatchSize", func() { ev.config.BatchSize = 0 })
	}
}

func (r *reader) batchWindow(ev *event, v *tree.Node) {
	if n, ok := r.integer(v, "500 ms"); ok {
		ev.config.BatchWindow = new(seconds(n))
		ev.from("batchWindow", v, "MaximumBatchingWindowInSeconds", func() { ev.config.BatchWindow = nil })
	}
}

func (r *reader) filters(ev *event, v *tree.Node) {
	list := r.values.shallow(r.values.shallow(v).Get("Filters"))
	if !list.Is(tree.List) {
		if !r.values.isBroken(list) {
			r.say(plan.Wrong, v.At, "has no Filters", "")
		}
		return
	}
	for _, item := range list.Items {
		pattern := r.values.value(r.values.shallow(item).Get("Pattern"))
		if pattern.Is(tree.Map) { // AWS takes a text; what was meant is clear
			pattern = r.values.madeOf(pattern.At, jsonOf(pattern), pattern)
		}
		if s, ok := r.text(pattern, "no filter"); ok {
			ev.config.Filters = append(ev.config.Filters, s)
		}
	}
	ev.from("filters", v, "FilterCriteria", func() { ev.config.Filters = nil })
}

// pollers reads the bounds of provisioned mode.
func (r *reader) pollers(ev *event, v *tree.Node) {
	if !ev.isProvisioned {
		return
	}
	ev.config.Profile = "aws-provisioned"
	p := &emulator.Provisioned{}
	for _, entry := range entriesOf(r.spread(v)) {
		switch entry.Key {
		case "MinimumPollers":
			p.MinimumPollers, _ = r.integer(entry.Value, "1")
		case "MaximumPollers":
			p.MaximumPollers, _ = r.integer(entry.Value, "200")
		case "PollerGroupName":
			r.say(plan.Dropped, entry.At, "PollerGroupName means nothing on one machine", "")
		default:
			r.say(plan.Dropped, entry.At, entry.Key+" is not known here", "")
		}
	}
	ev.config.Provisioned = p
	ev.from("provisioned", v, "ProvisionedPollerConfig", func() { ev.config.Provisioned = nil })
}

// isOnDemand says that a property is only for provisioned mode, which the mapping is not in
// (kafka-retry-configurations, kafka-on-failure-destination).
func (r *reader) isOnDemand(ev *event, v *tree.Node, what string) bool {
	if ev.isProvisioned {
		return false
	}
	r.say(plan.Dropped, v.Place(), fmt.Sprintf("%s needs provisioned mode, on AWS too: on demand, a failed batch is tried until its records expire", what), "set ProvisionedPollerConfig")
	return true
}

func (r *reader) retries(ev *event, v *tree.Node) {
	if r.isOnDemand(ev, v, "it") {
		return
	}
	if n, ok := r.integer(v, "-1"); ok {
		ev.config.Retries = &n
		ev.from("retries", v, "MaximumRetryAttempts", func() { ev.config.Retries = nil })
	}
}

func (r *reader) recordAge(ev *event, v *tree.Node) {
	if r.isOnDemand(ev, v, "it") {
		return
	}
	if n, ok := r.integer(v, "-1"); ok {
		age := seconds(n)
		if n == -1 {
			age = -1
		}
		ev.config.MaximumRecordAge = &age
		ev.from("maximumRecordAge", v, "MaximumRecordAgeInSeconds", func() { ev.config.MaximumRecordAge = nil })
	}
}

func (r *reader) bisect(ev *event, v *tree.Node) {
	if on := r.truth(v, false); on && !r.isOnDemand(ev, v, "it") {
		ev.config.Bisect = true
		ev.from("bisect", v, "BisectBatchOnFunctionError", func() { ev.config.Bisect = false })
	}
}

func (r *reader) responseTypes(ev *event, v *tree.Node) {
	list := r.values.value(v)
	if !list.Is(tree.List) {
		if !r.values.isBroken(list) && list != nil {
			r.say(plan.Wrong, v.At, "is not a list of response types", "ReportBatchItemFailures is the only one")
		}
		return
	}
	for _, item := range list.Items {
		switch s, ok := r.text(item, "none"); {
		case !ok:
		case s != "ReportBatchItemFailures":
			r.say(plan.Wrong, item.At, fmt.Sprintf("there is no response type %q", s), "ReportBatchItemFailures is the only one")
		case !r.isOnDemand(ev, item, s):
			ev.config.PartialResponse = true
			ev.from("partialResponse", item, "FunctionResponseTypes", func() { ev.config.PartialResponse = false })
		}
	}
}
