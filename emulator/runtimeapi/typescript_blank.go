package runtimeapi

// blanked is a text of JavaScript or TypeScript with blanks for comments and, unless they
// are kept, for what stands in quotes; lines stay where they are. A regular expression with
// quotes in it may have the rest of its line blanked, too.
func blanked(text string, quoted bool) string {
	out := []byte(text)
	for i := 0; i < len(out); {
		switch c := out[i]; {
		case c == '/' && i+1 < len(out) && out[i+1] == '/':
			i = blank(out, i, endOfLine(out, i))
		case c == '/' && i+1 < len(out) && out[i+1] == '*':
			i = blank(out, i, endOfComment(out, i))
		case c == '\'' || c == '"' || c == '`':
			end := endOfQuoted(out, i)
			if !quoted || c == '`' {
				blank(out, i+1, end-1)
			}
			i = end
		default:
			i++
		}
	}
	return string(out)
}

func blank(text []byte, from, to int) int {
	for i := from; i < to; i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
	return to
}

func endOfLine(text []byte, i int) int {
	for i < len(text) && text[i] != '\n' {
		i++
	}
	return i
}

func endOfComment(text []byte, i int) int {
	for i += 2; i+1 < len(text); i++ {
		if text[i] == '*' && text[i+1] == '/' {
			return i + 2
		}
	}
	return len(text)
}

// endOfQuoted is behind the closing quote; of ' and " at the latest the end of the line.
func endOfQuoted(text []byte, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == quote:
			return i + 1
		case text[i] == '\n' && quote != '`':
			return i
		}
	}
	return len(text)
}
