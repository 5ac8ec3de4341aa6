package cases

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// junitSuite is the form that CI systems read.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string     `xml:"name,attr"`
	ClassName string     `xml:"classname,attr"`
	File      string     `xml:"file,attr"`
	Time      string     `xml:"time,attr"`
	Failure   *junitText `xml:"failure"`
	Error     *junitText `xml:"error"`
	Skipped   *junitText `xml:"skipped"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes results as JUnit XML. Times are those of this machine, in seconds.
func WriteJUnit(w io.Writer, results []*Result) error {
	s := junitSuite{Name: "coldbrook", Tests: len(results)}
	var total time.Duration
	for _, r := range results {
		total += r.Real
		c := junitCase{Name: printable(r.Name), ClassName: "coldbrook", File: printable(r.File), Time: seconds(r.Real)}
		text := &junitText{}
		if len(r.Problems) > 0 {
			text.Message = printable(r.Problems[0].Message)
		}
		var b strings.Builder
		for i := range r.Problems {
			b.WriteString(r.Problems[i].Text(""))
		}
		text.Text = printable(b.String())
		switch r.Outcome {
		case Failed:
			s.Failures++
			c.Failure = text
		case Broken:
			s.Errors++
			c.Error = text
		case Skipped:
			s.Skipped++
			c.Skipped = text
		}
		s.Cases = append(s.Cases, c)
	}
	s.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// printable takes out what a terminal or XML would stumble over.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == ' ' || unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Text writes a problem in lines, each with indent in front.
func (p *Problem) Text(indent string) string {
	var b strings.Builder
	line := func(format string, a ...any) {
		b.WriteString(indent + strings.ReplaceAll(printable(fmt.Sprintf(format, a...)), "\n", "\n"+indent) + "\n")
	}
	what := ""
	if p.What != "" {
		what = p.What + ": "
	}
	line("%s%s", what, p.Message)
	for i := range p.Differences {
		p.Differences[i].write(line)
	}
	if more := p.Count - len(p.Differences); more > 0 {
		line("  and %s more", records(more))
	}
	for _, l := range p.Lines {
		line("  %s", l)
	}
	return b.String()
}

func (d *Difference) write(line func(format string, a ...any)) {
	switch d.Kind {
	case missing:
		line("  missing: key %s, golden record %d", d.Key, d.Line)
		line("    expected %s", d.Expected)
	case surplus:
		line("  surplus: key %s, %s", d.Key, d.Record)
		line("    got      %s", d.Got)
	case moved:
		line("  in another place: key %s, %s, golden record %d", d.Key, d.Record, d.Line)
		line("    got      %s", d.Got)
	default:
		line("  changed: key %s, %s, golden record %d", d.Key, d.Record, d.Line)
		for _, p := range d.Paths {
			if p.Expected == "" {
				line("    %s", p.Path)
				continue
			}
			line("    %s: expected %s, got %s", p.Path, p.Expected, p.Got)
		}
		if len(d.Paths) == 0 {
			line("    expected %s", d.Expected)
			line("    got      %s", d.Got)
		}
	}
}
