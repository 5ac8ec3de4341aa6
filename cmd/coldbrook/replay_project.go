package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/process"
)

// addProject adds --project and the flags of the run that it starts.
func (o *replayFlags) addProject(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.project, "project", "", "run the project in `DIR` as coldbrook run does, replay into it, and end when all is handled")
	f.DurationVar(&o.run.drain, "drain", drainDefault, "with --project: how long records may take to be handled afterwards")
	f.Uint64Var(&o.run.seed, "seed", 0, "with --project: origin of all randomness, instead of the file's")
	o.run.addJournal(cmd)
	o.run.order.add(cmd)
	for _, name := range []string{"journal", "order", "fail-on"} { // shared with run, where they need nothing
		shared := f.Lookup(name)
		shared.Usage = "with --project: " + shared.Usage
	}
	cmd.MarkFlagDirname("project")
}

// checkProject returns what is wrong with the flags of addProject.
func (o *replayFlags) checkProject(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	if !changed("project") {
		for _, name := range []string{"drain", "seed", "journal", "order", "fail-on"} {
			if changed(name) {
				return usage(cmd, "--%s needs --project", name)
			}
		}
		return nil
	}
	if err := o.run.order.check(cmd); err != nil {
		return err
	}
	switch {
	case o.run.drain < 0:
		return usage(cmd, "--drain %v is negative", o.run.drain)
	case o.loop == 0:
		return usage(cmd, "--loop needs a number with --project: it ends when all is handled")
	}
	return errors.Join(exclusive(cmd, "project", "instance"), exclusive(cmd, "project", "brokers"), exclusive(cmd, "project", "dry-run"))
}

// runProject starts the project, plays into it, and ends it when all is handled. It has a
// folder of its own, so that it goes beside a coldbrook dev of the project.
func (r *replay) runProject(cmd *cobra.Command) (err error) {
	o := &r.run
	if o.home, err = process.MkdirTemp(); err != nil {
		return fmt.Errorf("make the folder of the run: %w", err)
	}
	defer os.RemoveAll(o.home)
	cfg, err := r.configure(cmd)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "note: this run is found by --instance %s\n", shellWord(o.home))
	return r.inProject(cmd, cfg)
}

// configure reads the configuration of the project. The recording stands for its processes
// that only feed.
func (r *replay) configure(cmd *cobra.Command) (emulator.Config, error) {
	o := &r.run
	o.format = r.format
	cfg, err := o.load(cmd, r.project)
	if err != nil {
		return cfg, err
	}
	for _, p := range cfg.Processes {
		if p.Source {
			fmt.Fprintf(cmd.ErrOrStderr(), "note: the process %s only feeds, and is not started: the recording stands for it\n", p.Name)
		}
	}
	cfg.Processes = slices.DeleteFunc(slices.Clone(cfg.Processes), func(p emulator.Process) bool { return p.Source })
	if cfg.Kafka.DataDir != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: kafka.dataDir %s is left alone: the Kafka of this run is empty, and in memory\n", cfg.Kafka.DataDir)
	}
	atHome(&cfg, o.home)
	givePortsWay(&cfg, cmd.ErrOrStderr())
	return cfg, nil
}

// inProject runs the project to its end and plays into it meanwhile.
func (r *replay) inProject(cmd *cobra.Command, cfg emulator.Config) error {
	o := &r.run
	var done *replayed
	o.feeding = newFeeding(cmd.Context(), func(ctx context.Context, e *emulator.Emulator) (err error) {
		client, err := kgo.NewClient(append(replayOptions(r.paced()), kgo.SeedBrokers(e.CommandKafka()), kgo.ClientID("coldbrook"))...)
		if err != nil {
			return fmt.Errorf("connect to Kafka: %w", err)
		}
		defer client.Close()
		done, err = r.play(ctx, client, cmd.ErrOrStderr())
		return err
	})
	err := startSession(cmd, cfg, o)
	if done == nil {
		return err
	}
	done.Next = nil // the Kafka is gone: there is nothing to go on with
	return errors.Join(err, done.write(cmd.OutOrStdout(), r.format.json()))
}
