package serverless

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Bounds of ours on the work that the variables of one project may make.
const (
	maxSteps = 50_000 // variables that are looked up
	maxChain = 200    // variables that stand for variables
)

// resolver finds what variables stand for, one by one, as values are asked for: what nobody
// asks for is never looked at, and so may be wrong or missing.
type resolver struct {
	root    *tree.Node
	dir     string // of the file, which paths in all files are relative to
	options plan.Options
	plan    *plan.Plan
	files   files
	dotenv  dotenv

	// values are what texts with variables stand for; final are those that are no variables
	// any more, whatever they look like; lacks are those that only stand in.
	values map[*tree.Node]*tree.Node
	final  map[*tree.Node]bool
	lacks  map[*tree.Node]*lack
	// environs are values that have some of the environment in them, with ${env:NAME} in the
	// place of that: what may be a secret is not copied into coldbrook.yaml.
	environs map[*tree.Node]string
	// chain are the texts that are being looked up, the one that began it first.
	chain []*tree.Node
	steps int
	// staging and regioning say that these two are being found out, which may depend on
	// themselves.
	staging, regioning bool
	// ofFile are the variables whose values were copied from a file .env.
	ofFile []string
}

func newResolver(root *tree.Node, dir string, o plan.Options, p *plan.Plan) *resolver {
	return &resolver{
		root: root, dir: dir, options: o, plan: p, files: newFiles(dir),
		values: map[*tree.Node]*tree.Node{}, final: map[*tree.Node]bool{}, lacks: map[*tree.Node]*lack{}, environs: map[*tree.Node]string{},
	}
}

// value is what a node stands for: itself, unless it is a text with variables. The values of
// a map or list it may be have to be asked for in turn.
func (r *resolver) value(n *tree.Node) *tree.Node {
	if !n.Is(tree.Text) || !strings.Contains(n.Scalar, "${") || r.final[n] {
		return n
	}
	if v, known := r.values[n]; known {
		return v
	}
	if slices.Contains(r.chain, n) {
		return r.lacking(n.At, r.cycle(n))
	}
	if len(r.chain) >= maxChain {
		return r.lacking(n.At, wrong(lastName(short(n.Scalar)), fmt.Sprintf("%d variables stand for one another", maxChain), ""))
	}
	r.chain = append(r.chain, n)
	v := r.evaluate(n)
	r.chain = r.chain[:len(r.chain)-1]
	r.values[n] = v
	return v
}

// cycle names the variables that stand for one another.
func (r *resolver) cycle(n *tree.Node) *lack {
	var names []string
	for _, c := range r.chain[slices.Index(r.chain, n):] {
		names = append(names, fmt.Sprintf("%s (line %d)", short(c.Scalar), c.At.Line))
	}
	return wrong(lastName(short(n.Scalar)), "stands for itself: "+strings.Join(append(names, short(n.Scalar)), " -> "), "give one of them a value")
}

// short is a text as a message has it.
func short(s string) string {
	const most = 80
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}

// evaluate finds out what a text with variables stands for.
func (r *resolver) evaluate(n *tree.Node) *tree.Node {
	parts, err := parseTemplate(n.Scalar, 0)
	if err != nil {
		return r.lacking(n.At, wrong(lastName(short(n.Scalar)), err.Error(), ""))
	}
	return r.fill(parts, n.At)
}

// fill is the value of a template: of any kind if it is one variable, else a text.
func (r *resolver) fill(parts template, at tree.Place) *tree.Node {
	if len(parts) == 1 && len(parts[0].choices) > 0 {
		return r.variable(&parts[0], at)
	}
	var made joined
	for i := range parts {
		p := &parts[i]
		if len(p.choices) == 0 {
			made.add(p.text, p.text)
		} else {
			r.join(&made, p, at)
		}
		if made.text.Len() > maxTemplate {
			return r.lacking(at, wrong(lastName(p.text), errLong.Error(), ""))
		}
	}
	if made.missing != nil {
		lack := *made.missing
		lack.name = made.text.String()
		return r.lacking(at, &lack)
	}
	n := r.made(made.text.String(), at)
	if made.written.String() != n.Scalar {
		r.environs[n] = made.written.String()
	}
	return n
}

// joined is a text that is made of several.
type joined struct {
	text, written strings.Builder // written has ${env:NAME} for what is of the environment
	missing       *lack           // the first one
}

func (j *joined) add(text, written string) {
	j.text.WriteString(text)
	j.written.WriteString(written)
}

// join adds what a variable stands for.
func (r *resolver) join(made *joined, p *part, at tree.Place) {
	v := r.variable(p, at)
	l := r.lack(v)
	if l == nil && v != nil && !v.IsScalar() && v.Kind != tree.Null {
		l = wrong(lastName(p.text), fmt.Sprintf("%s is %s, which cannot stand within a text", p.text, v.Kind), "")
	}
	made.missing = cmp.Or(made.missing, l)
	if v.IsScalar() {
		made.add(v.Scalar, cmp.Or(r.environs[v], v.Scalar))
	}
}

// made is a text that was made and is not looked at for variables again.
func (r *resolver) made(s string, at tree.Place) *tree.Node {
	n := tree.NewText(s, at)
	r.final[n] = true
	return n
}

// variable is the value of the first choice that has one.
func (r *resolver) variable(p *part, at tree.Place) *tree.Node {
	var missing *lack
	for i := range p.choices {
		c := &p.choices[i]
		if r.steps++; r.steps > maxSteps {
			return r.lacking(at, wrong(lastName(p.text), fmt.Sprintf("over %d variables are looked up", maxSteps), ""))
		}
		v := r.choose(c, at, i == len(p.choices)-1)
		if l := r.lack(v); l != nil {
			if missing == nil {
				missing = l
			}
			continue
		}
		if v == nil || v.Kind == tree.Null && i < len(p.choices)-1 {
			continue
		}
		if missing != nil && missing.verdict == plan.NeedsValue && i > 0 && isRemote(p.choices[i-1].source) {
			r.plan.Add(plan.Changed, at, "", p.text, fmt.Sprintf("%s; its default counts", missing.why), missing.advice)
		}
		return v
	}
	if missing == nil {
		missing = wrong(lastName(p.text), p.text+" has no value", "")
	}
	return r.lacking(at, missing)
}

// choose is the value of one choice; nil if it has none, and a lacking node if there is a
// reason to give for that. last says that no other choice follows.
func (r *resolver) choose(c *choice, at tree.Place, last bool) *tree.Node {
	switch {
	case c.literal != nil:
		n := *c.literal
		n.At = at
		r.final[&n] = true
		return &n
	case c.text != nil:
		return r.fill(c.text, at)
	}
	address := r.fill(c.address, at)
	if l := r.lack(address); l != nil {
		return address
	}
	return r.source(c, at, scalarOf(address), last)
}

func scalarOf(n *tree.Node) string {
	if n.IsScalar() {
		return n.Scalar
	}
	return ""
}

// get is the value below a node at a path of keys; nil if there is none.
func (r *resolver) get(n *tree.Node, path ...string) *tree.Node {
	n = r.value(n)
	for _, key := range path {
		switch {
		case n == nil || r.lack(n) != nil:
			return n
		case n.Kind == tree.List:
			n = element(n, key)
		default:
			n = n.Get(key)
		}
		n = r.value(n)
	}
	return n
}

func element(n *tree.Node, key string) *tree.Node {
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}
