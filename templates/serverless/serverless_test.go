package serverless

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

const mebibyte = 1 << 20

// shape is a project and what is made of it.
type shape struct {
	name string
	// text is serverless.yml; files are the others, empty ones by their names alone.
	text    string
	files   map[string]string
	empty   []string
	options plan.Options

	topics    []string
	functions []emulator.Function
	findings  []string
}

func (s *shape) read(t *testing.T) *plan.Plan {
	t.Helper()
	files := maps.Clone(s.files)
	if files == nil {
		files = map[string]string{}
	}
	for _, name := range s.empty {
		files[name] = ""
	}
	dir := project(t, files)
	root, err := tree.Parse("serverless.yml", []byte(s.text))
	if err != nil {
		t.Fatal(err)
	}
	if !Matches(root) {
		t.Error("it is not recognised")
	}
	p := Read(root, dir, s.options)
	for i := range p.Findings {
		p.Findings[i].Text = strings.ReplaceAll(p.Findings[i].Text, dir, "DIR")
	}
	return p
}

// lines are the findings as they are compared: verdict line resource key: text.
func lines(p *plan.Plan) []string {
	var all []string
	for _, f := range p.Sorted() {
		all = append(all, fmt.Sprintf("%v %d %s %s: %s", f.Verdict, f.At.Line, f.Resource, f.Key, f.Text))
	}
	return all
}

func (s *shape) check(t *testing.T) {
	p := s.read(t)
	if err := p.Config.Validate(); err != nil {
		t.Errorf("the configuration is not valid: %v", err)
	}
	var topics []string
	for _, topic := range p.Config.Topics {
		topics = append(topics, topic.Name)
	}
	if !slices.Equal(topics, s.topics) {
		t.Errorf("topics\ngot  %q\nwant %q", topics, s.topics)
	}
	for i := range max(len(p.Config.Functions), len(s.functions)) {
		var got, want emulator.Function
		if i < len(p.Config.Functions) {
			got = p.Config.Functions[i]
		}
		if i < len(s.functions) {
			want = s.functions[i]
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("function %d\ngot  %+v\nwant %+v", i, got, want)
		}
	}
	if got := lines(p); !slices.Equal(got, s.findings) {
		t.Errorf("findings\ngot  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(s.findings, "\n     "))
	}
}

func TestRead(t *testing.T) {
	t.Setenv("SECRET", "hidden") // what is left to the run must be there when the plan is checked
	for _, s := range shapes {
		t.Run(s.name, s.check)
	}
}

func TestDefaultRuntimes(t *testing.T) {
	for _, name := range []string{defaultNode, defaultPython} {
		if got := plan.Runtime(name); got != name {
			t.Errorf("%s is %q to the emulator", name, got)
		}
	}
}

func TestServices(t *testing.T) {
	root, err := tree.Parse("serverless-compose.yml", []byte("services:\n  a: {path: services/a}\n  b: {path: services/b, params: {x: y}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := Services(root); !slices.Equal(got, []string{"services/a", "services/b"}) || Matches(root) {
		t.Errorf("got %q", got)
	}
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func instant(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
