package order

import (
	"fmt"
	"io"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// TextOptions are how a report is written as text.
type TextOptions struct {
	// Witnesses is how many are written of each group. Default 3.
	Witnesses int
}

const defaultWritten = 3

// WriteText writes the report for people: the table of mappings, a line for each rule, function and partition,
// worst first, with witnesses below it, and at the end what was checked. Its error is
// that of w.
func (r *Report) WriteText(w io.Writer, options TextOptions) error {
	if options.Witnesses <= 0 {
		options.Witnesses = defaultWritten
	}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil { // never of a Builder
		return err
	}
	if len(r.Groups) > 0 {
		b.WriteString("\n")
	}
	for i := range r.Groups {
		r.Groups[i].write(&b, r.Domain, options.Witnesses)
	}
	r.writeSummary(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (g *Group) write(b *strings.Builder, domain Domain, witnesses int) {
	place := g.Topic
	if g.Partition >= 0 {
		place = fmt.Sprintf("%s/%d", g.Topic, g.Partition)
	}
	if g.Function != "" {
		place = g.Function + ": " + place
	}
	fmt.Fprintf(b, "%s: %s %s: %s %s", place, g.Rule.ID(), g.Rule, g.counted(), ruleInfos[g.Rule].broken)
	if g.Class == OfOrder && g.Partition >= 0 && domain == ByKey {
		b.WriteString(" (same key)")
	}
	if g.Worst > 0 {
		fmt.Fprintf(b, "; at most %s late", plural(uint64(g.Worst), "place"))
	}
	b.WriteString("\n")
	if causes := g.causes(); causes != "" {
		fmt.Fprintf(b, "  cause: %s\n", causes)
	}
	for i := range g.Witnesses {
		if i == witnesses {
			break
		}
		fmt.Fprintf(b, "  %s %s\n", clock(g.Witnesses[i].At), g.Witnesses[i].Sentence())
	}
	if shown := uint64(min(witnesses, len(g.Witnesses))); shown < g.Count {
		fmt.Fprintf(b, "  and %d more, until %s\n", g.Count-shown, clock(g.Last))
	}
	if len(g.Witnesses) > 0 && g.Witnesses[0].Fix != "" {
		fmt.Fprintf(b, "  fix: %s\n", g.Witnesses[0].Fix)
	}
	b.WriteString("\n")
}

func (g *Group) counted() string {
	switch g.Rule {
	case Zombie:
		return plural(g.Count, "invocation")
	case KeyInTwoPartitions:
		return plural(g.Count, "key")
	}
	return plural(g.Count, "record")
}

func (g *Group) causes() string {
	var parts []string
	for _, c := range g.Causes {
		if c.Cause != UnknownCause || len(g.Causes) > 1 {
			parts = append(parts, fmt.Sprintf("%s %d", c.Cause, c.Count))
		}
	}
	return strings.Join(parts, ", ")
}

func (r *Report) writeSummary(b *strings.Builder) {
	fmt.Fprintf(b, "%s handed to functions in %s, order by %s: ", plural(r.Records, "record"),
		plural(r.Deliveries, "delivery"), r.Domain)
	if r.Order+r.Loss+r.Duplicates == 0 {
		b.WriteString("no violation\n")
	} else {
		fmt.Fprintf(b, "%s out of order, %d lost or open, %s\n", plural(r.Disordered, "record"), r.Loss, plural(r.Duplicates, "duplicate"))
	}
	r.writeDoubts(b)
}

// writeDoubts says what could not be judged.
func (r *Report) writeDoubts(b *strings.Builder) {
	for _, not := range []struct {
		n    uint64
		what string
	}{
		{r.Missed, "entries of the journal are missing; what they told is not checked"},
		{r.Unchecked, "records could not be checked: their arrival or their key is not known"},
		{r.Evicted, "records were open for too long to be followed"},
		{r.UnjudgedOutputs, "outputs were not judged: what they were made from cannot be told"},
		{r.ForgottenKeys, "keys were forgotten: there are too many to know all of their partitions"},
	} {
		if not.n > 0 {
			fmt.Fprintf(b, "  %d %s\n", not.n, not.what)
		}
	}
}

// Sentence returns the violation in words: which records, what happened, and why.
func (v *Violation) Sentence() string {
	if v.KeyText != "" {
		return fmt.Sprintf("key %q: %s", v.KeyText, v.sentence())
	}
	return v.sentence()
}

func (v *Violation) sentence() string {
	earlier := "@" + fmt.Sprint(v.Earlier.Record.Offset)
	if v.Later == nil {
		return join(earlier+v.Earlier.scope(), v.alone())
	}
	later := "@" + fmt.Sprint(v.Later.Record.Offset)
	if v.Later.Record.Partition != v.Earlier.Record.Partition {
		earlier = fmt.Sprintf("%s/%d%s", v.Earlier.Record.Topic, v.Earlier.Record.Partition, earlier)
		later = fmt.Sprintf("%s/%d%s", v.Later.Record.Topic, v.Later.Record.Partition, later)
	}
	earlier, later = earlier+v.Earlier.scope(), later+v.Later.scope()
	between := ""
	switch v.Rule {
	case ConcurrentKey:
		between = "was being handled at the same time as"
	case StartedOutOfOrder:
		between = "began after"
	case Skipped:
		between = "was not begun with before"
	case Overtaken:
		between = "had not ended before the start of"
	case LateCompletion:
		between = "ended after"
	case StaleRetry:
		between = "was tried again after the success of"
	case HandledTwice:
		between = "succeeded, and again as"
	case Zombie:
		between = "was still handled by the old owner beside"
	case KeyInTwoPartitions:
		between = "has the key of"
	case OutputDisorder:
		between = "was produced from after the output of"
	}
	return join(earlier+" "+between+" "+later, v.Why())
}

// alone says what happened to a record that no other one is needed for.
func (v *Violation) alone() string {
	switch v.Rule {
	case Lost:
		return v.Why()
	case Stuck:
		return "never ended and is not committed (" + v.Cause.String() + ")"
	case CommitPastOpen:
		return "was committed before it had ended"
	case DuplicateWindow:
		return "delivered again, attempt " + fmt.Sprint(v.Earlier.Attempt)
	case DisorderInBatch:
		return "stands behind a later one of its partition"
	}
	return v.Why()
}

// Why says what made it happen, in words; "" where that is not known.
func (v *Violation) Why() string {
	e := &v.Earlier
	switch v.Cause {
	case ColdStart:
		if e.Waited > 0 {
			return fmt.Sprintf("the first waited %s for a cold start", journal.Duration(e.Waited))
		}
		return "the first waits for a cold start"
	case Retry:
		if e.Attempt > 1 {
			return fmt.Sprintf("the first was tried again, attempt %d %s after its batch was formed", e.Attempt, journal.Duration(e.Waited))
		}
		return "the first failed and is tried again"
	case LongerRun:
		return e.ran(v.Later)
	case Throttle:
		return "the first was throttled" + e.waiting()
	case Reload:
		return "the first failed and was held for a new revision"
	case Rebalance:
		if v.Rule == Lost {
			return "its partition changed its owner, and the new one began behind it"
		}
		return "the partition changed its owner between"
	case PartialBatch:
		return "the response named the first as failed and not the second, which was done with it"
	case Behind:
		return "the first had to wait for a batch that is in no order with the second"
	case Bisect:
		return "their batch was split"
	case AtMostOnce:
		return v.lost()
	case Retention:
		return "retention removed it before it was handled"
	}
	return ""
}

func (v *Violation) lost() string {
	switch v.Earlier.Outcome {
	case journal.NoOutcome, journal.Abandoned, journal.Succeeded:
		if v.Earlier.Invocation == 0 {
			return "committed, and never handled"
		}
		return "committed, and its handling never ended"
	}
	return "its last attempt ended with " + v.Earlier.Outcome.String() + ", and it was given up and kept nowhere"
}

// ran compares how long two invocations ran, as far as they have ended.
func (d *Delivery) ran(later *Delivery) string {
	if d.Ended == 0 {
		return "the first is still running"
	}
	s := "the first ran " + journal.Duration(d.Ended-d.Started)
	if later != nil && later.Ended > 0 {
		s += " against " + journal.Duration(later.Ended-later.Started)
	}
	return s
}

func (d *Delivery) waiting() string {
	if d.Waited == 0 {
		return ""
	}
	return " and waited " + journal.Duration(d.Waited)
}

func (d *Delivery) scope() string {
	if d.Invocation == 0 {
		return ""
	}
	return fmt.Sprintf(" (invocation %d, environment %d)", d.Invocation, d.Environment)
}

func join(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func plural(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if rest, ok := strings.CutSuffix(what, "y"); ok && what != "key" {
		return fmt.Sprintf("%d %sies", n, rest)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clock writes world time as minutes, seconds and milliseconds.
func clock(ns int64) string {
	ms := ns / 1e6
	return fmt.Sprintf("%02d:%02d.%03d", ms/60000, ms/1000%60, ms%1000)
}
