package config

import (
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// writing is a file that is being written.
type writing struct {
	b        strings.Builder
	comments map[string]string
}

// block is a map of the file, as deep as its keys stand in it. What is zero is left out.
type block struct {
	w     *writing
	path  string
	depth int
}

func (w *writing) indent(depth int) { w.b.WriteString(strings.Repeat("  ", depth)) }

// maxComment is how many characters of a comment stand on a line.
const maxComment = 100

// comment writes a comment, folded at blanks.
func (w *writing) comment(depth int, text string) {
	line := ""
	flush := func() {
		w.indent(depth)
		w.b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		line = ""
	}
	for _, word := range strings.Fields(printable(text)) {
		if line != "" && len(line)+1+len(word) > maxComment {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

// key writes a key, with the comment of its path above it.
func (b block) key(key string) (path string) {
	path = emulator.Path(b.path, key)
	if text := b.w.comments[path]; text != "" {
		b.w.comment(b.depth, text)
	}
	b.w.indent(b.depth)
	b.w.b.WriteString(emulator.YAMLText(key) + ":")
	return path
}

// line writes a key with a value that is written already.
func (b block) line(key, value string) {
	b.key(key)
	b.w.b.WriteString(" " + value + "\n")
}

// child begins the map that is the value of a key.
func (b block) child(key string) block {
	path := b.key(key)
	b.w.b.WriteByte('\n')
	return block{w: b.w, path: path, depth: b.depth + 1}
}

func (b block) text(key, value string) {
	if value != "" {
		b.line(key, emulator.YAMLText(value))
	}
}

func (b block) texts(key string, values []string) {
	if len(values) > 0 {
		b.line(key, emulator.YAMLTexts(values))
	}
}

func digits(n int) string { return strconv.Itoa(n) }

func (b block) number(key string, value int) {
	if value != 0 {
		b.line(key, digits(value))
	}
}

func (b block) optional(key string, value *int) {
	if value != nil {
		b.line(key, digits(*value))
	}
}

func (b block) flag(key string, value bool) {
	if value {
		b.line(key, "true")
	}
}

func (b block) optionalBool(key string, value *bool) {
	if value != nil {
		b.line(key, strconv.FormatBool(*value))
	}
}

func (b block) seed(seed *uint64) {
	if seed != nil {
		b.line("seed", strconv.FormatUint(*seed, 10))
	}
}

func (b block) duration(key string, value time.Duration) {
	if value != 0 {
		b.line(key, durationText(value))
	}
}

func (b block) optionalDuration(key string, value *time.Duration) {
	if value != nil {
		b.line(key, durationText(*value))
	}
}

// durationText writes a duration in the largest unit of which it has a whole number; -1 is
// a key's own word for none.
func durationText(d time.Duration) string {
	if d == -1 {
		return "-1"
	}
	for _, unit := range []struct {
		name string
		of   time.Duration
	}{{"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}, {"us", time.Microsecond}} {
		if d%unit.of == 0 && d != 0 {
			return strconv.FormatInt(int64(d/unit.of), 10) + unit.name
		}
	}
	return strconv.FormatInt(int64(d), 10) + "ns"
}

func (b block) size(key string, bytes int64) {
	const kb, mb = 1 << 10, 1 << 20
	switch {
	case bytes == 0:
	case bytes%mb == 0:
		b.line(key, strconv.FormatInt(bytes/mb, 10)+"MB")
	case bytes%kb == 0:
		b.line(key, strconv.FormatInt(bytes/kb, 10)+"KB")
	default:
		b.line(key, strconv.FormatInt(bytes, 10)+"B")
	}
}

func (b block) coldStart(c *emulator.ColdStart) {
	switch {
	case c == nil:
	case c.Off:
		b.line("coldStart", "off")
	default:
		b.line("coldStart", quantilesText(c.P50, c.P99))
	}
}

func (b block) distribution(key string, d *emulator.Duration) {
	if d != nil {
		b.line(key, quantilesText(d.P50, d.P99))
	}
}

func quantilesText(p50, p99 time.Duration) string {
	if p99 == 0 {
		return "{p50: " + durationText(p50) + "}"
	}
	return "{p50: " + durationText(p50) + ", p99: " + durationText(p99) + "}"
}
