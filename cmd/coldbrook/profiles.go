package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// profileLine is a profile as the list shows it.
type profileLine struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Date    string   `json:"date"`
	Sources []string `json:"sources"`
	// Numbers are there only where the profile was named.
	Numbers []profile.Number `json:"numbers,omitempty"`
}

func profilesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:       "profiles [PROFILE]",
		Short:     "list the platforms, or every number of one with its source",
		Long:      "Lists the profiles: the dated sets of rules and numbers of one platform each. With PROFILE, every number of it with its unit, how sure it is (documented by the platform, measured on it, or uncertain), the date of its source, and the source. What is uncertain is the most plausible value, and says which option overrides it.",
		Example:   "coldbrook profiles\ncoldbrook profiles aws",
		Args:      cobra.ArbitraryArgs,
		ValidArgs: profile.Names(),
	}
	format := addFormat(cmd, "a list, or the profile; durations in nanoseconds")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return listProfiles(cmd.OutOrStdout(), format.json())
		case 1:
			return showProfile(cmd, args[0], format.json())
		}
		return oneArgument("profile")(cmd, args)
	}
	return cmd
}

func listProfiles(w io.Writer, asJSON bool) error {
	var all []profileLine
	for _, name := range profile.Names() {
		p, _ := profile.Lookup(name)
		all = append(all, profileLine{Name: p.Name, Title: p.Title, Date: p.Date, Sources: p.Sources})
	}
	if asJSON {
		return writeJSON(w, all)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "profile\tdate\tis")
	for _, p := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\n", p.Name, p.Date, p.Title)
	}
	return readerGone(t.Flush())
}

// showProfile prints every number of the profile of that name.
func showProfile(cmd *cobra.Command, name string, asJSON bool) error {
	p, ok := profile.Lookup(name)
	if !ok {
		return noProfile(name)
	}
	numbers := p.Numbers()
	if asJSON {
		return writeJSON(cmd.OutOrStdout(),
			profileLine{Name: p.Name, Title: p.Title, Date: p.Date, Sources: p.Sources, Numbers: numbers})
	}
	t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s: %s (%s)\n", p.Name, p.Title, p.Date)
	group := ""
	for _, n := range numbers {
		if n.Group != group {
			group = n.Group
			fmt.Fprintf(t, "\n%s\n", profileGroups[group])
			fmt.Fprintln(t, "number\tvalue\tstatus\tdate\tsource")
		}
		source := n.Source
		if n.Note != "" && n.Group != profile.GroupColdStart {
			source += " (" + n.Note + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", n.Name, numberText(n), n.Status, n.Date, source)
	}
	writeLists(t, numbers)
	return readerGone(t.Flush())
}

// profileGroups are the titles of the groups of numbers.
var profileGroups = map[string]string{
	profile.GroupKafka:     "EVENT SOURCE MAPPINGS FOR KAFKA",
	profile.GroupFunction:  "FUNCTIONS AND THEIR ENVIRONMENTS",
	profile.GroupBilling:   "BILLING: dollars, in us-east-1, without taxes and the free tier",
	profile.GroupColdStart: "COLD STARTS: Init Duration of a hello world, package type zip; provided.* in Go. These are floors.",
}

// noProfile is the error for a profile that there is not.
func noProfile(name string) error {
	e := &hinted{err: fmt.Errorf("there is no profile %q", name), hint: "there are " + strings.Join(profile.Names(), ", ")}
	if near := emulator.DidYouMean(name, profile.Names()); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", near)
	}
	return e
}

// manyNames is from how many names on a list stands below the table.
const manyNames = 4

// numberText writes the value of a number with its unit.
func numberText(n profile.Number) string {
	switch v := n.Value.(type) {
	case *profile.Quantiles:
		return quantilesText(v)
	case profile.Backoff:
		return durationText(v.Initial) + ", doubled up to " + durationText(v.Max)
	case profile.Tiers:
		return tiersText(v)
	case []string:
		if len(v) >= manyNames {
			return fmt.Sprintf("%d, see below", len(v))
		}
		return strings.Join(v, ", ")
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int64:
		return countText(v, n.Unit)
	}
	return fmt.Sprint(n.Value)
}

func countText(v int64, unit string) string {
	const mebibyte = 1 << 20
	switch {
	case unit == "ns":
		return durationText(v)
	case unit == "price":
		return "$" + report.Dollars(v)
	case unit == "bytes" && v >= mebibyte && v%mebibyte == 0:
		return report.Count(uint64(v/mebibyte)) + " MB"
	}
	return strings.TrimSuffix(report.Count(uint64(v))+" "+unit, " ")
}

// tiersText is the prices, each with the amount it is for.
func tiersText(tiers profile.Tiers) string {
	var parts []string
	for _, t := range tiers {
		part := "$" + report.Dollars(t.Price)
		if t.UpTo > 0 {
			part += " up to " + report.Count(uint64(t.UpTo/1_000_000)) + " M"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// quantilesText is the median and the 99th percentile, or the one value there is.
func quantilesText(q *profile.Quantiles) string {
	p50, p99 := q.At(1<<63), q.At(1<<63/50*99)
	if p50 == q.At(0) && p50 == q.At(1<<64-1) {
		return durationText(p50)
	}
	return fmt.Sprintf("p50 %s, p99 %s", durationText(p50), durationText(p99))
}

// durationText writes a duration exactly, but for what is below a tenth of a
// millisecond: 500 ms, 300 s, 14 min.
func durationText(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d >= 10*time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d >= time.Second && d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	}
	tenths := (d + 50*time.Microsecond) / (100 * time.Microsecond)
	if tenths%10 == 0 {
		return fmt.Sprintf("%d ms", tenths/10)
	}
	return fmt.Sprintf("%d.%d ms", tenths/10, tenths%10)
}

// writeLists writes the lists that are too long for a table.
func writeLists(w io.Writer, numbers []profile.Number) {
	for _, n := range numbers {
		names, _ := n.Value.([]string)
		if len(names) < manyNames {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", n.Name)
		for line := range slices.Chunk(names, manyNames) {
			fmt.Fprintln(w, "  "+strings.Join(line, ", "))
		}
	}
}
