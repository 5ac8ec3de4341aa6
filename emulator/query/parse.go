package query

// maxLength is how long the text of a query may be in bytes, maxDepth how deep its
// parentheses and negations may be nested.
const (
	maxLength = 1 << 14
	maxDepth  = 100
)

// parser reads a query by recursive descent: or, and, not, and what is in parentheses.
type parser struct {
	scanner
	depth int
}

// Parse reads a query. Nothing but white space is the query that everything matches. Its
// error is an *Error.
func Parse(text string) (*Query, error) {
	p := parser{scanner: scanner{text: text}}
	if len(text) > maxLength {
		return nil, &Error{Query: text[:40] + "...", Column: 1, Message: "it has more than 16 KB"}
	}
	p.skipSpace()
	if p.ended() {
		return &Query{}, nil
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.ended() {
		return nil, p.errorf(p.at, "", "this ) closes nothing")
	}
	return newQuery(text, n), nil
}

func (p *parser) or() (*node, *Error) {
	first, err := p.and()
	if err != nil {
		return nil, err
	}
	kids := []*node{first}
	for p.peek() == '|' {
		p.sign()
		kid, err := p.and()
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
	}
	return joined(or, kids), nil
}

// and reads what stands side by side, or with & in between.
func (p *parser) and() (*node, *Error) {
	first, err := p.not()
	if err != nil {
		return nil, err
	}
	kids := []*node{first}
	for {
		switch p.peek() {
		case 0:
			if p.ended() {
				return joined(and, kids), nil
			}
		case '|', ')':
			return joined(and, kids), nil
		case '&':
			p.sign()
		}
		kid, err := p.not()
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
	}
}

// sign takes & or |, also twice, as programs write them.
func (p *parser) sign() {
	c := p.peek()
	p.at++
	if p.peek() == c {
		p.at++
	}
	p.skipSpace()
}

func (p *parser) not() (*node, *Error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.errorf(p.at, "", "it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	switch p.peek() {
	case '!':
		p.at++
		p.skipSpace()
		n, err := p.not()
		if err != nil {
			return nil, err
		}
		return joined(not, []*node{n}), nil
	case '(':
		return p.parentheses()
	}
	t, err := p.term()
	if err != nil {
		return nil, err
	}
	p.skipSpace()
	return &node{term: t, cost: t.cost(), record: t.ofRecord(), payload: t.needsPayload()}, nil
}

func (p *parser) parentheses() (*node, *Error) {
	start := p.at
	p.at++
	p.skipSpace()
	if p.peek() == ')' {
		return nil, p.errorf(p.at, "", "there is nothing between ( and )")
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.errorf(start, "", "this ( is not closed")
	}
	p.at++
	p.skipSpace()
	return n, nil
}

// joined joins nodes; and and or are joined to those of their own kind.
func joined(j join, kids []*node) *node {
	if j != not && len(kids) == 1 {
		return kids[0]
	}
	n := &node{join: j}
	for _, k := range kids {
		n.cost, n.record, n.payload = max(n.cost, k.cost), n.record || k.record, n.payload || k.payload
		if k.join == j && j != not {
			n.kids = append(n.kids, k.kids...)
		} else {
			n.kids = append(n.kids, k)
		}
	}
	return n
}
