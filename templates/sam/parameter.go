package sam

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// account is the number that stands for the account: that of AWS's own documentation.
const (
	account       = "123456789012"
	defaultRegion = "us-east-1"
)

func (e *evaluator) region() string {
	return cmp.Or(e.options.Region, e.deployed.region, defaultRegion)
}

// pseudo is the value of a pseudo parameter. AWS::NoValue is none, and ok.
func (e *evaluator) pseudo(at tree.Place, name string) (value *tree.Node, ok bool) {
	switch name {
	case "AWS::NoValue":
		return nil, true
	case "AWS::Region":
		return e.text(at, e.region()), true
	case "AWS::AccountId":
		return e.text(at, account), true
	case "AWS::Partition":
		return e.text(at, "aws"), true
	case "AWS::URLSuffix":
		return e.text(at, "amazonaws.com"), true
	case "AWS::StackName":
		return e.text(at, e.stackName()), true
	case "AWS::StackId":
		return e.text(at, fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/00000000-0000-0000-0000-000000000000", e.region(), account, e.stackName())), true
	case "AWS::NotificationARNs":
		return &tree.Node{Kind: tree.List, At: at}, true
	}
	return nil, false
}

// stackName is that of samconfig.toml, else the name of the folder.
func (e *evaluator) stackName() string {
	return cmp.Or(e.deployed.stack, folderName(e.dir))
}

// folderName is the name of a folder, as far as a stack may be called so.
func folderName(dir string) string {
	if full, err := filepath.Abs(dir); err == nil {
		dir = full
	}
	name := strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '-'
	}, filepath.Base(dir))
	if name = strings.Trim(name, "-"); name == "" {
		return "stack"
	}
	return name
}

// parameter is the value of a parameter: that of --parameter, else of samconfig.toml, else
// its default. One that has
// none, or that SSM has, is open.
func (e *evaluator) parameter(at tree.Place, name string, declared *tree.Node) *tree.Node {
	if v, known := e.parameters[name]; known {
		return v
	}
	if !e.enter(at, name) {
		return e.brokenAt(declared)
	}
	defer e.leave()
	v := e.parameterValue(name, declared)
	e.parameters[name] = v
	return v
}

func (e *evaluator) parameterValue(name string, declared *tree.Node) *tree.Node {
	kind := "String"
	if t := declared.Get("Type"); t.IsScalar() {
		kind = t.Scalar
	}
	advice := "give --parameter " + name + "=VALUE"
	given, isGiven := e.given(name, declared)
	if isGiven {
		e.allowed(name, given, declared)
		return e.typed(tree.NewText(given, declared.At), kind)
	}
	byDefault := declared.Get("Default")
	switch {
	case strings.HasPrefix(kind, ssmType):
		return e.openText(declared.At, name, open{fmt.Sprintf("only SSM knows the value of parameter %s", name), advice})
	case byDefault == nil || byDefault.Kind == tree.Null:
		return e.openText(declared.At, name, open{fmt.Sprintf("parameter %s has no default", name), advice})
	}
	if v := e.value(byDefault); v.IsScalar() {
		if why, yes := e.isOpen(v); yes {
			return e.openText(v.At, v.Scalar, open{why.reason, advice})
		}
		return e.typed(v, kind)
	}
	return e.wrong(byDefault.At, fmt.Sprintf("the default of parameter %s is %s", name, byDefault.Kind), advice)
}

// typed makes a list of the value of a parameter that is one.
func (e *evaluator) typed(v *tree.Node, kind string) *tree.Node {
	if kind != "CommaDelimitedList" && !strings.HasPrefix(kind, "List<") && !strings.Contains(kind, "Value<List<") {
		return v
	}
	list := &tree.Node{Kind: tree.List, At: v.At}
	if strings.TrimSpace(v.Scalar) == "" {
		return list
	}
	for item := range strings.SplitSeq(v.Scalar, ",") {
		list.Items = append(list.Items, e.text(v.At, strings.TrimSpace(item)))
	}
	return list
}

// allowed says if a value that was given is not among those that the template allows.
func (e *evaluator) allowed(name, given string, declared *tree.Node) {
	values := declared.Get("AllowedValues")
	if !values.Is(tree.List) || len(values.Items) == 0 {
		return
	}
	var all []string
	for _, v := range values.Items {
		all = append(all, v.Scalar)
	}
	if !slices.Contains(all, given) {
		e.say(plan.Wrong, values.At, fmt.Sprintf("parameter %s: %q is not one of %s", name, given, strings.Join(all, ", ")), didYouMean(given, all))
	}
}

// undeclared says which of the parameters that were given the template does not have.
func (e *evaluator) undeclared() {
	declared := e.root.Get("Parameters")
	var names []string
	for _, entry := range entriesOf(declared) {
		names = append(names, entry.Key)
	}
	given := make([]string, 0, len(e.options.Parameters))
	for name := range e.options.Parameters {
		given = append(given, name)
	}
	slices.Sort(given)
	for _, name := range given {
		if !slices.Contains(names, name) {
			e.say(plan.Wrong, e.root.At, fmt.Sprintf("there is no parameter %s in the template", name), didYouMean(name, names))
		}
	}
}
