package lineage

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Text says how a story is written.
type Text struct {
	// Width is that of the lines in columns, at least 40. Default 100.
	Width int
	// Cost writes a cost. Nil leaves costs out.
	Cost func(int64) string
	// ASCII draws the tree with letters.
	ASCII bool
}

// Write writes a story as a tree in words: where the record came from, what became of
// it and all it led to, and where the time went. Times on the right count from when the
// record was produced.
func (t Text) Write(w io.Writer, s *Story) error {
	if t.Width == 0 {
		t.Width = 100
	}
	t.Width = max(t.Width, 40)
	p := &page{Text: t, zero: producedAt(s)}
	p.title(s)
	if len(s.Causes) > 0 {
		p.line("", "", "it came from", noTime)
		p.causes(s, "")
		p.line("", "", "", noTime)
	}
	p.story(s, "", "")
	p.summary(s)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// page is a story that is being written.
type page struct {
	Text
	zero int64
	b    strings.Builder
}

// noTime stands for no time on a line.
const noTime = -1 << 62

// timeColumn is how wide the times are.
const timeColumn = 12

// line writes a text behind a prefix, wrapped, the following lines behind another one,
// and a time at the right end of the first.
func (p *page) line(prefix, next, text string, at int64) {
	text, when := journal.Printable(text), ""
	if at != noTime {
		when = journal.Duration(at - p.zero)
	}
	if p.ASCII {
		r := strings.NewReplacer("├", "|", "└", "`", "│", "|", "µ", "u")
		prefix, next, when = r.Replace(prefix), r.Replace(next), r.Replace(when)
		text = strings.ReplaceAll(text, "µ", "u")
	}
	for first := true; first || text != ""; first = false {
		room := max(p.Width-timeColumn-utf8.RuneCountInString(prefix), 16)
		head, rest := wrap(text, room)
		out := prefix + head
		if first && when != "" {
			out += strings.Repeat(" ", max(1, p.Width-utf8.RuneCountInString(out)-utf8.RuneCountInString(when))) + when
		}
		p.b.WriteString(strings.TrimRight(out, " "))
		p.b.WriteByte('\n')
		text, prefix = rest, next
	}
}

// wrap divides a text where a line of so many columns is full.
func wrap(text string, room int) (head, rest string) {
	if i := strings.IndexByte(text, '\n'); i >= 0 && utf8.RuneCountInString(text[:i]) <= room {
		return text[:i], text[i+1:]
	}
	if utf8.RuneCountInString(text) <= room {
		return text, ""
	}
	at, space := 0, 0
	for n := 0; n < room; n++ {
		_, size := utf8.DecodeRuneInString(text[at:])
		if text[at] == ' ' && n > 0 {
			space = at
		}
		at += size
	}
	if text[at] == ' ' {
		space = at
	}
	if space > 0 {
		at = space
	}
	return text[:at], strings.TrimLeft(text[at:], " ")
}

func (p *page) title(s *Story) {
	parts := []string{s.Record.String()}
	if s.Key != "" {
		parts = append(parts, "key "+quoted(s.Key))
	}
	if s.Total > 0 {
		parts = append(parts, plural(s.Hops, "hop"), journal.Duration(s.Total)+" end to end")
	}
	if s.Cost > 0 && p.Cost != nil {
		parts = append(parts, "$"+p.Cost(s.Cost))
	}
	p.line("", "  ", strings.Join(parts, "   "), noTime)
	if m := s.Message; m != nil && m.Value != nil {
		p.line("  ", "  ", excerpt(m.Value, 2*(p.Width-timeColumn)), noTime)
	}
	if s.Removed {
		p.line("  ", "  ", "retention has removed it from the log", noTime)
	}
	if s.Missed > 0 {
		p.line("  ", "  ", fmt.Sprintf("the oldest %d entries of the run are not held any more: what they said is missing below", s.Missed), noTime)
	}
	p.line("", "", "", noTime)
}

// keyMost is how many bytes of a key are written.
const keyMost = 100

// quoted writes a key, or its beginning.
func quoted(key string) string {
	if len(key) <= keyMost {
		return strconv.Quote(key)
	}
	cut := keyMost
	for cut > keyMost-utf8.UTFMax && !utf8.RuneStart(key[cut]) {
		cut--
	}
	return fmt.Sprintf("%q ... (%d bytes)", key[:cut], len(key))
}

// excerpt returns the beginning of a value, fit for one line.
func excerpt(value []byte, most int) string {
	cut := len(value) > most
	text := string(value[:min(len(value), most)])
	if cut {
		for len(text) > 0 && !utf8.ValidString(text) && len(text) > most-4 {
			text = text[:len(text)-1]
		}
	}
	if !utf8.ValidString(text) {
		text = strconv.Quote(text)
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	if cut {
		text += " ..."
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// branch returns what a node is drawn behind, and what is below it.
func branch(prefix string, last bool) (node, below string) {
	if last {
		return prefix + "└ ", prefix + "  "
	}
	return prefix + "├ ", prefix + "│ "
}

func (p *page) causes(s *Story, prefix string) {
	for i, c := range s.Causes {
		node, below := branch(prefix, i == len(s.Causes)-1 && len(s.Cuts) == 0)
		p.line(node, below, causeText(s, c), timeOf(c))
		if !c.Again {
			p.causes(c, below)
		}
	}
	p.cuts(s.Cuts, prefix)
}

func timeOf(s *Story) int64 {
	if s.Produced == nil {
		return noTime
	}
	return s.Produced.At
}

// causeText says of a record how it led to s.
func causeText(s, c *Story) string {
	text := c.Record.String() + "  (" + evidence(c, s.Produced) + ")"
	if s.Produced != nil {
		text += ", through " + s.Produced.String()
		if s.Produced.Resolution != "" {
			text += " " + s.Produced.Resolution
		}
	}
	if c.Produced != nil && len(c.Causes) == 0 {
		text += "; produced by " + c.Produced.String()
	}
	if c.Again {
		text += "; told above"
	}
	return text
}

// evidence says by what a record is known that led to another one, produced so, or came of
// one, and how sure that is.
func evidence(s *Story, p *Produced) string {
	if s.Evidence == ByIndex && p != nil && p.Via != "" && p.Via != "response" && p.Via != "own address" {
		return "the record that it is about"
	}
	if s.Of > 1 {
		return s.Evidence.String() + ", one of " + strconv.Itoa(s.Of)
	}
	return s.Evidence.String()
}

// String says who produced, in words.
func (p *Produced) String() string {
	who := "a client"
	switch {
	case p.Process != "":
		who = p.Process
	case p.Function != "":
		who = p.Function
		if p.Environment != 0 {
			who += "#" + strconv.Itoa(int(p.Environment))
		}
		if p.Invocation != 0 {
			who += ", invocation " + strconv.FormatUint(p.Invocation, 10)
		}
		if p.Request != 0 {
			who += ", request " + strconv.FormatUint(p.Request, 10)
		}
		if p.Via != "" && p.Via != "response" {
			who += ", " + strings.Replace(p.Via, "own address", "at its own Kafka address", 1)
		}
	case p.Client != "":
		who = "client " + p.Client
	}
	switch {
	case p.Late:
		who += ", produced after answer"
	case p.Ambiguous:
		who += ", ambiguous: which invocation cannot be told"
	}
	return who
}

func (p *page) story(s *Story, node, below string) {
	text := s.Record.String()
	switch {
	case node == "" && s.Produced != nil:
		text += "  produced by " + s.Produced.String()
		if len(s.Causes) == 0 && s.Produced.Resolution != "" {
			text += " (" + s.Produced.Resolution + ")"
		}
	case s.Produced != nil:
		text += "  (" + evidence(s, s.Produced) + ")"
		if s.Produced.Late {
			text += ", produced after answer"
		}
		if v := s.Produced.Via; v != "" && v != "response" {
			text += ", " + strings.Replace(v, "own address", "at its own Kafka address", 1)
		}
	}
	if s.Again {
		text += "; told above"
	}
	p.line(node, below, text, timeOf(s))
	for i, r := range s.Readings {
		n, b := branch(below, i == len(s.Readings)-1)
		p.reading(r, n, b)
	}
	if node != "" || len(s.Causes) == 0 {
		p.cuts(s.Cuts, below)
	}
}

func (p *page) cuts(cuts []string, prefix string) {
	for _, c := range cuts {
		p.line(prefix+"  ", prefix+"  ", c, noTime)
	}
}

func (p *page) summary(s *Story) {
	if len(s.Where) == 0 {
		return
	}
	var parts []string
	for _, w := range s.Where {
		if percent := (w.Time*100 + s.Total/2) / s.Total; percent > 0 || len(s.Where) == 1 {
			parts = append(parts, fmt.Sprintf("%s %s (%d%%)", w.What, journal.Duration(w.Time), percent))
		}
	}
	p.line("", "", "", noTime)
	p.line("where it went  ", "               ", strings.Join(parts, ", "), noTime)
}
