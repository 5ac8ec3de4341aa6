package sam

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// attachedTypes are resources that belong to a function, or are read otherwise.
var attachedTypes = map[string]func(r *reader, id string, properties *tree.Node, at tree.Place){
	"AWS::Lambda::EventSourceMapping": (*reader).sourceMapping,
	"AWS::Lambda::EventInvokeConfig":  (*reader).attachedInvokeConfig,
	"AWS::Lambda::Alias":              (*reader).attachedVersion,
	"AWS::Lambda::Version":            (*reader).attachedVersion,
	"AWS::MSK::Topic":                 (*reader).mskTopic,
	"AWS::Serverless::LayerVersion":   func(*reader, string, *tree.Node, tree.Place) {}, // read where it is named
	"AWS::Lambda::LayerVersion":       func(*reader, string, *tree.Node, tree.Place) {},
	"AWS::Serverless::Application":    (*reader).nested,
	"AWS::CloudFormation::Stack":      (*reader).nested,
}

// attached reads a resource that says something of a function.
func (r *reader) attached(entry tree.Entry) {
	read := attachedTypes[typeOf(entry.Value)]
	if read == nil || !r.isThere(entry) {
		return
	}
	defer r.about(entry.Key, "")()
	r.attributes(entry.Value)
	read(r, entry.Key, r.spread(entry.Value.Get("Properties")), entry.At)
}

// sourceMapping reads a mapping that is a resource of its own.
func (r *reader) sourceMapping(id string, p *tree.Node, at tree.Place) {
	ev := event{resource: id, at: at, config: emulator.Event{Source: "msk"}}
	arn := r.values.value(p.Get("EventSourceArn"))
	service := "kafka"
	if parts := strings.Split(scalarOf(arn), ":"); len(parts) > 2 && parts[0] == "arn" {
		service = parts[2]
	}
	isKafka := p.Get("Topics") != nil || p.Get("SelfManagedEventSource", "Endpoints") != nil || p.Get("AmazonManagedKafkaEventSourceConfig") != nil
	if service != "kafka" || !isKafka {
		what := map[bool]string{true: "its source, which has no Topics", false: service}[service == "kafka"]
		r.say(plan.Dropped, at, fmt.Sprintf("%s: %s", what, notEmulated), "coldbrook invoke NAME -f FILE calls the function")
		return
	}
	if f := r.functionOf(p.Get("FunctionName"), at); f != nil {
		r.mapping(f, ev, p)
	}
}

func scalarOf(v *tree.Node) string {
	if v.IsScalar() {
		return v.Scalar
	}
	return ""
}

// functionOf is the function that a property names, by a Ref, its ARN or its name; nil, and
// said why, if there is none.
func (r *reader) functionOf(n *tree.Node, at tree.Place) *function {
	id := referred(n)
	v := r.values.value(n)
	if !v.IsScalar() {
		if !r.values.isBroken(v) {
			r.say(plan.Wrong, at, "names no function in FunctionName: it is left out", "")
		}
		return nil
	}
	name := v.Scalar
	if _, after, ok := strings.Cut(name, ":function:"); ok {
		name = after
	}
	name, _, _ = strings.Cut(name, ":") // the alias or version
	var found *function
	for _, f := range r.functions {
		if f.id == id {
			return f
		}
		if found == nil && (f.config.Name == name || f.id == name) {
			found = f
		}
	}
	switch {
	case found != nil && id == "":
		return found
	case r.leftOut[id] || r.leftOut[name]:
		r.say(plan.Dropped, v.At, fmt.Sprintf("its function %s is left out", name), "")
	case found != nil:
		return found
	default:
		r.say(plan.Dropped, v.At, fmt.Sprintf("function %s is not in this template", name), "")
	}
	return nil
}

// referred is the logical ID that a Ref, a Fn::GetAtt or a plain Fn::Sub is of.
func referred(n *tree.Node) string {
	name, argument, ok := intrinsic(n)
	if !ok {
		return ""
	}
	id := argument.Scalar
	if argument.Is(tree.List) && len(argument.Items) > 0 {
		id = argument.Items[0].Scalar
	}
	if name == "Fn::Sub" {
		m := placeholder.FindStringSubmatch(id)
		if m == nil || m[0] != id {
			return ""
		}
		id = m[1]
	}
	id, _, _ = strings.Cut(id, ".")
	return id
}

func (r *reader) attachedInvokeConfig(_ string, p *tree.Node, at tree.Place) {
	if f := r.functionOf(p.Get("FunctionName"), at); f != nil {
		r.invokeConfig(f, p)
	}
}

// attachedVersion reads the provisioned concurrency of a version or an alias.
func (r *reader) attachedVersion(id string, p *tree.Node, at tree.Place) {
	config := p.Get("ProvisionedConcurrencyConfig")
	if config == nil {
		return
	}
	if f := r.functionOf(p.Get("FunctionName"), at); f != nil {
		defer r.about(id, "ProvisionedConcurrencyConfig")()
		r.provisioned(f, config)
	}
}

// mskTopic keeps how many partitions a topic has.
func (r *reader) mskTopic(id string, p *tree.Node, at tree.Place) {
	name := scalarOf(r.values.nameOf(at, id, r.values.resources[id]))
	defer r.about(id, "PartitionCount")()
	if n, ok := r.integer(p.Get("PartitionCount"), "the default"); ok && n > 0 && n <= 10_000 {
		r.partitions[name] = n
		r.say(plan.Taken, at, fmt.Sprintf("topic %q with %d partitions", name, n), "")
	}
}

func (r *reader) nested(_ string, p *tree.Node, at tree.Place) {
	where := scalarOf(r.values.value(p.Get("Location").Or(p.Get("TemplateURL"))))
	if where == "" {
		where = "it"
	}
	r.say(plan.Dropped, at, "a template of its own, which is not read", "give "+where+" with --from")
}
