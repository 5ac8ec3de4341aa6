package serverless

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// resource is one of CloudFormation that the file has under resources.
type resource struct {
	id, kind   string
	at         tree.Place
	properties *tree.Node
}

// collectResources reads resources: {Resources: ...}, or a list of such.
func (f *file) collectResources() {
	f.eachResource(f.get(f.root, "resources"), 0)
}

func (f *file) eachResource(n *tree.Node, depth int) {
	if n.Is(tree.List) && depth < 3 {
		for _, item := range n.Items {
			f.eachResource(f.value(item), depth+1)
		}
		return
	}
	if f.noteLack(f.lack(n), n.Place(), "", "resources") {
		return
	}
	all := f.get(n, "Resources")
	f.noteLack(f.lack(all), all.Place(), "", "resources.Resources")
	if !all.Is(tree.Map) {
		return
	}
	for _, e := range all.Entries {
		v := f.value(e.Value)
		f.resources = append(f.resources, resource{id: e.Key, kind: scalarOf(f.get(v, "Type")), at: e.At, properties: f.get(v, "Properties")})
	}
}

func (f *file) resource(id string) *resource {
	for i := range f.resources {
		if f.resources[i].id == id {
			return &f.resources[i]
		}
	}
	return nil
}

// returned is what Ref and the attributes of a kind of resource are, after what the
// documentation of CloudFormation says each returns.
type returned struct {
	name string // the property with the name
	// ref and arn are with %[1]s region, %[2]s account, %[3]s name. An empty ref is the name.
	ref, arn string
}

var kinds = map[string]returned{
	"AWS::SQS::Queue":             {"QueueName", "https://sqs.%[1]s.amazonaws.com/%[2]s/%[3]s", "arn:aws:sqs:%[1]s:%[2]s:%[3]s"},
	"AWS::SNS::Topic":             {"TopicName", "arn:aws:sns:%[1]s:%[2]s:%[3]s", "arn:aws:sns:%[1]s:%[2]s:%[3]s"},
	"AWS::S3::Bucket":             {"BucketName", "", "arn:aws:s3:::%[3]s"},
	"AWS::DynamoDB::Table":        {"TableName", "", "arn:aws:dynamodb:%[1]s:%[2]s:table/%[3]s"},
	"AWS::Kinesis::Stream":        {"Name", "", "arn:aws:kinesis:%[1]s:%[2]s:stream/%[3]s"},
	"AWS::Events::EventBus":       {"Name", "", "arn:aws:events:%[1]s:%[2]s:event-bus/%[3]s"},
	"AWS::Logs::LogGroup":         {"LogGroupName", "", "arn:aws:logs:%[1]s:%[2]s:log-group:%[3]s:*"},
	"AWS::SSM::Parameter":         {"Name", "", ""},
	"AWS::Lambda::Function":       {"FunctionName", "", "arn:aws:lambda:%[1]s:%[2]s:function:%[3]s"},
	"AWS::MSK::ServerlessCluster": {"ClusterName", "arn:aws:kafka:%[1]s:%[2]s:cluster/%[3]s", "arn:aws:kafka:%[1]s:%[2]s:cluster/%[3]s"},
	"AWS::MSK::Cluster":           {"ClusterName", "arn:aws:kafka:%[1]s:%[2]s:cluster/%[3]s", "arn:aws:kafka:%[1]s:%[2]s:cluster/%[3]s"},
}

// ofResource is Ref, with an empty attribute, or an attribute of a resource of the file. A
// name that CloudFormation would make up is lacking, and the resource's own stands in.
func (f *file) ofResource(id, attribute string, at tree.Place) *tree.Node {
	if v, ok := f.options.Parameters[id]; ok {
		return f.made(v, at)
	}
	what := "resource " + id
	if attribute != "" {
		what = id + "." + attribute
	}
	res := f.resource(id)
	if res == nil {
		return f.fromCloud(id, what, at)
	}
	kind, known := kinds[res.kind]
	name := f.plainBelow(res.properties.Get(kind.name), maxIntrinsics/2)
	form := kind.ref
	switch {
	case attribute == "Arn" || attribute == "TopicArn":
		form, known = kind.arn, known && kind.arn != ""
	case attribute == kind.name:
		form = ""
	case attribute != "":
		known = false
	}
	if !known {
		return f.fromCloud(id, what, at)
	}
	own := cmp.Or(scalarOf(name), id)
	v := own
	if form != "" {
		v = fmt.Sprintf(form, f.region(), account, own)
	}
	if name.IsScalar() && f.lack(name) == nil {
		return f.made(v, at)
	}
	l := unknown(what, v, "gets its name in the cloud")
	l.advice = giving(id)
	return f.lacking(at, l)
}

// logicalID is the name that the framework gives a function or a layer in CloudFormation.
func logicalID(key, suffix string) string {
	key = strings.NewReplacer("-", "Dash", "_", "Underscore").Replace(key)
	if key != "" {
		key = strings.ToUpper(key[:1]) + key[1:]
	}
	return key + suffix
}
