package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// execOptions are the flags of exec, and its arguments as they are understood.
type execOptions struct {
	runOptions
	topicList    []string
	readyTimeout time.Duration
	drainFor     time.Duration // 0 is not at all
	log          string
	verbose      bool
	askedOrder   bool // by --order or --fail-on, so that what was found is printed

	dir     string // of the project; "" for --topics
	topics  []emulator.Topic
	command []string
}

func execCommand() *cobra.Command {
	var o execOptions
	cmd := &cobra.Command{
		Use:   "exec [DIR] -- COMMAND [ARG...]",
		Short: "run a command, such as tests, against the project, and end with its exit status",
		Long: `Starts the project in DIR, by default this folder, on free ports and with an empty Kafka; waits until its functions serve, their triggers read every partition and its processes were started; runs COMMAND; and ends everything when that ends. Runs side by side do not get in each other's way. --topics needs no project.

COMMAND has the input, the output and the folder of this command, untouched, and finds the run by
  KAFKA_BOOTSTRAP_SERVERS, KAFKA_BROKERS, BOOTSTRAP_SERVERS   the Kafka, HOST:PORT
  AWS_ENDPOINT_URL_LAMBDA                                     the Invoke API, for the SDKs of AWS
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION        dummies, unless they are set
  COLDBROOK_INSTANCE                                          the run, for coldbrook produce, wait, status and the others

The exit status is that of COMMAND, and 128+N if signal N ended it; 125 if the run could not be had, 126 if COMMAND cannot be run, 127 if there is none; 1 if COMMAND succeeded but what was asked of the run was not so: --fail-on, --drain, --journal.

Ctrl-C and TERM are COMMAND's to obey; a second one ends it and everything else at once. What COMMAND leaves running is ended with it.

Of the run itself only warnings and failures are printed, to stderr.`,
		Example: `coldbrook exec -- go test ./...
coldbrook exec shop --drain 30s --fail-on key -- npm test
coldbrook exec --topics orders:3,shipments -- python3 -m pytest`,
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.topicList, "topics", nil, "run no project, but a Kafka with these topics: NAME or NAME:PARTITIONS")
	f.DurationVar(&o.readyTimeout, "ready-timeout", time.Minute, "how long it may take until COMMAND can begin")
	f.DurationVar(&o.drainFor, "drain", 0, "after COMMAND, wait so long at most until every record is handled; what is left is a failure")
	f.StringVar(&o.log, "log", "", "write what the run prints, as coldbrook run does, to this file, and nothing of it to stderr")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print all that coldbrook run does, to stderr")
	f.StringVar(&o.profile, "profile", "", "the platform whose rules apply, instead of the file's")
	f.Uint64Var(&o.seed, "seed", 0, "origin of all randomness, instead of the file's (default: another one each time)")
	f.IntVar(&o.port, "kafka-port", 0, "port of the Kafka; 0 is any free one")
	f.StringVar(&o.dataDir, "data-dir", "", "folder where the Kafka keeps its records (default: in memory, whatever the file says)")
	o.format = &choice{value: "text"}
	o.from.add(cmd)
	o.addJournal(cmd)
	o.order.add(cmd)
	cmd.MarkFlagFilename("log")
	cmd.MarkFlagDirname("data-dir")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	cmd.Args = o.understand
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return (&execution{options: &o}).run(cmd) }
	return cmd
}

// understand checks flags and arguments.
func (o *execOptions) understand(cmd *cobra.Command, args []string) error {
	dash := cmd.ArgsLenAtDash()
	switch {
	case dash < 0:
		return usage(cmd, "there is no -- with a command after it: write coldbrook exec [DIR] -- COMMAND")
	case dash > 1:
		return usage(cmd, "%s takes one folder before --, but there is %q, too", cmd.CommandPath(), args[1])
	case dash == len(args):
		return usage(cmd, "there is no command after --")
	case dash == 1 && len(o.topicList) > 0:
		return usage(cmd, "--topics and the project in %q exclude each other", args[0])
	case o.readyTimeout <= 0:
		return usage(cmd, "--ready-timeout %v is no time to wait", o.readyTimeout)
	case o.drainFor < 0:
		return usage(cmd, "--drain %v is negative", o.drainFor)
	case o.port < 0 || o.port > 65535:
		return usage(cmd, "--kafka-port %d is no port, which is 0 to 65535", o.port)
	case o.from.isAsked() && len(o.topicList) > 0:
		return usage(cmd, "--topics and --from exclude each other")
	case o.log != "" && o.verbose:
		return usage(cmd, "--log and --verbose exclude each other: it is printed in one place")
	}
	o.command = args[dash:]
	var err error
	if !cmd.Flags().Changed("topics") {
		if o.dir, err = o.from.folder(cmd, args[:dash]); err != nil {
			return err
		}
	}
	o.askedOrder = cmd.Flags().Changed("order") || cmd.Flags().Changed("fail-on")
	if o.topics, err = parseTopics(cmd, o.topicList); err != nil {
		return err
	}
	return o.order.check(cmd)
}

// partitionsMost is the most partitions that a topic may have.
const partitionsMost = 10_000

// parseTopics reads NAME and NAME:PARTITIONS.
func parseTopics(cmd *cobra.Command, list []string) (all []emulator.Topic, err error) {
	for _, text := range list {
		name, number, counted := strings.Cut(strings.TrimSpace(text), ":")
		t := emulator.Topic{Name: name}
		if counted {
			t.Partitions, err = strconv.Atoi(number)
			if err != nil || t.Partitions < 1 || t.Partitions > partitionsMost {
				return nil, usage(cmd, "--topics %q: %q is no number of partitions, which is 1 to %d", text, number, partitionsMost)
			}
		}
		if name == "" {
			return nil, usage(cmd, "--topics %q: the name is missing: write NAME or NAME:PARTITIONS", text)
		}
		all = append(all, t)
	}
	return all, nil
}

// config is the configuration of the run, whose own files go to the folder home.
func (o *execOptions) config(cmd *cobra.Command, home string) (cfg emulator.Config, err error) {
	if o.dir == "" {
		cfg = emulator.Config{Dir: home, Topics: o.topics}
		o.order.configure(&cfg)
		if cmd.Flags().Changed("seed") {
			cfg.Seed = &o.seed
		}
		cfg.Profile = o.profile
	} else if cfg, err = o.load(cmd, o.dir); err != nil {
		return cfg, err
	}
	atHome(&cfg, home)
	cfg.Kafka.Port, cfg.Invoke.Port = &o.port, 0
	if o.dataDir != "" { // not below home, which is removed
		if cfg.Kafka.DataDir, err = filepath.Abs(o.dataDir); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

// waited says what kept a run from being ready.
func waited(r *emulator.Readiness, limit time.Duration) error {
	return &hinted{err: fmt.Errorf("the run was not ready within %v; missing:\n  %s", limit, strings.Join(r.Missing, "\n  ")),
		hint: "--ready-timeout gives it more time; --verbose shows what it does"}
}
