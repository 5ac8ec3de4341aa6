package emulatortest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// updateVariable is the environment variable that lets Golden write.
const updateVariable = "COLDBROOK_UPDATE"

// Golden expects that the run so far is, to the last field of the journal's
// modelled part, the one that the file at path describes: one line an entry, and
// a hash at the end. path is relative to the folder of the test.
//
// With COLDBROOK_UPDATE=1 in the environment, or the flag -update if the test
// binary defines it, the file is written instead.
func (x *Expectations) Golden(path string) *Expectations {
	x.t.Helper()
	entries := x.evidence.settled().entries()
	if !x.complete("Golden", entries) {
		return x
	}
	got := entries.transcript()
	if updating() {
		if err := writeGolden(path, strings.Join(got, "\n")+"\n"); err != nil {
			x.fail("write the golden file: " + err.Error())
		}
		return x
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.fail(fmt.Sprintf("expected the run that %s describes, but there is no such file", path), x.howToUpdate())
	case err != nil:
		x.fail("read the golden file: " + err.Error())
	default:
		want := strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
		if !slices.Equal(want, got) {
			lines := []string{fmt.Sprintf("expected the run that %s describes (-), got another (+):", path)}
			x.fail(append(append(lines, lineDiff(want, got)...), x.howToUpdate())...)
		}
	}
	return x
}

func (x *Expectations) howToUpdate() string {
	parts := strings.Split(x.t.Name(), "/")
	for i := range parts {
		parts[i] = "^" + regexp.QuoteMeta(parts[i]) + "$"
	}
	return fmt.Sprintf("if the run is as it should be, write the file with %s=1 go test -run '%s'", updateVariable, strings.Join(parts, "/"))
}

// updating reports whether Golden writes.
func updating() bool {
	if on, err := strconv.ParseBool(os.Getenv(updateVariable)); err == nil {
		return on
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// writeGolden writes a file, and the folders it is in, so that nobody sees half
// of it.
func writeGolden(path, text string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// transcript is a run in lines: what it is, the modelled part of each entry, and
// a hash of them.
func (k keptEntries) transcript() []string {
	lines := []string{"# a run of Coldbrook: world time, kind, and what was modelled"}
	for _, e := range k.all() {
		if e.Kind == journal.RunStarted {
			lines = append(lines, "# "+e.Text)
		}
		break
	}
	for _, e := range k.all() {
		lines = append(lines, goldenLine(e))
	}
	return append(lines, fmt.Sprintf("# %s, hash %s", count(int64(k.total), "entry", "entries"), k.sum))
}

// goldenLine is the modelled part of an entry: equal parts have equal lines, and
// others do not.
func goldenLine(e *journal.Entry) string {
	b := append([]byte(clock(e.At)), "  "...)
	b = append(b, e.Kind.String()...)
	name := func(name, s string) {
		if s != "" {
			b = append(append(append(b, ' '), name...), '=')
			b = append(b, quoted(s)...)
		}
	}
	number := func(name string, n int64) {
		if n != 0 {
			b = strconv.AppendInt(append(append(append(b, ' '), name...), '='), n, 10)
		}
	}
	name("function", e.Function)
	name("mapping", e.Mapping)
	name("process", e.Process)
	number("environment", int64(e.Environment))
	number("invocation", int64(e.Invocation))
	number("batch", int64(e.Batch))
	number("request", int64(e.Request))
	number("attempt", int64(e.Attempt))
	number("revision", int64(e.Revision))
	if e.Topic != "" || e.Partition != 0 || e.First != 0 || e.Last != 0 {
		b = fmt.Appendf(b, " %s/%d@%d-%d", quoted(e.Topic), e.Partition, e.First, e.Last)
	}
	number("revision", int64(e.Revision))
	number("records", int64(e.Records))
	number("bytes", e.Bytes)
	name("outcome", e.Outcome.String())
	if e.Delay != 0 {
		b = append(append(b, " delay="...), clock(e.Delay)...)
	}
	number("duration", e.Duration)
	number("init", e.Init)
	number("billed", e.Billed)
	number("projected", e.Projected)
	name("reason", e.Reason)
	name("text", e.Text)
	if e.Digest != 0 {
		b = fmt.Appendf(b, " digest=%x", e.Digest)
	}
	if e.Each != nil {
		b = appendEach(append(b, " each="...), e)
	}
	return string(b)
}

// appendEach appends what is known of each record: offset, time, and as far as they are
// known hash of the key, of the trace, and origin.
func appendEach(b []byte, e *journal.Entry) []byte {
	for i, k := range e.Each.Each {
		b = fmt.Appendf(b, "[%d,%d,%x,%x,%d]", e.First+int64(k.Offset), e.Each.At(i), k.Key, k.Trace, e.Each.Origin(i))
	}
	return b
}

// plainWord is a string that needs no quotes.
var plainWord = regexp.MustCompile(`^[\pL\pN._:/-]+$`)

func quoted(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
