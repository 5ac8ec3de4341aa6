package sam

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// known evaluates a value and says whether it is known. What is open is said to need a value;
// what stands in for it is named by standing.
func (r *reader) known(n *tree.Node, standing string) (v *tree.Node, ok bool) {
	v = r.values.value(n)
	if v == nil || v.Kind == tree.Null {
		return v, false
	}
	if why, yes := r.values.isOpen(v); yes {
		r.say(plan.NeedsValue, v.At, fmt.Sprintf("%s: %s stands", why.reason, standing), why.advice)
		return v, false
	}
	return v, true
}

// integer is a whole number.
func (r *reader) integer(n *tree.Node, standing string) (int, bool) {
	v, ok := r.known(n, standing)
	if !ok {
		return 0, false
	}
	i, ok := v.Int()
	if f, err := strconv.ParseFloat(strings.TrimSpace(v.Scalar), 64); !ok && v.IsScalar() && err == nil && f == float64(int32(f)) {
		i, ok = int(f), true // 300.0
	}
	if !ok || i < -1<<40 || i > 1<<40 {
		r.say(plan.Wrong, v.At, fmt.Sprintf("%s is not a number of this kind: %s stands", shown(v), standing), "give a whole number")
		return 0, false
	}
	return i, true
}

// text is a text, or a number as it is written.
func (r *reader) text(n *tree.Node, standing string) (string, bool) {
	v, ok := r.known(n, standing)
	if !ok {
		return "", false
	}
	if !v.IsScalar() {
		r.say(plan.Wrong, v.At, fmt.Sprintf("is %s, not a text: %s stands", v.Kind, standing), "")
		return "", false
	}
	return v.Scalar, true
}

// truth is true or false.
func (r *reader) truth(n *tree.Node, standing bool) bool {
	v, ok := r.known(n, fmt.Sprint(standing))
	if !ok {
		return standing
	}
	b, ok := v.Bool()
	if !ok {
		r.say(plan.Wrong, v.At, fmt.Sprintf("%s is neither true nor false: %v stands", shown(v), standing), "")
		return standing
	}
	return b
}

// shown is a value in a message.
func shown(v *tree.Node) string {
	if v.IsScalar() {
		return strconv.Quote(v.Scalar)
	}
	return v.Kind.String()
}
