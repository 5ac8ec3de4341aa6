package serverless

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// A file that names the same events over and over is read as far as the bound, and that is
// said.
func TestReadIsBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("service: s\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions:\n  a0: &f\n    handler: a.b\n    events: [" + strings.Repeat("sns, ", 3000) + "]\n")
	for i := 1; i < 3000; i++ {
		fmt.Fprintf(&text, "  a%d: *f\n", i)
	}
	root, err := tree.Parse("serverless.yml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	p := Read(root, project(t, map[string]string{"a.js": ""}), plan.Options{})
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	said := 0
	for _, f := range p.Findings {
		if strings.HasPrefix(f.Text, "over 20000 functions, events and variables") {
			said++
		}
	}
	if said != 1 || len(p.Config.Functions) != 3000 {
		t.Errorf("said %d times, %d functions", said, len(p.Config.Functions))
	}
}
