package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// refuse returns an error about the first condition below n that cannot be answered.
func (n *node) refuse(q *Query, who string, may func(*Field, bool) bool, told []string) error {
	if n.term != nil {
		return n.term.refuse(q, who, may, told)
	}
	for _, k := range n.kids {
		if err := k.refuse(q, who, may, told); err != nil {
			return err
		}
	}
	return nil
}

func (t *term) refuse(q *Query, who string, may func(*Field, bool) bool, told []string) error {
	e := &Error{Query: q.text, Column: utf8.RuneCountInString(q.text[:t.column]) + 1}
	switch {
	case t.field != nil && !may(t.field, t.needsPayload()):
		var names []string
		for i := range fields {
			if may(&fields[i], false) {
				names = append(names, fields[i].Name)
			}
		}
		e.Message = fmt.Sprintf("%s has no %s", who, t.field.Name)
		e.Advice = "it has " + strings.Join(names, ", ")
	case t.predicate != nil && t.predicate.Told && !slices.Contains(told, t.predicate.Name):
		e.Message = fmt.Sprintf("%s does not show whether it is %s", who, t.predicate.Name)
	case t.predicate != nil && !t.predicate.Told && !may(nil, false):
		e.Message = fmt.Sprintf("%s has no outcome, so it cannot be %s", who, t.predicate.Name)
		e.Advice = fmt.Sprintf("the word itself stands in quotes: %s", quote(t.predicate.Name))
	default:
		return nil
	}
	return e
}
