package serverless

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Bounds of ours on variables: a file within them is read in milliseconds, whoever wrote it.
const (
	maxTemplate = 64 << 10 // characters of one text with variables, and of what it stands for
	maxNesting  = 30       // variables within one another
)

// template is a text with variables in it.
type template []part

// part is a piece of plain text or, with choices, a variable.
type part struct {
	// text of a variable is all of it, with ${ and }.
	text string
	// choices are tried from the first on; the first that has a value counts.
	choices []choice
}

// choice is one of the alternatives of a variable: a value that is written out, a text with
// variables, or a source.
type choice struct {
	literal *tree.Node
	text    template
	// source is self, env, opt and so on: source(argument):address.
	source            string
	argument, address template
	// written is how it stands in the file.
	written string
}

var (
	errNotClosed = errors.New("a ${ has no } to it")
	errNested    = fmt.Errorf("variables stand in one another more than %d deep", maxNesting)
	errLong      = fmt.Errorf("a text with variables is over the limit of %d characters", maxTemplate)
)

var (
	// sourceName is how a source begins. What has none, ${AWS::Region} or ${Resource.Arn},
	// is CloudFormation's and stays as it is.
	sourceName   = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_.-]*)[:(]`)
	numberPlain  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	literalWords = map[string]tree.Kind{"true": tree.Bool, "false": tree.Bool, "null": tree.Null}
)

// parseTemplate finds the variables of a text. An escaped one, \${self:x}, is plain text.
func parseTemplate(s string, nesting int) (template, error) {
	switch {
	case len(s) > maxTemplate:
		return nil, errLong
	case nesting > maxNesting:
		return nil, errNested
	}
	var parts template
	plain := &strings.Builder{}
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], `\${`):
			plain.WriteString("${")
			i += 3
		case strings.HasPrefix(s[i:], "${"):
			p, next, err := parseVariable(s, i, nesting)
			if err != nil {
				return nil, err
			}
			if len(p.choices) == 0 {
				plain.WriteString("${")
				i += 2
				break
			}
			if plain.Len() > 0 {
				parts = append(parts, part{text: plain.String()})
				plain.Reset()
			}
			parts = append(parts, p)
			i = next
		default:
			plain.WriteByte(s[i])
			i++
		}
	}
	if plain.Len() > 0 {
		parts = append(parts, part{text: plain.String()})
	}
	return parts, nil
}

// parseVariable reads the variable whose ${ stands at i; one without choices is none.
func parseVariable(s string, i, nesting int) (p part, next int, err error) {
	end, err := closing(s, i+2)
	if err != nil {
		return part{}, 0, err
	}
	p.text = s[i : end+1]
	for j, written := range split(s[i+2 : end]) {
		written = strings.TrimSpace(written)
		if written == "" {
			continue
		}
		c, err := parseChoice(written, nesting+1)
		if err != nil {
			return part{}, 0, err
		}
		if j == 0 && c.source == "" && c.text == nil {
			return part{}, 0, nil
		}
		p.choices = append(p.choices, c)
	}
	return p, end + 1, nil
}

func parseChoice(s string, nesting int) (c choice, err error) {
	c.written = s
	if kind, ok := literalWords[s]; ok {
		c.literal = &tree.Node{Kind: kind, Scalar: s}
		return c, nil
	}
	if numberPlain.MatchString(s) {
		c.literal = &tree.Node{Kind: tree.Number, Scalar: s}
		return c, nil
	}
	if quoted(s) {
		if c.text, err = parseTemplate(s[1:len(s)-1], nesting); c.text == nil {
			c.literal = &tree.Node{Kind: tree.Text}
		}
		return c, err
	}
	m := sourceName.FindStringSubmatch(s)
	switch {
	case strings.HasPrefix(s, "${"):
		c.text, err = parseTemplate(s, nesting)
		return c, err
	case m == nil || strings.HasPrefix(s[len(m[0]):], ":"):
		c.literal = &tree.Node{Kind: tree.Text, Scalar: s}
		return c, nil
	}
	c.source = m[1]
	return c, c.parseSource(s[len(m[1]):], nesting)
}

// parseSource reads what stands behind the name of a source: (argument):address.
func (c *choice) parseSource(s string, nesting int) (err error) {
	if strings.HasPrefix(s, "(") {
		end := strings.LastIndexByte(s, ')')
		if colon := strings.Index(s, "):"); colon >= 0 {
			end = colon
		}
		if end < 0 {
			return fmt.Errorf("the ( of %s has no ) to it", c.written)
		}
		if c.argument, err = parseTemplate(strings.TrimSpace(s[1:end]), nesting); err != nil {
			return err
		}
		s = s[end+1:]
	}
	if address, found := strings.CutPrefix(s, ":"); found {
		c.address, err = parseTemplate(strings.TrimSpace(address), nesting)
	}
	return err
}

func quoted(s string) bool {
	return len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0]
}

// closing is where the } of a variable stands whose text begins at from.
func closing(s string, from int) (int, error) {
	open := 1
	for i := from; i < len(s); i++ {
		switch {
		case begins(s, from, i):
			if end := strings.IndexByte(s[i+1:], s[i]); end >= 0 {
				i += end + 1
			}
		case strings.HasPrefix(s[i:], "${"):
			if open++; open > maxNesting {
				return 0, errNested
			}
			i++
		case s[i] == '}':
			if open--; open == 0 {
				return i, nil
			}
		}
	}
	return 0, errNotClosed
}

// begins says that a quoted text begins at i: an apostrophe elsewhere is one.
func begins(s string, from, i int) bool {
	if s[i] != '\'' && s[i] != '"' {
		return false
	}
	before := strings.TrimRight(s[from:i], " \t\n")
	return before == "" || strings.HasSuffix(before, ",")
}

// split cuts what stands in a variable at its own commas.
func split(s string) []string {
	var parts []string
	from, open := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case open == 0 && begins(s, from, i):
			if end := strings.IndexByte(s[i+1:], s[i]); end >= 0 {
				i += end + 1
			}
		case strings.HasPrefix(s[i:], "${"), s[i] == '(':
			open++
		case s[i] == '}', s[i] == ')':
			open = max(open-1, 0)
		case s[i] == ',' && open == 0:
			parts, from = append(parts, s[from:i]), i+1
		}
	}
	return append(parts, s[from:])
}
