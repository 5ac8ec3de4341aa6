package serverless

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// lack is why a value is not known.
type lack struct {
	// verdict is NeedsValue, or Wrong where the file is at fault.
	verdict plan.Verdict
	// name is what stands in for the value, and what --parameter can set.
	name        string
	why, advice string
}

// unknown is the lack of a value that only another place than this machine has.
func unknown(written, name, why string) *lack {
	return &lack{verdict: plan.NeedsValue, name: name, why: written + " " + why, advice: giving(name)}
}

// giving says how to give a value.
func giving(name string) string { return fmt.Sprintf("--parameter %s=VALUE", name) }

// wrong is the lack of a value because of a mistake.
func wrong(name, why, advice string) *lack {
	return &lack{verdict: plan.Wrong, name: name, why: why, advice: advice}
}

// lastName is the last name of an address, which stands in for what is there:
// cf:stack.OrdersTopic is OrdersTopic, ssm:/shop/orders-topic~true is orders-topic.
func lastName(address string) string {
	address, _, _ = strings.Cut(address, "~")
	address = strings.TrimFunc(address, func(c rune) bool { return !isOfName(c) || c == '.' })
	separators := ".:( {}'"
	if i := strings.LastIndexByte(address, '/'); i >= 0 {
		address, separators = address[i+1:], ":( {}'"
	}
	if i := strings.LastIndexAny(address, separators); i >= 0 {
		address = address[i+1:]
	}
	return address
}

func isOfName(c rune) bool {
	return c < 128 && (c == '_' || c == '-' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c))
}

// lacking is a node in place of a value that is not known: its text is what stands in.
func (r *resolver) lacking(at tree.Place, l *lack) *tree.Node {
	n := tree.NewText(l.name, at)
	r.final[n], r.lacks[n] = true, l
	return n
}

// lack says why a value is not known; nil if it is.
func (r *resolver) lack(n *tree.Node) *lack {
	if n == nil {
		return nil
	}
	return r.lacks[n]
}
