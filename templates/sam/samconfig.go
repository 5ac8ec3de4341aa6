package sam

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// deployment is what sam deploy was told, as samconfig.toml beside the template has it for
// the environment default.
type deployment struct {
	parameters    map[string]string
	stack, region string
}

const (
	maxSamconfig = 1 << 20
	maxOverrides = 200 // lines; more than parameters that a template may have
)

var (
	tomlSection = regexp.MustCompile(`^\[\s*([A-Za-z0-9_.-]+)\s*\]`)
	tomlKey     = regexp.MustCompile(`^(stack_name|region|parameter_overrides)\s*=\s*(.*)$`)
	tomlText    = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'[^']*'`)
	// override is one of parameter_overrides, in either form that sam takes.
	override = regexp.MustCompile(`(?:ParameterKey=([A-Za-z0-9]+),ParameterValue=|([A-Za-z0-9]+)=)("(?:\\.|[^"\\])*"|'[^']*'|[^\s]*)`)
)

// deployed reads samconfig.toml, if it is there: of TOML, only what sam itself writes there.
func (r *reader) deployed() {
	name := filepath.Join(r.dir, "samconfig.toml")
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSamconfig {
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return
	}
	file := filepath.ToSlash(name)
	r.plan.Read(file)
	d, line := parseSamconfig(string(text))
	r.values.deployed = d
	if len(d.parameters) > 0 {
		defer r.about("", "parameter_overrides")()
		names := slices.Sorted(mapKeys(d.parameters))
		r.say(plan.Taken, tree.Place{File: file, Line: line, Column: 1}, "the values of parameters "+strings.Join(names, ", "), "")
	}
}

// parseSamconfig returns what is for the environment default, and the line of its parameters.
func parseSamconfig(text string) (d deployment, line int) {
	d.parameters = map[string]string{}
	isOurs := false
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if m := tomlSection.FindStringSubmatch(l); m != nil {
			isOurs = m[1] == "default.deploy.parameters" || m[1] == "default.global.parameters"
			continue
		}
		m := tomlKey.FindStringSubmatch(l)
		if m == nil || !isOurs {
			continue
		}
		value := m[2]
		for next := i + 1; strings.HasPrefix(value, "[") && !strings.Contains(value, "]") && next < min(len(lines), i+maxOverrides); next++ {
			value += " " + lines[next]
		}
		switch texts := tomlTexts(value); {
		case len(texts) == 0:
		case m[1] == "stack_name":
			d.stack = texts[0]
		case m[1] == "region":
			d.region = texts[0]
		default:
			line = i + 1
			for _, one := range texts {
				d.override(one)
			}
		}
	}
	return d, line
}

// tomlTexts are the texts of a value: one, or those of a list.
func tomlTexts(value string) []string {
	var all []string
	for _, quoted := range tomlText.FindAllString(value, -1) {
		all = append(all, unquoted(quoted))
		if !strings.HasPrefix(value, "[") {
			break
		}
	}
	return all
}

func unquoted(s string) string {
	if text, err := strconv.Unquote(s); err == nil && strings.HasPrefix(s, `"`) {
		return text
	}
	if len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// override keeps parameters, written as A=b C="d e".
func (d *deployment) override(text string) {
	for _, m := range override.FindAllStringSubmatch(text, -1) {
		d.parameters[m[1]+m[2]] = unquoted(m[3])
	}
}

// given is the value of a parameter that was given: by hand, or for a deployment.
func (e *evaluator) given(name string, declared *tree.Node) (string, bool) {
	if value, ok := e.options.Parameters[name]; ok {
		return value, true
	}
	value, ok := e.deployed.parameters[name]
	// What is given for a parameter of SSM is its key.
	if t := declared.Get("Type"); ok && t.IsScalar() && strings.HasPrefix(t.Scalar, ssmType) {
		return "", false
	}
	return value, ok
}

const ssmType = "AWS::SSM::Parameter::Value"
