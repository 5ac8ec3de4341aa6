package config

import "strings"

// scanned is a value that stands on one line, from byte from to byte to.
type scanned struct {
	from, to int
	quote    byte // ' or " around it, or 0
}

// scanValue finds the value that begins at or behind an offset of a line, within a flow
// map or not. It says no where there is none, or where it may go on in the next line.
func scanValue(line string, at int, inFlow bool) (v scanned, ok bool) {
	at = skipBlanks(line, at)
	if at == len(line) || line[at] == '#' {
		return v, false
	}
	switch line[at] {
	case '"', '\'':
		end := scanQuoted(line, at)
		return scanned{at, end, line[at]}, end > 0 && isOver(line, end, inFlow)
	case '{', '[':
		end := scanFlow(line, at)
		return scanned{at, end, 0}, end > 0 && isOver(line, end, inFlow)
	case '|', '>', '&', '*', '!', '%', '@', '`', ',', '}', ']':
		return v, false
	}
	end := scanPlain(line, at, inFlow)
	return scanned{at, end, 0}, end > at && isOver(line, end, inFlow)
}

func skipBlanks(line string, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
		at++
	}
	return at
}

// isOver says whether nothing but a comment follows, or in a flow map what ends an entry.
func isOver(line string, at int, inFlow bool) bool {
	next := skipBlanks(line, at)
	if next == len(line) || line[next] == '#' && next > at {
		return true
	}
	return inFlow && strings.IndexByte(",}", line[next]) >= 0
}

// scanQuoted returns where a text in quotes ends, or 0.
func scanQuoted(line string, at int) int {
	quote := line[at]
	for i := at + 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] != quote:
		case quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// scanFlow returns where a map or list in brackets ends, or 0.
func scanFlow(line string, at int) int {
	depth, before := 0, byte(0) // before is the last byte that is no blank
	for i := at; i < len(line); i++ {
		switch c := line[i]; {
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == '"' || c == '\'') && strings.IndexByte("{[,:", before) >= 0:
			end := scanQuoted(line, i)
			if end == 0 {
				return 0
			}
			i = end - 1
		case c == '#' && (line[i-1] == ' ' || line[i-1] == '\t'):
			return 0
		}
		if line[i] != ' ' && line[i] != '\t' {
			before = line[i]
		}
	}
	return 0
}

// scanPlain returns where a text without quotes ends on its line.
func scanPlain(line string, at int, inFlow bool) int {
	end := at
	for i := at; i < len(line); i++ {
		c := line[i]
		if c == '#' && (line[i-1] == ' ' || line[i-1] == '\t') || inFlow && strings.IndexByte(",{}[]", c) >= 0 {
			break
		}
		if c != ' ' && c != '\t' {
			end = i + 1
		}
	}
	return end
}

// spot is a place in a draft: a line and an offset in it, in bytes.
type spot struct{ line, at int }

// closing finds the bracket that closes the flow map which begins at a spot, and the spot
// behind the last thing before it.
func (d *draft) closing(open spot) (closed, last spot, ok bool) {
	depth, before := 0, byte(0)
	for i := open.line; i < len(d.lines); i++ {
		line, at := d.body(i), 0
		if i == open.line {
			at = open.at
		}
		for ; at < len(line); at++ {
			c := line[at]
			switch {
			case c == ' ' || c == '\t':
				continue
			case c == '#' && (at == 0 || line[at-1] == ' ' || line[at-1] == '\t'):
				at = len(line)
				continue
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth--; depth == 0 {
					return spot{i, at}, last, c == '}'
				}
			case (c == '"' || c == '\'') && strings.IndexByte("{[,:", before) >= 0:
				end := scanQuoted(line, at)
				if end == 0 { // over several lines
					return spot{}, spot{}, false
				}
				at = end - 1
			}
			before, last = line[at], spot{i, at + 1}
		}
	}
	return spot{}, spot{}, false
}
