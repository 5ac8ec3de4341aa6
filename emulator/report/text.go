package report

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// WriteText writes the summary for people to w, the error of which it returns.
func (s *Summary) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "summary: profile %s, seed %d, ran %s\n", s.Profile, s.Seed,
		journal.Duration(int64(s.Ran)))
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  events\t%s produced, %s handled: %s succeeded, %s dead-lettered, %s dropped, %s expired", Count(s.Events),
		Count(s.Handled), Count(s.Succeeded), Count(s.DeadLettered), Count(s.Dropped), Count(s.Expired))
	if s.Filtered != 0 {
		fmt.Fprintf(t, ", %s filtered", Count(s.Filtered))
	}
	if s.Left != 0 {
		fmt.Fprintf(t, "; %s left", Count(uint64(s.Left)))
	}
	fmt.Fprintf(t, "\n  invocations\t%s; cold starts %s, failed %s, throttled %s, retries %s\n", Count(s.Invocations),
		Count(s.ColdStarts), Count(s.Failures), Count(s.Throttles), Count(s.Retries))
	if err := t.Flush(); err != nil {
		return err
	}
	if err := s.writeCost(w); err != nil {
		return err
	}
	return s.writeFunctions(w)
}

func (s *Summary) writeFunctions(w io.Writer) error {
	if len(s.Functions) == 0 {
		return nil
	}
	// Numbers right-aligned, under their heading.
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := len("function")
	for _, f := range s.Functions {
		width = max(width, len(f.Name))
	}
	fmt.Fprintf(t, "%-*s\tinvocations\trecords\tcold\tfailed\tthrottled\tretries\tmean\t%s\n", width, "function",
		s.priced("billed\tcost\t"))
	for _, f := range s.Functions {
		fmt.Fprintf(t, "%-*s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", width, f.Name, Count(f.Invocations), Count(f.Records),
			Count(f.ColdStarts), Count(f.Failures), Count(f.Throttles), Count(f.Retries),
			journal.Duration(f.MeanDuration), s.priced(Count(uint64(f.Billed))+" ms\t$"+Dollars(f.Cost)+"\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return s.writeMachine(w)
}

// writeMachine says which functions were slower here than on the platform.
func (s *Summary) writeMachine(w io.Writer) error {
	for _, f := range s.Functions {
		if f.MachineWaits == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "  %s: environments waited %s times: limited by this machine, not by the platform (maxProcesses)\n", f.Name, Count(f.MachineWaits)); err != nil {
			return err
		}
	}
	return nil
}

// priced is text if it is known what the run cost.
func (s *Summary) priced(text string) string {
	if s.Cost == nil {
		return ""
	}
	return text
}

// Count writes a number for people: "12,345".
func Count(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
