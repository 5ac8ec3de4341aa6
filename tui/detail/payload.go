package detail

import (
	"context"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// pageSize is how many bytes of a payload are set out at once.
const pageSize = 64 << 10

// missing says why there is no payload, nil if there is one.
func missing(m *journal.Message, there bool, err error) content {
	switch {
	case err != nil:
		return say(frame.Bad, err.Error())
	case !there:
		return say(frame.Dim, "reading the payload ...")
	case m == nil:
		return text{{{frame.Cold, "The payload is gone."}}, {{frame.Dim, record.Gone + "."}}}
	case m.Value == nil:
		return say(frame.Dim, "no value: a tombstone, which deletes its key in a compacted topic")
	case len(m.Value) == 0:
		return say(frame.Dim, "an empty value, 0 B")
	}
	return nil
}

// payload is the value of the record: set out in the background, in pages if it is large.
func (s *Screen) payload(c *ui.Context) content {
	m, there, err := s.message(c)
	if what := missing(m, there, err); what != nil {
		return what
	}
	s.page = min(s.page, pages(m)-1)
	page := s.page
	v, err := c.Load(fmt.Sprintf("detail payload %s %d", s.of, page), func(context.Context) (any, error) {
		return pageOf(m.Value, page), nil
	})
	if err != nil {
		return say(frame.Bad, err.Error())
	}
	if lines, ok := v.(text); ok {
		return lines
	}
	return say(frame.Dim, "setting out "+size(len(m.Value))+" ...")
}

func pages(m *journal.Message) int { return max((len(m.Value)+pageSize-1)/pageSize, 1) }

// pageOf sets out a page of a payload. Of one page alone JSON is set out.
func pageOf(value []byte, page int) text {
	if len(value) <= pageSize {
		if !utf8.Valid(value) {
			return append(say(frame.Dim, "this is no text: the tab Raw has its bytes"), plain(value[:min(len(value), 512)])...)
		}
		lines, _ := setOut(value)
		return lines
	}
	from := page * pageSize
	to := min(from+pageSize, len(value))
	head := fmt.Sprintf("page %d of %d, bytes %d to %d of %d, as they are; PgDn and PgUp turn pages", page+1, (len(value)+pageSize-1)/pageSize, from, to-1, len(value))
	return append(say(frame.Dim, head), plain(value[from:to])...)
}

// size is a number of bytes, as it is said.
func size(n int) string {
	if n < 10_000 {
		return strconv.Itoa(n) + " B"
	}
	return frame.Count(int64(n)) + "B"
}

// inputTitle is the title of the box with the payload.
func (s *Screen) inputTitle(c *ui.Context) string {
	title := s.of.String()
	if m, _, _ := s.message(c); m != nil && m.Value != nil {
		kind := "text"
		switch {
		case len(m.Value) > 0 && (m.Value[0] == '{' || m.Value[0] == '['):
			kind = "json"
		case len(m.Value) <= pageSize && !utf8.Valid(m.Value):
			kind = "binary"
		}
		title += "  " + kind + " " + size(len(m.Value))
	}
	return title
}

// headers are those of the record, with its key and its time.
func (s *Screen) headers(c *ui.Context) content {
	m, there, err := s.message(c)
	switch {
	case err != nil:
		return say(frame.Bad, err.Error())
	case !there:
		return say(frame.Dim, "reading the record ...")
	case m == nil:
		return text{{{frame.Cold, "The headers are gone."}}, {{frame.Dim, record.Gone + "."}}}
	}
	key := part{frame.Dim, "none"}
	if m.Key != nil {
		key = part{frame.Busy, record.KeyText(m.Key)}
	}
	lines := text{
		{{frame.Dim, "key        "}, key},
		{{frame.Dim, "timestamp  "}, {frame.Text, time.UnixMilli(m.Timestamp).UTC().Format("2006-01-02 15:04:05.000 UTC")}},
		{{frame.Dim, "value      "}, {frame.Text, size(len(m.Value))}},
		nil,
	}
	if len(m.Headers) == 0 {
		return append(lines, []part{{frame.Dim, "The record has no headers."}})
	}
	width := 0
	for _, h := range m.Headers {
		width = max(width, min(frame.Width(h.Key), 32))
	}
	for _, h := range m.Headers {
		name := h.Key
		for frame.Width(name) < width {
			name += " "
		}
		lines = append(lines, []part{{frame.Text, name}, {frame.Dim, "  "}, {frame.Busy, string(h.Value)}})
	}
	return lines
}

// differences are those between the record and what was made from it.
func (s *Screen) differences(c *ui.Context) content {
	told, err := s.story(c)
	switch {
	case err != nil:
		return say(frame.Bad, err.Error())
	case told == nil:
		return say(frame.Dim, "reading the journal ...")
	}
	of := output(told)
	if of == nil {
		return say(frame.Dim, "It is not known what was made from this record.")
	}
	in, inThere, err := s.message(c)
	if err != nil || in == nil {
		return orElse(missing(in, inThere, err))
	}
	out, outThere, err := record.Message(c, of.Record.Topic, of.Record.Partition, of.Record.Offset)
	if err != nil || out == nil {
		return orElse(missing(out, outThere, err))
	}
	title := "- " + s.of.String() + "   + " + of.Record.String()
	v, err := c.Load("detail diff "+title, func(context.Context) (any, error) {
		lines := say(frame.Dim, title)
		for _, l := range record.Diff(in.Value, out.Value) {
			lines = append(lines, []part{{l.Style, l.Text}})
		}
		if len(lines) == 1 {
			lines = append(lines, []part{{frame.Dim, "they do not differ"}})
		}
		return lines, nil
	})
	if lines, ok := v.(text); ok && err == nil {
		return lines
	}
	return say(frame.Dim, "comparing ...")
}

func orElse(what content) content {
	if what == nil {
		return say(frame.Dim, "there is nothing to compare")
	}
	return what
}
