package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/control"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
)

// statusTimeout is how long an instance may take to answer.
const statusTimeout = 10 * time.Second

// status is what status prints of an instance.
type status struct {
	PID     int    `json:"pid"`
	Version string `json:"version"`
	Dir     string `json:"dir"`
	emulator.Status
}

func statusCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "status",
		Short: "show what the running instance is doing",
		Args:  noArguments,
	}
	w.addInstance(cmd)
	format := addFormat(cmd, "an object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := askStatus(cmd.Context(), &w)
		if err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), s)
		}
		return readerGone(s.write(cmd.OutOrStdout()))
	}
	return cmd
}

func askStatus(ctx context.Context, w *where) (*status, error) {
	i, err := w.find()
	if err != nil {
		return nil, err
	}
	ctx, end := untilSignal(ctx)
	defer end()
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	c := control.NewClient(i)
	defer c.Close()
	s := &status{PID: i.PID, Version: i.Version, Dir: i.Dir()}
	return s, c.Status(ctx, &s.Status)
}

func (s *status) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "pid %d, up %s, Kafka at %s, Invoke API at http://%s\n", s.PID, journal.Duration(int64(s.Uptime)), s.Kafka, s.Invoke)
	if s.Paused != nil {
		fmt.Fprintln(t, pausedText(s.Paused))
	}
	if s.Unknown != "" {
		fmt.Fprintln(t, s.Unknown)
	}
	fmt.Fprintf(t, "profile %s, seed %d, coldbrook %s\n", s.Profile, s.Seed, s.Version)
	if len(s.Functions) > 0 {
		fmt.Fprintln(t, "\nfunction\tstarting\tidle\tbusy\tinvocations\tcold\tfailed\tthrottled\tretries")
	}
	for _, f := range s.Functions {
		starting, idle, busy := "-", "-", "-"
		if s.Unknown == "" {
			starting, idle, busy = strconv.Itoa(f.Starting), strconv.Itoa(f.Idle), strconv.Itoa(f.Busy)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Name, starting, idle, busy, report.Count(f.Invocations),
			report.Count(f.ColdStarts), report.Count(f.Failures), report.Count(f.Throttles), report.Count(f.Retries))
	}
	if len(s.Mappings) > 0 {
		fmt.Fprintln(t, "\nmapping\ttopic\tfunction\tlag\tsucceeded\tdead-lettered\tdropped\texpired\tfiltered")
	}
	for _, m := range s.Mappings {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Group, m.Topic, m.Function, report.Count(uint64(max(0, m.Lag))),
			report.Count(m.Ended.Succeeded), report.Count(m.Ended.DeadLettered), report.Count(m.Ended.Dropped), report.Count(m.Ended.Expired),
			report.Count(m.Ended.Filtered))
	}
	if len(s.Processes) > 0 {
		fmt.Fprintln(t, "\nprocess\tpid\tstarts")
	}
	for _, p := range s.Processes {
		fmt.Fprintf(t, "%s\t%s\t%d\n", p.Name, pid(p.PID), p.Starts)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := s.writeDebugged(w); err != nil {
		return err
	}
	if err := s.writeProvisioned(w); err != nil {
		return err
	}
	return errors.Join(s.writeRevisions(w), s.writeSkipped(w), s.writePending(w))
}

// writePending says what of the configuration file does not count yet.
func (s *status) writePending(w io.Writer) error {
	if s.Mistakes != "" {
		if _, err := fmt.Fprintf(w, "\n%s\n", s.Mistakes); err != nil {
			return err
		}
	}
	if len(s.Pending) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\n%s\n", strings.Join(s.Pending, "\n"))
	return err
}

// writeDebugged says where debuggers listen.
func (s *status) writeDebugged(w io.Writer) error {
	for _, f := range s.Functions {
		if f.Debugger == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s: debugger at %s\n", f.Name, f.Debugger); err != nil {
			return err
		}
	}
	return nil
}

// writeProvisioned says how much of its provisioned concurrency a function has.
func (s *status) writeProvisioned(w io.Writer) error {
	for _, f := range s.Functions {
		if f.Provisioned == 0 {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s: provisioned concurrency %d, allocated %d\n", f.Name, f.Provisioned, f.Allocated); err != nil {
			return err
		}
	}
	return nil
}

// writeSkipped says which functions are not run, and why.
func (s *status) writeSkipped(w io.Writer) error {
	for _, f := range s.Functions {
		if f.Skipped == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n%s is not run: %s\n", f.Name, f.Skipped); err != nil {
			return err
		}
	}
	return nil
}

func pid(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}
