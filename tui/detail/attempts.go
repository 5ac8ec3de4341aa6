package detail

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/record"
)

// attemptTable is a line for each invocation that had the record, by who read it.
func attemptTable(of *lineage.Story) text {
	var lines text
	for _, r := range of.Readings {
		if len(lines) > 0 {
			lines = append(lines, nil)
		}
		if r.Process != "" {
			lines = append(lines, []part{{frame.Text, r.Process}, {frame.Dim, "  read it " + strconv.Itoa(max(r.Times, 1)) + " times"}})
			continue
		}
		if len(of.Readings) > 1 || r.Mapping != r.Function {
			lines = append(lines, []part{{frame.Text, r.Function}, {frame.Dim, "  by mapping " + r.Mapping}})
		}
		lines = append(lines, []part{{frame.Dim, "try  env    heat  start          run  result"}})
		before := int64(0)
		for _, a := range r.Attempts {
			lines = append(lines, attemptLine(a, before))
			before = a.Ended
		}
		lines = append(lines, endOf(r)...)
	}
	if len(lines) == 0 {
		return say(frame.Dim, "No function was invoked with this record.")
	}
	return lines
}

// column is text in a fixed width.
func column(s string, w int) string {
	return s + strings.Repeat(" ", max(w-frame.Width(s), 0))
}

// rightColumn is text at the right end of a fixed width.
func rightColumn(s string, w int) string {
	return strings.Repeat(" ", max(w-frame.Width(s), 0)) + s
}

func attemptLine(a *lineage.Attempt, before int64) []part {
	heat := part{frame.Dim, "warm  "}
	if a.Start != journal.Warm {
		heat = part{frame.Cold, "COLD  "}
	}
	line := []part{{frame.Text, rightColumn(strconv.Itoa(int(a.Attempt)), 3) + "  " + column("e-"+strconv.Itoa(int(a.Environment)), 6) + " "},
		heat, {frame.Dim, frame.Clock(a.Started) + " "}}
	if a.Ended == 0 {
		return append(line, part{frame.Cold, rightColumn("runs", 7)})
	}
	line = append(line, part{frame.Text, rightColumn(frame.Span(a.Ended-a.Started), 7) + "  "})
	style := frame.Text
	if a.Outcome != journal.Succeeded {
		style = frame.Bad
	}
	reason, _, _ := strings.Cut(a.Reason, "\n")
	line = append(line, part{style, strings.TrimSpace(record.Outcome(a.Outcome) + " " + reason)})
	if before != 0 {
		line = append(line, part{frame.Dim, "  after " + frame.Span(a.Started-before)})
	}
	return line
}

// endOf says how a record ended for a mapping, and what it led to.
func endOf(r *lineage.Reading) text {
	var lines text
	switch {
	case r.Outcome == journal.NoOutcome && r.Waits != "":
		lines = append(lines, []part{{frame.Cold, "     " + r.Waits}})
	case r.Outcome != journal.NoOutcome && r.Outcome != journal.Succeeded:
		line := []part{{frame.Bad, "     " + r.Outcome.String()}, {frame.Dim, "  " + frame.Clock(r.Ended)}}
		if r.Reason != "" {
			line = append(line, part{frame.Dim, "  " + r.Reason})
		}
		lines = append(lines, line)
	}
	for _, a := range r.Attempts {
		for _, o := range a.Outputs {
			line := []part{{frame.Dim, "     → "}, {frame.Busy, o.Record.String()}}
			if o.Produced != nil {
				line = append(line, part{frame.Dim, "  " + frame.Clock(o.Produced.At)})
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// whyFailed is the reason of the last attempt that failed, in lines of w columns, at most
// so many.
func whyFailed(of *lineage.Story, w, most int) text {
	reason := ""
	for _, r := range of.Readings {
		for _, a := range r.Attempts {
			if a.Outcome != journal.Succeeded && a.Reason != "" {
				reason = a.Reason
			}
		}
	}
	if reason == "" {
		return nil
	}
	var lines text
	for _, line := range strings.Split(reason, "\n") {
		for first := true; first || line != ""; first = false {
			if len(lines) == most {
				return lines
			}
			cut := len(line)
			if runes := []rune(line); len(runes) > w {
				cut = len(string(runes[:w]))
			}
			lines = append(lines, []part{{frame.Bad, line[:cut]}})
			line = line[cut:]
		}
	}
	return lines
}

// output is the record that was made from one, nil if that is not known for certain: that
// of the last attempt which has one.
func output(of *lineage.Story) *lineage.Story {
	for _, r := range of.Readings {
		for i := len(r.Attempts) - 1; i >= 0; i-- {
			for _, o := range r.Attempts[i].Outputs {
				if o.Evidence == lineage.ByIndex || o.Evidence == lineage.Alone || o.Of <= 1 && o.Evidence != lineage.NoEvidence {
					return o
				}
			}
		}
	}
	return nil
}
