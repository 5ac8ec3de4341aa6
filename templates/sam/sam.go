// Package sam makes a plan of an AWS SAM or CloudFormation template: its functions and what
// triggers them, with the intrinsic functions evaluated as far as one machine can.
//
// Words. A value is open if only a cloud knows it: a parameter without a value, an attribute
// that AWS makes up, a secret. A text made of logical names stands in for it. A value is
// broken if the template is wrong there, which was said; a null stands for it. The source of
// a part of the configuration is the property it comes from, which is what is named if the
// emulator does not take the part.
//
// It reads the template, files that it includes and what lies in the folders of code; it
// writes nothing and starts no goroutine.
//
// Non-obvious: properties are evaluated one by one and only those that count, so that what
// is wrong or open in a policy is nobody's trouble.
package sam

import (
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Matches says that a file is a CloudFormation template.
func Matches(root *tree.Node) bool {
	return root.Get("Resources").Is(tree.Map)
}

// Read makes a plan of a template. dir is its folder, as the user named it.
func Read(root *tree.Node, dir string, o plan.Options) *plan.Plan {
	r := newReader(root, dir, o)
	r.builtTemplate()
	r.deployed()
	r.sections()
	r.values.undeclared()
	resources := r.resourcesOf()
	for _, entry := range resources {
		if isFunction(entry.Value) && r.isThere(entry) {
			r.readFunction(entry)
		}
	}
	for _, entry := range resources {
		r.attached(entry)
	}
	for _, f := range r.functions {
		r.environment(f)
	}
	r.others(resources)
	r.assemble()
	return r.plan
}

// reader reads one template.
type reader struct {
	plan   *plan.Plan
	root   *tree.Node
	dir    string
	values *evaluator
	// functions are those that are taken, in the order of the template; leftOut are the
	// logical IDs of the others.
	functions []*function
	leftOut   map[string]bool
	// partitions are those of the topics that the template makes.
	partitions map[string]int
	// brokers are the addresses of the mappings' own Kafka.
	brokers map[string]bool
	// guesses are what stands in for topics that are open.
	guesses map[string]bool
	// shared are the places of what comes from Globals.
	shared map[tree.Place]bool
	// resource and key are what is being read, for findings.
	resource, key string
	said          map[plan.Finding]bool
}

func newReader(root *tree.Node, dir string, o plan.Options) *reader {
	r := &reader{
		plan: &plan.Plan{Format: "AWS SAM template"}, root: root, dir: dir, values: newEvaluator(root, dir, o),
		leftOut: map[string]bool{}, partitions: map[string]int{}, brokers: map[string]bool{}, guesses: map[string]bool{},
		shared: map[tree.Place]bool{}, said: map[plan.Finding]bool{},
	}
	if !strings.Contains(jsonOf(root.Get("Transform")), "AWS::Serverless") {
		r.plan.Format = "CloudFormation template"
	}
	r.plan.Config.Dir = dir
	r.plan.Read(root.At.File)
	r.values.say, r.values.read = r.say, r.plan.Read
	r.share(root.Get("Globals", "Function"), maxShared)
	return r
}

// maxShared is how deep Globals are looked at for their places.
const maxShared = 12

// share notes the places of what is in Globals.
func (r *reader) share(n *tree.Node, depth int) {
	if n == nil || depth == 0 || len(r.shared) > maxSteps {
		return
	}
	r.shared[n.At] = true
	for _, item := range n.Items {
		r.share(item, depth-1)
	}
	for _, entry := range n.Entries {
		r.shared[entry.At] = true
		r.share(entry.Value, depth-1)
	}
}

// say keeps a finding about what is being read, once. What comes from Globals is found once
// for all functions.
func (r *reader) say(v plan.Verdict, at tree.Place, text, advice string) {
	f := plan.Finding{Verdict: v, At: at, Resource: r.resource, Key: r.key, Text: text, Advice: advice}
	if r.shared[at] {
		f.Resource = "Globals"
	}
	if !r.said[f] {
		r.said[f] = true
		r.plan.Findings = append(r.plan.Findings, f)
	}
}

// about sets what is being read, and returns what sets it back.
func (r *reader) about(resource, key string) (back func()) {
	before, beforeKey := r.resource, r.key
	r.resource, r.key = resource, key
	return func() { r.resource, r.key = before, beforeKey }
}

// resourcesOf are the resources, with those that a Fn::ForEach makes.
func (r *reader) resourcesOf() []tree.Entry {
	defer r.about("", "Resources")()
	var all []tree.Entry
	for _, entry := range r.values.expand(r.root.Get("Resources")) {
		if entry.Key == transform {
			all = append(all, entriesOf(r.values.include(entry.Value))...)
			continue
		}
		all = append(all, entry)
	}
	for _, entry := range all {
		r.values.resources[entry.Key] = entry.Value
	}
	return all
}

// isThere says whether the condition of a resource holds, if it has one.
func (r *reader) isThere(resource tree.Entry) bool {
	defer r.about(resource.Key, "Condition")()
	name := resource.Value.Get("Condition")
	if !name.IsScalar() || r.values.condition(name.At, name.Scalar) {
		return true
	}
	r.leftOut[resource.Key] = true
	r.say(plan.Dropped, name.At, "condition "+name.Scalar+" is false: left out", "")
	return false
}

// builtTemplate says that the template is the one that sam build writes.
func (r *reader) builtTemplate() {
	full, err := filepath.Abs(r.dir)
	if err != nil || !strings.Contains(filepath.ToSlash(full)+"/", "/.aws-sam/build/") {
		return
	}
	r.say(plan.Changed, r.root.At, "this is what sam build made: its code changes only when that runs again", "give the template of the project itself")
}
