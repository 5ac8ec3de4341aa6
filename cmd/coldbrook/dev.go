package main

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
)

// runOptions are the flags of dev and run.
type runOptions struct {
	profile, dataDir string
	seed             uint64
	port             int
	runFor, drain    time.Duration
	debug            []string
	debugWait        bool
	format           *choice
	watch            bool
	order            orderOptions
	journal          string
	recording        *recording // nil without --journal, or before the session
	filter           filterOption
	query            *query.Query // nil without --filter
	ui               uiOptions
	mayShowUI        bool     // it is dev, and --no-tui was not given
	showUI           bool     // the terminal UI is shown
	replay           string   // the command that runs it again
	home             string   // the folder by which the run is found; "" is the project's
	feeding          *feeding // nil unless the command itself feeds the run
	from             fromOptions
}

// drainDefault is the --drain that is not given.
const drainDefault = 30 * time.Second

func devCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev [DIR]",
		Short: "run the project: its Kafka, its functions, its processes",
		Long: `Runs the project in DIR, by default this folder, after its coldbrook.yaml: a Kafka that any client can use, the functions with their triggers, and the processes beside them. It prints what is worth knowing, and each second what flowed.

A function whose code is saved is built again, and its next event is handled by the new code; what runs ends on the old. Code that cannot be built or does not start is said, and the last that could serves on. A process whose folder is its own is started again.

Ctrl-C ends it in order: what runs may end, and is committed. Ctrl-C again ends it at once.`,
		Example: `coldbrook dev
coldbrook dev examples/auction --seed 42 --for 20s`,
	}
	var o runOptions
	var noWatch, noTUI bool
	addRun(cmd, &o)
	o.ui.add(cmd)
	cmd.Flags().BoolVar(&noTUI, "no-tui", false, "print lines, also on a terminal")
	cmd.Flags().BoolVar(&noWatch, "no-watch", false, "leave saved files alone until coldbrook reload")
	cmd.PreRun = func(*cobra.Command, []string) { o.watch, o.mayShowUI = !noWatch, !noTUI }
	return cmd
}

func runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run [DIR]",
		Short: "as dev, but without any user interface, for scripts",
		Long: `Runs the project in DIR as coldbrook dev does, and prints plain lines, also on a terminal.

With --for it ends by itself, in three steps: the processes that only feed are stopped; it runs until all records are handled, for --drain at most; it stops. The exit status is 0 if every record was brought to an end, and 1 if not; then it says what is left.`,
		Example: `coldbrook run examples/auction --for 20s --format json > journal.jsonl`,
	}
	var o runOptions
	addRun(cmd, &o)
	cmd.Flags().BoolVar(&o.watch, "watch", false, "take saved files over while it runs, as dev does")
	return cmd
}

// addRun completes dev and run, which differ in what they show on a terminal.
func addRun(cmd *cobra.Command, o *runOptions) {
	cmd.Args = folder
	f := cmd.Flags()
	f.StringVar(&o.profile, "profile", "", "the platform whose rules apply, instead of the file's")
	f.Uint64Var(&o.seed, "seed", 0, "origin of all randomness, instead of the file's (default: another one each time, printed)")
	f.IntVar(&o.port, "kafka-port", emulator.DefaultPort, "port of the Kafka; 0 is any free one")
	f.StringVar(&o.dataDir, "data-dir", "", "folder where the Kafka keeps its records (default: in memory)")
	f.DurationVar(&o.runFor, "for", 0, "end by itself after this time, and fail if records are left")
	f.DurationVar(&o.drain, "drain", drainDefault, "with --for: how long records may take to be handled after it")
	f.StringArrayVar(&o.debug, "debug", nil, "start this function under the debugger of its language; may be given again")
	f.BoolVar(&o.debugWait, "debug-wait", false, "with --debug: let nothing of the handler run until a debugger is attached")
	o.format = addFormat(cmd, "every entry of the journal, a line each")
	o.from.add(cmd)
	o.addJournal(cmd)
	o.order.add(cmd)
	o.filter.add(cmd, "the entries that this chooses, also those that are else left out")
	cmd.MarkFlagDirname("data-dir")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.check(cmd); err != nil {
			return err
		}
		o.replay = replayCommand(cmd, args)
		o.showUI = o.mayShowUI && !o.format.json() && os.Getenv("CI") == "" && drawable(cmd.InOrStdin(), cmd.OutOrStdout())
		q, err := o.filter.parse()
		if err != nil {
			return err
		}
		o.query = q
		dir, err := o.from.folder(cmd, args)
		if err != nil {
			return err
		}
		cfg, err := o.load(cmd, dir)
		if err != nil {
			return err
		}
		o.reload(cmd, dir, &cfg)
		return startSession(cmd, cfg, o)
	}
}

func (o *runOptions) check(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	switch {
	case changed("for") && o.runFor <= 0:
		return usage(cmd, "--for %v is no time to run", o.runFor)
	case o.drain < 0:
		return usage(cmd, "--drain %v is negative", o.drain)
	case changed("drain") && !changed("for"):
		return usage(cmd, "--drain needs --for")
	case o.debugWait && len(o.debug) == 0:
		return usage(cmd, "--debug-wait needs --debug")
	case o.port < 0 || o.port > 65535:
		return usage(cmd, "--kafka-port %d is no port", o.port)
	}
	if o.mayShowUI {
		if err := o.ui.check(cmd); err != nil {
			return err
		}
	}
	return o.order.check(cmd)
}

// load reads the project's configuration; flags that were given win.
func (o *runOptions) load(cmd *cobra.Command, dir string) (emulator.Config, error) {
	cfg, err := o.from.load(cmd.ErrOrStderr(), dir)
	if err != nil {
		return cfg, err
	}
	cfg.Reload.Watch = o.watch
	o.recording.configure(&cfg)
	o.order.configure(&cfg)
	if o.showUI { // which shows keys and order
		cfg.Journal.Records = true
		cfg.Watch.Exclude = append(slices.Clone(cfg.Watch.Exclude), uiRecordingPattern)
	}
	if o.query != nil && o.query.AboutRecords() {
		cfg.Journal.Records = true
	}
	changed := cmd.Flags().Changed
	if changed("profile") {
		cfg.Profile = o.profile
	}
	if changed("seed") {
		cfg.Seed = &o.seed
	}
	if changed("kafka-port") {
		cfg.Kafka.Port = &o.port
	}
	if changed("data-dir") {
		cfg.Kafka.DataDir = o.dataDir
	}
	return cfg, o.addDebug(cmd, &cfg)
}

// reload has the run read the configuration again as it was read here: with the same
// flags, which win.
func (o *runOptions) reload(cmd *cobra.Command, dir string, cfg *emulator.Config) {
	if cfg.Reload.Files = o.from.files; !o.from.isAsked() {
		cfg.Reload.Files = []string{config.PathOf(dir)}
	}
	cfg.Reload.Read = func() (emulator.Config, error) { return o.load(cmd, dir) }
}

// banner says what was started and how to reach it.
func banner(e *emulator.Emulator, cfg *emulator.Config) string {
	var b strings.Builder
	fmt.Fprintf(&b, "coldbrook %s: profile %s, seed %d\n", thisBuild().Version, e.ProfileName(), e.Seed())
	fmt.Fprintf(&b, "Kafka at %s", e.KafkaAddr())
	if e.PortMoved() {
		_, port, _ := net.SplitHostPort(e.KafkaAddr())
		fmt.Fprintf(&b, " (port %d is taken; --kafka-port %s keeps this one)", emulator.DefaultPort, port)
	}
	fmt.Fprintf(&b, "\nInvoke API at http://%s\n", e.InvokeAddr())
	if len(cfg.Functions) > 0 {
		fmt.Fprintf(&b, "functions: %s\n", names(cfg.Functions, func(f emulator.Function) string { return f.Name }))
	}
	if len(cfg.Processes) > 0 {
		fmt.Fprintf(&b, "processes: %s\n", names(cfg.Processes, func(p emulator.Process) string { return p.Name }))
	}
	return b.String()
}

func names[T any](list []T, name func(T) string) string {
	var all []string
	for _, v := range list {
		all = append(all, name(v))
	}
	return strings.Join(all, ", ")
}
