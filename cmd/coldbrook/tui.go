package main

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/coldbrook-dev/coldbrook/tui"
)

// uiOptions are the flags of what opens the terminal UI.
type uiOptions struct {
	ascii, calm, mouse bool
	color              string
}

// add adds the flags that say how the UI is drawn.
func (o *uiOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.ascii, "ascii", false, "in the terminal UI: draw with ASCII (default where the locale is not UTF-8)")
	f.BoolVar(&o.calm, "calm", false, "in the terminal UI: draw four times a second, and show no passing messages")
	f.BoolVar(&o.mouse, "mouse", false, "in the terminal UI: take the mouse; F2 changes it")
	f.StringVar(&o.color, "color", "auto", "in the terminal UI: auto, 16, 256, true or never; NO_COLOR counts as well")
	cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "16", "256", "true", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

// profiles are the values of --color but for auto.
var colorProfiles = map[string]colorprofile.Profile{"16": colorprofile.ANSI, "256": colorprofile.ANSI256, "true": colorprofile.TrueColor, "never": colorprofile.ASCII}

func (o *uiOptions) check(cmd *cobra.Command) error {
	if _, ok := colorProfiles[o.color]; !ok && o.color != "auto" {
		return usage(cmd, "--color %q is none of auto, 16, 256, true and never", o.color)
	}
	return nil
}

// options are those of a Model, but for what it draws.
func (o *uiOptions) options() tui.Options {
	all := tui.Options{ASCII: o.ascii || !utf8Locale(os.Environ()), Calm: o.calm, Mouse: o.mouse}
	if os.Getenv("SSH_TTY") != "" { // a third of the bytes
		all.Every = 100 * time.Millisecond
	}
	return all
}

// terminal is what the UI is drawn on.
func (o *uiOptions) terminal(in io.Reader, out io.Writer) tui.Terminal {
	t := tui.Terminal{In: in, Out: out}
	if p, ok := colorProfiles[o.color]; ok {
		t.Profile = &p
	}
	return t
}

// utf8Locale reports whether what is written is read as UTF-8. A locale of which nothing is
// known counts as that.
func utf8Locale(environ []string) bool {
	get := func(name string) string {
		for _, v := range environ {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
	if get("TERM") == "linux" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(get(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}

// drawable reports whether the UI can be drawn: on a terminal that can move its cursor,
// with one to read keys from.
func drawable(in io.Reader, out io.Writer) bool {
	i, ok := in.(*os.File)
	if !ok || !term.IsTerminal(i.Fd()) {
		return false
	}
	o, ok := out.(*os.File)
	return ok && term.IsTerminal(o.Fd()) && os.Getenv("TERM") != "dumb"
}

// replayCommand is the command line that runs the same again, but for the seed.
func replayCommand(cmd *cobra.Command, args []string) string {
	words := append([]string{"coldbrook", cmd.Name()}, args...)
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != "seed" {
			words = append(words, "--"+f.Name+"="+f.Value.String())
		}
	})
	return strings.Join(words, " ")
}
