// Package serverless makes a plan of a file of the Serverless Framework, of versions 1 to 4
// and of osls: its functions and what triggers them, with the variables resolved as far as
// one machine can.
//
// A variable is looked up when its value is asked for, and a value that nobody knows here
// has something that stands in for it, its last name, so that what depends on it can run.
//
// It starts no goroutine and runs nothing of the project.
//
// Non-obvious: the value of a map or a list may have variables in it, so values are asked
// for key by key, never the Entries of a node at once. All paths, also those in files that
// are included, are relative to the folder of the first file.
package serverless

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Matches says that a file is one of the Serverless Framework.
func Matches(root *tree.Node) bool {
	return root.Get("provider") != nil && root.Get("service") != nil
}

// Services are the folders of the services of a serverless-compose.yml, which has no
// functions itself; nil for any other file.
func Services(root *tree.Node) []string {
	services := root.Get("services")
	if !services.Is(tree.Map) || root.Get("provider") != nil {
		return nil
	}
	var folders []string
	for _, e := range services.Entries {
		if p := e.Value.Get("path"); p.Is(tree.Text) {
			folders = append(folders, p.Scalar)
		}
	}
	return folders
}

// file is one that is being read.
type file struct {
	*resolver
	functions []entry
	resources []resource
	// local are the keys of events that mean nothing to the local Kafka, the first at localAt.
	local   []string
	localAt tree.Place
	// mapped are the resources that are event source mappings.
	mapped []string
	// logical are the names that CloudFormation has for functions, deployed those that the
	// cloud has, each with the key under functions.
	logical, deployed map[string]string
	// brokers are the bootstrap servers of all kafka events.
	brokers []string
	// parts counts functions, events, their keys and variables: a file of aliases may name
	// the same ones over and over.
	parts int
	// origins are where the parts of the configuration come from, by their path.
	origins map[string]origin
	// shared are the places of what the provider says for all functions, and whether
	// something was said of it.
	shared map[tree.Place]bool
}

// entry is a function of the file.
type entry struct {
	key  string
	at   tree.Place
	node *tree.Node
}

// Read makes a plan of a file. dir is its folder, as the user named it.
func Read(root *tree.Node, dir string, o plan.Options) *plan.Plan {
	p := &plan.Plan{Format: "Serverless Framework file"}
	p.Config.Dir = dir
	p.Read(root.At.File)
	f := &file{resolver: newResolver(root, dir, o, p), logical: map[string]string{}, deployed: map[string]string{}, origins: map[string]origin{}, shared: map[tree.Place]bool{}}
	if !f.isForAWS() {
		return p
	}
	f.collectShared()
	f.collectFunctions()
	f.collectResources()
	f.collectBrokers()
	for i := range f.functions {
		f.function(&f.functions[i])
	}
	f.mappings()
	f.topics()
	f.rest()
	f.settle()
	f.taken()
	return p
}

// isForAWS says that the file is for AWS, and else why nothing is taken.
func (f *file) isForAWS() bool {
	provider := f.get(f.root, "provider")
	name := provider
	if provider.Is(tree.Map) {
		name = f.get(provider, "name")
	}
	switch {
	case f.noteLack(f.lack(name), name.Place(), "", "provider"):
		return f.lack(name).verdict == plan.NeedsValue
	case name == nil:
		f.plan.Add(plan.Wrong, provider.Place(), "", "provider.name", "is missing: nothing is taken over", "write name: aws")
	case scalarOf(name) != "aws":
		f.plan.Add(plan.Wrong, name.At, "", "provider.name", fmt.Sprintf("is %q: only functions for aws are taken over", scalarOf(name)), "")
	default:
		return true
	}
	return false
}

// maxParts bounds what is read of one file.
const maxParts = 20_000

// spend says that one part more may be read. That there are too many is said once.
func (f *file) spend() bool {
	if f.parts++; f.parts == maxParts+1 {
		f.plan.Add(plan.Wrong, f.root.At, "", "functions", fmt.Sprintf("over %d functions, events and variables: the others are left out", maxParts), "")
	}
	return f.parts <= maxParts
}

// noteLack says that a value is not known, if it is not.
func (f *file) noteLack(l *lack, at tree.Place, resource, key string) bool {
	if l != nil {
		f.plan.Add(l.verdict, at, resource, key, l.why, l.advice)
	}
	return l != nil
}

// collectFunctions reads functions: a map, or a list of maps.
func (f *file) collectFunctions() {
	all := f.get(f.root, "functions")
	if f.noteLack(f.lack(all), all.Place(), "", "functions") {
		return
	}
	parts := []*tree.Node{all}
	if all.Is(tree.List) {
		parts = all.Items
	}
	for _, n := range parts {
		n = f.value(n)
		if n == nil || f.noteLack(f.lack(n), n.At, "", "functions") {
			continue
		}
		if n.Kind != tree.Map && n.Kind != tree.Null {
			f.plan.Add(plan.Wrong, n.At, "", "functions", fmt.Sprintf("is %v, and not a map of functions", n.Kind), "")
			continue
		}
		for _, e := range n.Entries {
			f.addFunction(e)
		}
	}
	if len(f.functions) == 0 {
		f.plan.Add(plan.Wrong, f.root.At, "", "functions", "there are none", "")
	}
}

func (f *file) addFunction(e tree.Entry) {
	n := f.value(e.Value)
	switch {
	case !f.spend():
	case f.noteLack(f.lack(n), e.At, e.Key, "functions."+e.Key):
	case n.Kind == tree.Null:
	case n.Kind != tree.Map:
		f.plan.Add(plan.Wrong, e.At, e.Key, "functions."+e.Key, fmt.Sprintf("is %v, and not a map: left out", n.Kind), "")
	case slices.ContainsFunc(f.functions, func(have entry) bool { return have.key == e.Key }):
		f.plan.Add(plan.Wrong, e.At, e.Key, "functions."+e.Key, "is there twice: the first counts", "")
	default:
		f.functions = append(f.functions, entry{e.Key, e.At, n})
		f.logical[logicalID(e.Key, "LambdaFunction")] = e.Key
		name := f.plain(n.Get("name"))
		if name.IsScalar() && f.lack(name) == nil {
			f.deployed[name.Scalar] = e.Key
		} else {
			f.deployed[f.stack()+"-"+e.Key] = e.Key
		}
	}
}

// collectShared notes where the provider says something for all functions.
func (f *file) collectShared() {
	provider := f.get(f.root, "provider")
	if !provider.Is(tree.Map) {
		return
	}
	for _, e := range provider.Entries {
		if e.Key != "environment" {
			f.shared[f.value(e.Value).Place()] = false
			continue
		}
		v := f.value(e.Value)
		f.shared[v.Place()] = false
		if v.Is(tree.Map) {
			for _, variable := range v.Entries {
				f.shared[variable.At] = false
			}
		}
	}
}

// setting is a value of a function, or else of the provider.
func (f *file) setting(e *entry, key string) *tree.Node {
	if v := f.value(e.node.Get(key)); v != nil && v.Kind != tree.Null {
		return v
	}
	if provider := f.get(f.root, "provider"); provider.Is(tree.Map) {
		return f.value(provider.Get(key))
	}
	return nil
}

// topics are those that events name, in their order.
func (f *file) topics() {
	c := &f.plan.Config
	add := func(name string) {
		if name != "" && !slices.ContainsFunc(c.Topics, func(t emulator.Topic) bool { return t.Name == name }) {
			c.Topics = append(c.Topics, emulator.Topic{Name: name})
		}
	}
	for i := range c.Functions {
		for _, e := range c.Functions[i].Events {
			add(e.Topic)
			if topic, found := strings.CutPrefix(e.OnFailure, "kafka://"); found {
				add(topic)
			}
		}
	}
}
