package serverless

import (
	"fmt"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// async reads what becomes of asynchronous invocations.
func (r *reading) async() {
	if node := r.value(r.node.Get("maximumRetryAttempts")); node != nil && node.Kind != tree.Null {
		if n := r.number(node, "maximumRetryAttempts", "async.maximumRetryAttempts", -1); n >= 0 {
			r.out.Async.MaximumRetryAttempts = &n
		}
	}
	if n := r.number(r.value(r.node.Get("maximumEventAge")), "maximumEventAge", "async.maximumEventAge", 0); n != 0 {
		r.out.Async.MaximumEventAge = new(time.Duration(n) * time.Second)
	}
	for _, key := range []string{"onError", "deadLetter"} {
		if e := r.get(r.node, key); e != nil && e.Kind != tree.Null {
			r.target(key, "deadLetter", r.targetOf(e, key), &r.out.DeadLetter)
		}
	}
	for _, key := range []string{"onSuccess", "onFailure"} {
		if to := r.get(r.node, "destinations", key); to != nil && to.Kind != tree.Null {
			into := &r.out.Async.OnSuccess
			if key == "onFailure" {
				into = &r.out.Async.OnFailure
			}
			r.target("destinations."+key, "async."+key, r.targetOf(to, key), into)
		}
	}
}

// targetOf is the node of a target: itself, or its arn or targetArn.
func (r *reading) targetOf(n *tree.Node, key string) *tree.Node {
	if name, _ := intrinsic(n); name == "" && n.Is(tree.Map) {
		for _, key := range []string{"arn", "targetArn", "sns", "sqs"} {
			if to := n.Get(key); to != nil {
				return r.plain(to)
			}
		}
	}
	return r.plain(n)
}

// target reads where events or their records go: an ARN, or a function of the file.
func (r *reading) target(key, field string, n *tree.Node, into *string) {
	to, l := scalarOf(n), r.lack(n)
	for name := range strings.SplitSeq(field, ".") {
		field = name
	}
	path := emulator.Path(r.path, field)
	if field != "deadLetter" {
		path = emulator.Path(emulator.Path(r.path, "async"), field)
	}
	r.origins[path] = origin{n.Place(), key}
	for i := range r.functions {
		if l == nil && r.functions[i].key == to {
			to = r.functionARN(to)
			break
		}
	}
	switch {
	case strings.HasPrefix(to, "arn:"):
		*into = r.renamedARN(to)
	case l != nil:
		r.add(l.verdict, n.Place(), key, l.why+": left out", l.advice)
	default:
		r.add(plan.Wrong, n.Place(), key, fmt.Sprintf("%q is not an ARN: left out", short(shownText(n))), "")
	}
}

// renamedARN is an ARN with the name that a function of the file has here.
func (r *reading) renamedARN(arn string) string {
	if i := strings.LastIndex(arn, ":function:"); i >= 0 {
		if key, ok := r.deployed[arn[i+len(":function:"):]]; ok {
			return r.functionARN(key)
		}
	}
	return arn
}
