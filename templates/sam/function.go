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

// function is one of a template that is taken.
type function struct {
	id       string
	at       tree.Place
	resource *tree.Node
	// properties have those of Globals in them, and are not evaluated.
	properties *tree.Node
	config     emulator.Function
	// path is that of the configuration.
	path string
	// events are those that are taken, read all that were.
	events, read []*event
	sources      []source
	comments     []comment
	// gone is that it was taken out again.
	gone bool
}

// comment is one above a value, by its path below the function or event.
type comment struct{ path, text string }

// from notes the source of a part of the configuration.
func (f *function) from(path string, v *tree.Node, key string, clear func()) {
	f.sources = append(f.sources, source{path: path, at: v.At, key: key, clear: clear})
}

// property is one that is read, by its key.
type property struct {
	key  string
	read func(r *reader, f *function, v *tree.Node)
}

// functionProperties are those that become a part of the configuration, beside those that
// say where the code is and how it starts (startProperties).
var functionProperties = []property{
	{"MemorySize", (*reader).memory},
	{"Timeout", (*reader).timeout},
	{"EphemeralStorage", (*reader).storage},
	{"Architectures", (*reader).architecture},
	{"ReservedConcurrentExecutions", (*reader).reserved},
	{"ProvisionedConcurrencyConfig", (*reader).provisioned},
	{"Layers", (*reader).layers},
	{"DeadLetterQueue", (*reader).deadLetter},
	{"DeadLetterConfig", (*reader).deadLetter},
	{"EventInvokeConfig", (*reader).invokeConfig},
	{"Events", (*reader).readEvents},
}

var startProperties = []string{"FunctionName", "CodeUri", "Code", "InlineCode", "ImageUri", "ImageConfig", "PackageType", "Handler", "Runtime", "Environment"}

// cloudOnly are properties that mean nothing on one machine.
var cloudOnly = []string{
	"AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties", "AutoPublishCodeSha256", "CapacityProviderConfig",
	"CodeSigningConfigArn", "DeploymentPreference", "Description", "DurableConfig", "FileSystemConfigs", "FunctionScalingConfig",
	"FunctionUrlConfig", "KmsKeyArn", "KMSKeyArn", "LoggingConfig", "PermissionsBoundary", "Policies", "PropagateTags",
	"PublishToLatestPublished", "RecursiveLoop", "Role", "RolePath", "RuntimeManagementConfig",
	"SnapStart", "SourceKMSKeyArn", "Tags", "TenancyConfig", "Tracing", "TracingConfig", "VersionDeletionPolicy", "VersionDescription", "VpcConfig",
}

// readFunction takes a function, or says why it is left out.
func (r *reader) readFunction(entry tree.Entry) {
	defer r.about(entry.Key, "")()
	f := &function{id: entry.Key, at: entry.At, resource: entry.Value, properties: r.propertiesOf(entry.Value)}
	r.attributes(entry.Value)
	r.name(f)
	if !r.start(f) {
		r.leftOut[f.id] = true
		return
	}
	for _, p := range functionProperties {
		if v := f.properties.Get(p.key); v != nil {
			back := r.about(f.id, p.key)
			p.read(r, f, v)
			back()
		}
	}
	r.dropProperties(f)
	f.path = emulator.Path("functions", f.config.Name)
	r.functions = append(r.functions, f)
	r.plan.Findings = append(r.plan.Findings, f.taken())
}

// taken is the finding that a function is.
func (f *function) taken() plan.Finding {
	text := fmt.Sprintf("function %q: %s, %s", f.config.Name, f.config.Runtime, f.config.Code)
	if f.config.Handler != "" {
		text += ", " + f.config.Handler
	}
	return plan.Finding{Verdict: plan.Taken, At: f.at, Resource: f.id, Text: text}
}

// attributes says which parts of a resource beside its properties do not count.
func (r *reader) attributes(resource *tree.Node) {
	known := []string{"Type", "Properties", "Metadata", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "IgnoreGlobals"}
	for _, entry := range entriesOf(resource) {
		back := r.about(r.resource, entry.Key)
		switch {
		case entry.Key == "Connectors":
			r.say(plan.Dropped, entry.At, "means nothing on one machine", "")
		case !slices.Contains(known, entry.Key):
			r.say(plan.Dropped, entry.At, "is not known here", didYouMean(entry.Key, known))
		}
		back()
	}
}

// dropProperties says which properties do not count, in one finding those that mean nothing
// here.
func (r *reader) dropProperties(f *function) {
	known := append(slices.Clone(startProperties), cloudOnly...)
	for _, p := range functionProperties {
		known = append(known, p.key)
	}
	own, shared := dropped{}, dropped{}
	for _, entry := range entriesOf(f.properties) {
		switch {
		case slices.Contains(startProperties, entry.Key) || slices.ContainsFunc(functionProperties, func(p property) bool { return p.key == entry.Key }):
		case !slices.Contains(cloudOnly, entry.Key):
			back := r.about(f.id, entry.Key)
			r.say(plan.Dropped, entry.At, "is not known here", didYouMean(entry.Key, known))
			back()
		case r.shared[entry.At]:
			shared.add(entry)
		default:
			own.add(entry)
		}
	}
	shared.say(r)
	own.say(r)
}

// dropped are properties that mean nothing here, for one finding.
type dropped []tree.Entry

func (d *dropped) add(entry tree.Entry) { *d = append(*d, entry) }

func (d dropped) say(r *reader) {
	if len(d) == 0 {
		return
	}
	var keys []string
	for _, entry := range d {
		keys = append(keys, entry.Key)
	}
	defer r.about(r.resource, strings.Join(keys, ", "))()
	text := "mean nothing on one machine"
	if len(d) == 1 {
		text = "means nothing on one machine"
	}
	r.say(plan.Dropped, d[0].At, text, "")
}

// name chooses the emulator's name of a function: its own if that is known and legal, else
// the logical ID.
func (r *reader) name(f *function) {
	f.config.Name = f.id
	given := f.properties.Get("FunctionName")
	if given == nil {
		return
	}
	defer r.about(f.id, "FunctionName")()
	v := r.values.value(given)
	taken := func(other *function) bool { return v.IsScalar() && other.config.Name == v.Scalar }
	why, isOpen := r.values.isOpen(v)
	switch {
	case v == nil || r.values.isBroken(v):
	case isOpen:
		r.say(plan.Changed, v.At, fmt.Sprintf("%s: it is called %s", why.reason, f.id), why.advice)
	case !v.IsScalar() || !functionName.MatchString(v.Scalar):
		r.say(plan.Changed, v.At, fmt.Sprintf("%q is not a name for a function: it is called %s", v.Scalar, f.id), "1 to 64 letters, digits, dashes and underscores")
	case slices.ContainsFunc(r.functions, taken):
		other := r.functions[slices.IndexFunc(r.functions, taken)]
		r.say(plan.Wrong, v.At, fmt.Sprintf("%q is the name of %s, too: this one is called %s", v.Scalar, other.id, f.id), "")
	default:
		f.config.Name = v.Scalar
	}
}

func (r *reader) memory(f *function, v *tree.Node) {
	if n, ok := r.integer(v, "128 MB"); ok {
		f.config.Memory = int64(n) << 20
		f.from("memory", v, "MemorySize", func() { f.config.Memory = 0 })
	}
}

func (r *reader) timeout(f *function, v *tree.Node) {
	if n, ok := r.integer(v, "3 s"); ok {
		f.config.Timeout = seconds(n)
		f.from("timeout", v, "Timeout", func() { f.config.Timeout = 0 })
	}
}

func (r *reader) storage(f *function, v *tree.Node) {
	if n, ok := r.integer(r.values.shallow(v).Get("Size"), "512 MB"); ok {
		f.config.EphemeralStorage = int64(n) << 20
		f.from("ephemeralStorage", v, "EphemeralStorage.Size", func() { f.config.EphemeralStorage = 0 })
	}
}

func (r *reader) architecture(f *function, v *tree.Node) {
	list := r.values.value(v)
	if list.Is(tree.List) && len(list.Items) > 0 {
		list = list.Items[len(list.Items)-1]
	}
	if s, ok := r.text(list, "x86_64"); ok {
		f.config.Architecture = s
		f.from("architecture", v, "Architectures", func() { f.config.Architecture = "" })
	}
}

func (r *reader) reserved(f *function, v *tree.Node) {
	if n, ok := r.integer(v, "no reservation"); ok {
		f.config.ReservedConcurrency = &n
		f.from("reservedConcurrency", v, "ReservedConcurrentExecutions", func() { f.config.ReservedConcurrency = nil })
	}
}

func (r *reader) provisioned(f *function, v *tree.Node) {
	if n, ok := r.integer(r.values.shallow(v).Get("ProvisionedConcurrentExecutions"), "none"); ok {
		f.config.ProvisionedConcurrency = n
		f.from("provisionedConcurrency", v, "ProvisionedConcurrencyConfig", func() { f.config.ProvisionedConcurrency = 0 })
	}
}

// seconds is a duration, of what no duration can be longer than.
func seconds(n int) time.Duration {
	const most = 1 << 32
	return time.Duration(min(max(n, -most), most)) * time.Second
}
