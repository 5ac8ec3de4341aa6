package tree

import (
	"regexp"
	"strings"
)

// taggedPlain is a plain scalar behind a tag, up to where it ends within braces. In it, ${}
// of Fn::Sub may stand.
var taggedPlain = regexp.MustCompile(`(![A-Za-z]+[ \t]+)((?:[^\s,\[\]{}'"#&*!|>%@]|\$\{[^{}\s]*\})+)([ \t]*[,}\]])`)

// functionKey is the name of a function of CloudFormation as a key within braces.
var functionKey = regexp.MustCompile(`([{,][ \t]*)(Fn::[A-Za-z0-9:]+[A-Za-z0-9])([ \t]*:[ \t])`)

// again reads a text once more with quotes around what the YAML package takes for a key:
// within braces, the AWS of {a: !Ref AWS::Region} and the Fn of {Fn::GetAtt: [a, b]}. It returns
// what came of the first time if that does not help. The columns behind such a value are two
// too high.
func (r *yamlReader) again(text string, first *Node, err error) (*Node, error) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = functionKey.ReplaceAllString(line, "${1}'${2}'${3}")
		lines[i] = taggedPlain.ReplaceAllStringFunc(line, func(s string) string {
			m := taggedPlain.FindStringSubmatch(s)
			if !strings.Contains(m[2], ":") {
				return s
			}
			return m[1] + "'" + m[2] + "'" + m[3]
		})
	}
	quoted := strings.Join(lines, "\n")
	if quoted == text {
		return first, err
	}
	second := newYAMLReader(r.name)
	if n, again := second.document(quoted); again == nil && !second.taggedKey {
		return n, nil
	}
	return first, err
}
