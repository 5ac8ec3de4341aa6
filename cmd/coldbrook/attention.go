package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// attentionLine is a line of attention as JSON.
type attentionLine struct {
	Kind        string `json:"kind"`
	Name        string `json:"name,omitempty"`
	Text        string `json:"text"`
	Filter      string `json:"filter,omitempty"`
	Topic       string `json:"topic,omitempty"`
	Partition   int32  `json:"partition,omitempty"`
	Offset      int64  `json:"offset,omitempty"`
	Environment uint32 `json:"environment,omitempty"`
	At          int64  `json:"at,omitempty"`
}

func attentionCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "attention [FILE]",
		Short: "say what needs attention in a run, worst first",
		Long: `Says what is not as it should be, worst first, a line for each kind and function: records lost, code that is broken, order that is not kept, dead letters, timeouts, failures, limits that are reached, cold starts. It is what the terminal UI shows on its first screen: of the journal file, or of the running instance as far as its journal still goes back.

The exit status is 0 whatever it finds: coldbrook order --fail-on is made for pipelines.`,
		Example: "coldbrook attention\ncoldbrook attention run.journal --format json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "attention reads one journal, not %d", len(args))
			}
			return nil
		},
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "a list")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		src, end, err := openSource(cmd, &w, args)
		if err != nil {
			return err
		}
		defer end()
		all, err := attentionOf(src)
		if err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), attentionLines(all))
		}
		return printAttention(cmd.OutOrStdout(), all)
	}
	return cmd
}

// attentionOf reads what a source has.
func attentionOf(src journal.Source) ([]store.Attention, error) {
	v := store.New(src.Description())
	if err := journal.ScanAll(src, func(missed uint64, e *journal.Entry) bool {
		if missed > 0 {
			v.Miss(missed)
		}
		v.Add(e)
		return true
	}); err != nil {
		return nil, err
	}
	return v.Attentions(v.Order.Report(order.ByKey)), nil
}

func attentionLines(all []store.Attention) []attentionLine {
	lines := []attentionLine{}
	for i := range all {
		a := &all[i]
		lines = append(lines, attentionLine{a.Kind.Word(), a.Name, a.Text, a.Filter, a.Topic, a.Partition, a.Offset, a.Environment, a.At})
	}
	return lines
}

func printAttention(w io.Writer, all []store.Attention) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "nothing needs attention")
		return readerGone(err)
	}
	width := 0
	for i := range all {
		width = max(width, len(all[i].Name))
	}
	for i := range all {
		if _, err := fmt.Fprintf(w, "%-8s %-*s  %s\n", all[i].Kind.Word(), width, all[i].Name, journal.Printable(all[i].Text)); err != nil {
			return readerGone(err)
		}
	}
	return nil
}
