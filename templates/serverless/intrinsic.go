package serverless

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// plain is the value of a node in which functions of CloudFormation may stand: Ref,
// Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select and Fn::Split are taken as far as the file says
// what they are; all else is lacking.
func (f *file) plain(n *tree.Node) *tree.Node { return f.plainBelow(n, 0) }

// maxIntrinsics bounds functions within one another.
const maxIntrinsics = 20

func (f *file) plainBelow(n *tree.Node, depth int) *tree.Node {
	n = f.value(n)
	if f.lack(n) != nil {
		return n
	}
	if n.Is(tree.Text) && strings.Contains(n.Scalar, "${AWS::") {
		return f.substituted(n.Scalar, nil, n.At, depth) // as the framework does
	}
	name, argument := intrinsic(n)
	if name == "" {
		return n
	}
	if f.steps++; depth > maxIntrinsics || f.steps > maxSteps {
		return f.lacking(n.At, wrong(name, fmt.Sprintf("the nesting of %s is too deep", name), ""))
	}
	argument = f.value(argument)
	if f.lack(argument) != nil {
		return argument
	}
	switch name {
	case "Ref":
		return f.ref(scalarOf(argument), n.At)
	case "Fn::GetAtt":
		return f.attribute(argument, n.At, depth)
	case "Fn::Sub":
		if argument.Is(tree.List) && len(argument.Items) == 2 {
			return f.substituted(scalarOf(f.value(argument.Items[0])), f.value(argument.Items[1]), n.At, depth)
		}
		return f.substituted(scalarOf(argument), nil, n.At, depth)
	case "Fn::Join":
		return f.joined(argument, n.At, depth)
	case "Fn::Select":
		return f.selected(argument, n.At, depth)
	case "Fn::ImportValue":
		export := scalarOf(f.plainBelow(argument, depth+1))
		return f.fromCloud(lastName(export), fmt.Sprintf("export %q of another stack", export), n.At)
	}
	return f.fromCloud(strings.TrimPrefix(name, "Fn::"), name, n.At)
}

// intrinsic takes a function of CloudFormation apart; "" is none.
func intrinsic(n *tree.Node) (name string, argument *tree.Node) {
	if !n.Is(tree.Map) || len(n.Entries) != 1 {
		return "", nil
	}
	if e := n.Entries[0]; e.Key == "Ref" || strings.HasPrefix(e.Key, "Fn::") {
		return e.Key, e.Value
	}
	return "", nil
}

// fromCloud is a value that --parameter may give, or else stands in by its name.
func (f *file) fromCloud(name, what string, at tree.Place) *tree.Node {
	if v, ok := f.options.Parameters[name]; ok {
		return f.made(v, at)
	}
	return f.lacking(at, unknown(what, name, "is known in the cloud only"))
}

// ref is what Ref stands for.
func (f *file) ref(name string, at tree.Place) *tree.Node {
	switch name {
	case "AWS::Region":
		return f.made(f.region(), at)
	case "AWS::AccountId":
		return f.made(account, at)
	case "AWS::Partition":
		return f.made("aws", at)
	case "AWS::URLSuffix":
		return f.made("amazonaws.com", at)
	case "AWS::StackName":
		return f.made(f.stack(), at)
	case "AWS::NoValue":
		return &tree.Node{At: at}
	}
	if key, ok := f.logical[name]; ok {
		return f.made(key, at)
	}
	return f.ofResource(name, "", at)
}

// stack is the name of the stack: service-stage.
func (f *file) stack() string { return f.service() + "-" + f.stage() }

func (f *file) service() string {
	v := f.get(f.root, "service")
	if v.Is(tree.Map) {
		v = f.get(v, "name")
	}
	return cmp.Or(scalarOf(v), "service")
}

// attribute is what Fn::GetAtt stands for: [resource, attribute], or with a dot.
func (f *file) attribute(argument *tree.Node, at tree.Place, depth int) *tree.Node {
	resource, name, _ := strings.Cut(scalarOf(argument), ".")
	if argument.Is(tree.List) && len(argument.Items) == 2 {
		resource, name = scalarOf(f.value(argument.Items[0])), scalarOf(f.plainBelow(argument.Items[1], depth+1))
	}
	if key, ok := f.logical[resource]; ok && name == "Arn" {
		return f.made(f.functionARN(key), at)
	}
	return f.ofResource(resource, name, at)
}

func (f *file) functionARN(key string) string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", f.region(), account, key)
}

// reference is a variable of Fn::Sub.
var reference = regexp.MustCompile(`\$\{(!?)([^${}]*)\}`)

// substituted is what Fn::Sub stands for.
func (f *file) substituted(text string, with *tree.Node, at tree.Place, depth int) *tree.Node {
	var missing *lack
	size := 0
	text = reference.ReplaceAllStringFunc(text, func(s string) string {
		m := reference.FindStringSubmatch(s)
		name := strings.TrimSpace(m[2])
		switch {
		case m[1] == "!":
			return "${" + m[2] + "}"
		case strings.HasPrefix(name, "kafka."):
			return s // ours, and no name of CloudFormation
		}
		v := f.plainBelow(with.Get(name), depth+1)
		if v == nil && strings.Contains(name, ".") {
			v = f.attribute(tree.NewText(name, at), at, depth)
		} else if v == nil {
			v = f.ref(name, at)
		}
		if l := f.lack(v); l != nil && missing == nil {
			missing = l
		}
		if size += len(scalarOf(v)); size > maxTemplate {
			return ""
		}
		return scalarOf(v)
	})
	return f.withLack(text, missing, at)
}

// withLack is a text of which a part may only stand in.
func (f *file) withLack(text string, missing *lack, at tree.Place) *tree.Node {
	if len(text) > maxTemplate {
		return f.lacking(at, wrong("", errLong.Error(), ""))
	}
	if missing == nil {
		return f.made(text, at)
	}
	joined := *missing
	joined.name = text
	return f.lacking(at, &joined)
}

// joined is what Fn::Join stands for.
func (f *file) joined(argument *tree.Node, at tree.Place, depth int) *tree.Node {
	if !argument.Is(tree.List) || len(argument.Items) != 2 {
		return f.lacking(at, wrong("Join", "Fn::Join is [separator, list]", ""))
	}
	list := f.plainBelow(argument.Items[1], depth+1)
	if !list.Is(tree.List) {
		return f.fromCloud("Join", "the list of Fn::Join", at)
	}
	var missing *lack
	var texts []string
	size := 0
	for _, item := range list.Items {
		v := f.plainBelow(item, depth+1)
		if l := f.lack(v); l != nil && missing == nil {
			missing = l
		}
		if size += len(scalarOf(v)); size > maxTemplate {
			break
		}
		texts = append(texts, scalarOf(v))
	}
	return f.withLack(strings.Join(texts, scalarOf(f.value(argument.Items[0]))), missing, at)
}

// selected is what Fn::Select stands for, also of what Fn::Split makes.
func (f *file) selected(argument *tree.Node, at tree.Place, depth int) *tree.Node {
	if !argument.Is(tree.List) || len(argument.Items) != 2 {
		return f.lacking(at, wrong("Select", "Fn::Select is [index, list]", ""))
	}
	list := f.value(argument.Items[1])
	if name, of := intrinsic(list); name == "Fn::Split" {
		list = f.splitted(f.value(of), at, depth)
	}
	i, ok := f.value(argument.Items[0]).Int()
	if f.lack(list) != nil {
		return list
	}
	if !ok || !list.Is(tree.List) || i < 0 || i >= len(list.Items) {
		return f.fromCloud("Select", "the list of Fn::Select", at)
	}
	return f.plainBelow(list.Items[i], depth+1)
}

func (f *file) splitted(argument *tree.Node, at tree.Place, depth int) *tree.Node {
	if !argument.Is(tree.List) || len(argument.Items) != 2 {
		return nil
	}
	whole := f.plainBelow(argument.Items[1], depth+1)
	if f.lack(whole) != nil || !whole.IsScalar() {
		return whole
	}
	list := &tree.Node{Kind: tree.List, At: at}
	for s := range strings.SplitSeq(whole.Scalar, scalarOf(f.value(argument.Items[0]))) {
		list.Items = append(list.Items, f.made(s, at))
	}
	return list
}
