package sam

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// open says why a value is open: only a cloud knows it. The text stands in for it, made of
// the logical names of what is not known.
type open struct {
	// reason is half a sentence about it; advice is what to do, "" if nothing.
	reason, advice string
}

// openText makes a text that stands in for a value.
func (e *evaluator) openText(at tree.Place, standIn string, why open) *tree.Node {
	n := e.text(at, standIn)
	e.openValues[n] = why
	return n
}

// isOpen says that a value, or a part of it, is open, and why.
func (e *evaluator) isOpen(n *tree.Node) (why open, yes bool) {
	if n == nil {
		return open{}, false
	}
	if why, yes = e.openValues[n]; yes {
		return why, yes
	}
	for _, item := range n.Items {
		if why, yes = e.isOpen(item); yes {
			return why, yes
		}
	}
	for _, entry := range n.Entries {
		if why, yes = e.isOpen(entry.Value); yes {
			return why, yes
		}
	}
	return open{}, false
}

// madeOf is a text that was made of others: it is open if one of them is, for the reason of
// the first.
func (e *evaluator) madeOf(at tree.Place, s string, parts ...*tree.Node) *tree.Node {
	for _, part := range parts {
		if why, yes := e.isOpen(part); yes {
			return e.openText(at, s, why)
		}
	}
	return e.text(at, s)
}

// dynamicReference is as the CloudFormation user guide has it: {{resolve:service:key}}.
var dynamicReference = regexp.MustCompile(`\{\{resolve:([a-z-]+):([^{}]*)\}\}`)

var secretStores = map[string]string{"ssm": "SSM", "ssm-secure": "SSM", "secretsmanager": "Secrets Manager"}

// dynamic replaces the dynamic references of a text.
func (e *evaluator) dynamic(n *tree.Node) *tree.Node {
	if !strings.Contains(n.Scalar, "{{resolve:") {
		return n
	}
	m := dynamicReference.FindStringSubmatch(n.Scalar)
	if m == nil {
		return n
	}
	store := secretStores[m[1]]
	if store == "" {
		store = m[1]
	}
	standIn := dynamicReference.ReplaceAllStringFunc(n.Scalar, func(reference string) string {
		return lastName(dynamicReference.FindStringSubmatch(reference)[2])
	})
	return e.openText(n.At, standIn, open{reason: fmt.Sprintf("only %s knows %s", store, m[2])})
}

// lastName is the name at the end of a key of SSM, or of the ARN or the key of a secret.
func lastName(key string) string {
	key, _, _ = strings.Cut(key, ":SecretString")
	parts := strings.FieldsFunc(key, func(r rune) bool { return r == '/' || r == ':' })
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.Trim(parts[i], "0123456789") != "" { // not the version
			return parts[i]
		}
	}
	return key
}
