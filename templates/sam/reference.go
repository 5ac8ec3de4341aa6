package sam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// ref evaluates a Ref.
func (e *evaluator) ref(n, argument *tree.Node) *tree.Node {
	name := e.value(argument)
	if !name.Is(tree.Text) {
		return e.wrong(n.At, "Ref takes the name of a parameter or a resource", "")
	}
	return e.named(n.At, name.Scalar)
}

// named is what a name stands for in a Ref or a Fn::Sub: a variable, a parameter or a
// resource.
func (e *evaluator) named(at tree.Place, name string) *tree.Node {
	if v := e.variables[name]; v != nil {
		return v
	}
	if v, ok := e.pseudo(at, name); ok {
		return v
	}
	if declared := e.root.Get("Parameters").Get(name); declared != nil {
		v := e.parameter(at, name, declared)
		if why, yes := e.openValues[v]; yes { // it is missing where it is used
			return e.openText(at, v.Scalar, why)
		}
		return v
	}
	if resource := e.resources[name]; resource != nil {
		return e.refTo(at, name, resource)
	}
	// SAM's references to what it makes of a function: F.Version, F.Alias.
	if function, part, ok := strings.Cut(name, "."); ok && (part == "Version" || part == "Alias") && e.resources[function] != nil {
		return e.attribute(at, function, "Arn")
	}
	names := slices.Sorted(mapKeys(e.resources))
	for _, entry := range entriesOf(e.root.Get("Parameters")) {
		names = append(names, entry.Key)
	}
	return e.wrong(at, fmt.Sprintf("there is no parameter or resource %q", name), didYouMean(name, names))
}

// getAtt evaluates a Fn::GetAtt, of a list or of RESOURCE.ATTRIBUTE.
func (e *evaluator) getAtt(n, argument *tree.Node) *tree.Node {
	var resource, attribute string
	switch a := e.value(argument); {
	case a.Is(tree.Text):
		resource, attribute, _ = strings.Cut(a.Scalar, ".")
	case a.Is(tree.List) && len(a.Items) == 2 && a.Items[0].IsScalar() && a.Items[1].IsScalar():
		resource, attribute = a.Items[0].Scalar, a.Items[1].Scalar
	}
	if resource == "" || attribute == "" {
		return e.wrong(n.At, "Fn::GetAtt takes the name of a resource and one of its attributes", "write RESOURCE.ATTRIBUTE")
	}
	return e.attribute(n.At, resource, attribute)
}

// attribute is an attribute of a resource.
func (e *evaluator) attribute(at tree.Place, name, attribute string) *tree.Node {
	resource := e.resources[name]
	if resource == nil {
		return e.wrong(at, fmt.Sprintf("there is no resource %q", name), didYouMean(name, slices.Sorted(mapKeys(e.resources))))
	}
	return e.attributeOf(at, name, resource, attribute)
}

var placeholder = regexp.MustCompile(`\$\{([^{}]*)\}`)

// sub evaluates a Fn::Sub, of a text or of a text and its variables.
func (e *evaluator) sub(n, argument *tree.Node) *tree.Node {
	text := argument
	if argument.Is(tree.List) {
		if len(argument.Items) != 2 || !e.shallow(argument.Items[1]).Is(tree.Map) {
			return e.wrong(n.At, "Fn::Sub takes a text, or a list of a text and a map of its variables", "")
		}
		text = argument.Items[0]
		before := e.variables
		defer func() { e.variables = before }()
		e.variables = e.with(e.shallow(argument.Items[1]))
	}
	if text = e.shallow(text); !text.IsScalar() {
		if e.isBroken(text) {
			return text
		}
		return e.wrong(n.At, "Fn::Sub takes a text, or a list of a text and a map of its variables", "")
	}
	var parts []*tree.Node
	failed := false
	made := placeholder.ReplaceAllStringFunc(text.Scalar, func(reference string) string {
		name := strings.TrimSpace(reference[2 : len(reference)-1])
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		part := e.substitute(n.At, name)
		failed = failed || !part.IsScalar() || e.made > maxMade
		if failed {
			return ""
		}
		e.made += len(part.Scalar)
		parts = append(parts, part)
		return part.Scalar
	})
	if failed {
		e.step(n.At)
		return e.brokenAt(n)
	}
	return e.dynamicOf(e.madeOf(n.At, made, parts...))
}

// dynamicOf looks for dynamic references in a text that was made.
func (e *evaluator) dynamicOf(n *tree.Node) *tree.Node {
	if _, yes := e.isOpen(n); yes {
		return n
	}
	return e.dynamic(n)
}

// with is the variables with those of a map.
func (e *evaluator) with(variables *tree.Node) map[string]*tree.Node {
	all := make(map[string]*tree.Node, len(e.variables)+len(variables.Entries))
	for name, v := range e.variables {
		all[name] = v
	}
	for _, entry := range variables.Entries {
		if v := e.value(entry.Value); v != nil {
			all[entry.Key] = v
		}
	}
	return all
}

// substitute is the text for a name in a Fn::Sub.
func (e *evaluator) substitute(at tree.Place, name string) *tree.Node {
	var v *tree.Node
	resource, attribute, dotted := strings.Cut(name, ".")
	if dotted && e.variables[name] == nil {
		v = e.attribute(at, resource, attribute)
	} else {
		v = e.named(at, name)
	}
	switch {
	case v == nil:
		return e.wrong(at, fmt.Sprintf("${%s} has no value", name), "")
	case v.Is(tree.List):
		return e.joined(at, ",", v.Items) // as CloudFormation does for a CommaDelimitedList
	case !v.IsScalar() && !e.isBroken(v):
		return e.wrong(at, fmt.Sprintf("${%s} is %s, not a text", name, v.Kind), "")
	}
	return v
}
