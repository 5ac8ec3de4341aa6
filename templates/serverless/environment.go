package serverless

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// bootstrap stands for the Kafka address of the environment that a handler runs in.
const bootstrap = "${kafka.bootstrap}"

var (
	// brokerName is what variables with the addresses of brokers are called; noBroker are
	// those among them that hold something else.
	brokerName = regexp.MustCompile(`(?i)BROKER|BOOTSTRAP|KAFKA.*(URL|SERVERS?|HOSTS?|ENDPOINTS?)`)
	noBroker   = regexp.MustCompile(`(?i)REGISTRY|SCHEMA|REST|CONNECT|SECRET|USER|PASS|ARN|TOPIC|GROUP|TIMEOUT|COUNT|PORT$|MECHANISM|PROTOCOL|ROLE|CERT|TOKEN|ENABLE|DISABLE`)
	// addresses is a list of host:port.
	addresses = regexp.MustCompile(`^[A-Za-z0-9._-]+:[0-9]{1,5}(,\s*[A-Za-z0-9._-]+:[0-9]{1,5})*$`)
)

func isBroker(name string) bool { return brokerName.MatchString(name) && !noBroker.MatchString(name) }

// environment reads the variables of the provider and those of the function, which win over
// them: null takes one away.
func (r *reading) environment() {
	r.out.Env = map[string]string{}
	for _, level := range []struct {
		from *tree.Node
		own  bool
	}{{r.get(r.root, "provider"), false}, {r.node, true}} {
		if !level.from.Is(tree.Map) {
			continue
		}
		variables := r.value(level.from.Get("environment"))
		switch {
		case variables == nil || variables.Kind == tree.Null:
		case r.lack(variables) != nil:
			l := r.lack(variables)
			r.add(l.verdict, variables.At, "environment", l.why+": left out", l.advice)
		case variables.Kind != tree.Map:
			r.add(plan.Wrong, variables.At, "environment", fmt.Sprintf("is %v, and not a map: left out", variables.Kind), "")
		default:
			for _, e := range variables.Entries {
				if !r.spend() {
					break
				}
				if !level.own && r.overrides(e.Key) {
					continue
				}
				r.variableOf(e)
			}
		}
	}
	if len(r.out.Env) == 0 {
		r.out.Env = nil
	}
	if r.hasPlugin("serverless-dotenv-plugin") {
		if files := r.dotenvFiles(); len(files) > 0 {
			r.out.EnvFile = relative(r.dir, files[0])
		}
	}
}

// overrides says that the function has a variable of that name itself.
func (r *reading) overrides(name string) bool {
	return r.get(r.node, "environment").Get(name) != nil
}

// variableOf reads one variable.
func (r *reading) variableOf(e tree.Entry) {
	path, key := emulator.Path(emulator.Path(r.path, "env"), e.Key), "environment."+e.Key
	r.origins[path] = origin{e.At, key}
	v := r.plain(e.Value)
	l := r.lack(v)
	switch {
	case v == nil || v.Kind == tree.Null:
		delete(r.out.Env, e.Key)
	case isBroker(e.Key) && (l != nil || addresses.MatchString(v.Scalar)), l == nil && r.isOfBrokers(v):
		was := fmt.Sprintf("%q", short(shownText(v)))
		if l != nil {
			was = short(shownText(e.Value))
		}
		r.add(plan.Changed, e.At, key, fmt.Sprintf("%s in place of %s: the environment's own Kafka address", bootstrap, was), "")
		r.out.Env[e.Key] = bootstrap
	case l != nil:
		r.add(l.verdict, e.At, key, fmt.Sprintf("%s: %q for now", l.why, short(l.name)), l.advice)
		r.plan.Comment(path, l.why+": this value only stands in for it.")
		r.out.Env[e.Key] = l.name
	case !v.IsScalar():
		r.add(plan.Wrong, e.At, key, fmt.Sprintf("is %v, and not a text: left out", v.Kind), "")
		delete(r.out.Env, e.Key)
	case r.environs[v] != "":
		r.out.Env[e.Key] = r.environs[v]
	default:
		r.out.Env[e.Key] = r.renamed(v.Scalar, e)
	}
}

// renamed replaces the name that a function has in the cloud, on its own or at the end of an
// ARN, with the one that it has here: whoever invokes it finds it.
func (r *reading) renamed(value string, e tree.Entry) string {
	before, name := "", value
	if i := strings.LastIndex(value, ":function:"); i >= 0 {
		before, name = value[:i+len(":function:")], value[i+len(":function:"):]
	}
	key, ok := r.deployed[name]
	if !ok || key == name {
		return value
	}
	r.add(plan.Changed, e.At, "environment."+e.Key, fmt.Sprintf("function %s has the name %s here", name, key), "")
	return before + key
}

// isOfBrokers says that a value is, or lists, bootstrap servers of an event.
func (r *reading) isOfBrokers(v *tree.Node) bool {
	if !v.Is(tree.Text) || v.Scalar == "" {
		return false
	}
	for server := range strings.SplitSeq(v.Scalar, ",") {
		if !slices.Contains(r.brokers, strings.TrimSpace(server)) {
			return false
		}
	}
	return true
}

// collectBrokers reads the bootstrap servers of all kafka events.
func (f *file) collectBrokers() {
	for i := range f.functions {
		events := f.value(f.functions[i].node.Get("events"))
		if !events.Is(tree.List) {
			continue
		}
		for _, item := range events.Items {
			if f.steps++; f.steps > maxSteps {
				return
			}
			kafka := f.value(f.value(item).Get("kafka"))
			servers := f.value(kafka.Get("bootstrapServers"))
			list := []*tree.Node{servers}
			if servers.Is(tree.List) {
				list = servers.Items
			}
			for _, n := range list {
				v := f.plain(n)
				if !v.IsScalar() || f.lack(v) != nil {
					continue
				}
				for server := range strings.SplitSeq(v.Scalar, ",") {
					f.brokers = append(f.brokers, cmp.Or(strings.TrimSpace(server), "-"))
				}
			}
		}
	}
}
