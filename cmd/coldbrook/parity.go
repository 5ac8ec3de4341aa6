package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

func parityCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:       "parity [PROFILE]",
		Short:     "say which behaviours of the platform are enforced, approximated or not modelled",
		Long:      "Says for each behaviour of the platforms whether it is enforced (as documented), approximated (and how it differs) or not modelled, for which profiles, and which tests prove it. A name without Test in front is a golden script in the testdata of the package. With PROFILE, the behaviours of that one.",
		Example:   "coldbrook parity\ncoldbrook parity aws-provisioned",
		Args:      cobra.ArbitraryArgs,
		ValidArgs: profile.Names(),
	}
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return oneArgument("profile")(cmd, args)
		}
		names := profile.Names()
		if len(args) == 1 {
			if !slices.Contains(names, args[0]) {
				return noProfile(args[0])
			}
			names = args
		}
		return showParity(cmd.OutOrStdout(), names, format.json())
	}
	return cmd
}

// showParity prints the behaviours of the profiles of these names.
func showParity(w io.Writer, names []string, asJSON bool) error {
	behaviours := slices.DeleteFunc(profile.Behaviours(), func(b profile.Behaviour) bool {
		return !slices.ContainsFunc(names, b.Of)
	})
	if asJSON {
		return writeJSON(w, behaviours)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	area, of := "", []string(nil)
	for _, b := range behaviours {
		if b.Area != area {
			area, of = b.Area, profilesOf(b.Area)
			fmt.Fprintln(t, areaTitle(area, of))
		}
		writeBehaviour(t, &b, of)
	}
	fmt.Fprintln(t)
	fmt.Fprintf(t, "profile\t%s\t%s\t%s\n", profile.Enforced, profile.Approximated, profile.NotModelled)
	for _, name := range names {
		n := map[profile.Parity]int{}
		for _, b := range behaviours {
			if b.Of(name) {
				n[b.Parity]++
			}
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", name, n[profile.Enforced], n[profile.Approximated], n[profile.NotModelled])
	}
	return readerGone(t.Flush())
}

// profilesOf are those of which an area says anything.
func profilesOf(area string) []string {
	return slices.DeleteFunc(profile.Names(), func(name string) bool {
		return !slices.ContainsFunc(profile.Behaviours(), func(b profile.Behaviour) bool { return b.Area == area && b.Of(name) })
	})
}

func areaTitle(area string, of []string) string {
	if len(of) < len(profile.Names()) {
		return strings.ToUpper(area) + " of " + strings.Join(of, ", ")
	}
	return strings.ToUpper(area)
}

// writeBehaviour writes a behaviour, and below it what there is to say of it. of are
// the profiles of its area.
func writeBehaviour(w io.Writer, b *profile.Behaviour, of []string) {
	name := b.Name
	if len(b.Profiles) > 0 && !slices.Equal(b.Profiles, of) {
		name += " [" + strings.Join(b.Profiles, ", ") + "]"
	}
	fmt.Fprintf(w, "  %-12s  %s\n", b.Parity, name)
	if b.Note != "" {
		fmt.Fprintf(w, "  %-12s    %s\n", "", b.Note)
	}
	if len(b.Proofs) > 0 {
		fmt.Fprintf(w, "  %-12s    proved by %s\n", "", strings.Join(b.Proofs, ", "))
	}
}
