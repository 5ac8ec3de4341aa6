package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/emulator/control"
)

// reachTimeout is how long a broker may take to answer the first request.
const reachTimeout = 5 * time.Second

// Variables of a project's process. The first holds the Kafka address of its own,
// to which what it produces is attributed; it counts only beside the second, which
// Coldbrook alone sets: in a user's shell it may be a Kafka of the company.
const (
	bootstrapVariable = "KAFKA_BOOTSTRAP_SERVERS"
	selfVariable      = "COLDBROOK"
	// trustedVariable holds the address in the place of the first where its clients must
	// speak TLS or log in, which commands need not.
	trustedVariable = "COLDBROOK_KAFKA"
)

// ownAddress is the Kafka address of the project's process that this command is
// run by, "" if it is not.
func ownAddress() string {
	if os.Getenv(selfVariable) == "" {
		return ""
	}
	return cmp.Or(os.Getenv(trustedVariable), os.Getenv(bootstrapVariable))
}

// where is how a command finds the instance or the Kafka it talks to.
type where struct {
	instance string
	brokers  []string
}

// addInstance adds --instance.
func (w *where) addInstance(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.instance, "instance", "", "the running instance: its folder, or a run.json (default: that of $COLDBROOK_INSTANCE, or of this folder or one above)")
	cmd.MarkFlagFilename("instance", "json")
}

// addBrokers adds --instance and --brokers.
func (w *where) addBrokers(cmd *cobra.Command) {
	w.addInstance(cmd)
	cmd.Flags().StringSliceVar(&w.brokers, "brokers", nil, "a Kafka by its address, HOST:PORT, instead of an instance")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { return exclusive(cmd, "instance", "brokers") }
}

// exclusive returns a usage error if both flags are given.
func exclusive(cmd *cobra.Command, a, b string) error {
	if cmd.Flags().Changed(a) && cmd.Flags().Changed(b) {
		return usage(cmd, "--%s and --%s exclude each other", a, b)
	}
	return nil
}

// find returns the running instance.
func (w *where) find() (*control.Instance, error) {
	if w.instance != "" {
		return control.Read(w.instance)
	}
	if named := os.Getenv(instanceVariable); named != "" {
		return control.Read(named)
	}
	return control.Find(".")
}

// connect returns a client of the Kafka, which has answered. The returned
// context ends, with a cause, when the instance that was found ends.
func (w *where) connect(ctx context.Context, opts ...kgo.Opt) (context.Context, *kgo.Client, error) {
	seeds := w.brokers
	if own := ownAddress(); len(seeds) == 0 && w.instance == "" && own != "" {
		seeds = []string{own}
	}
	if len(seeds) == 0 {
		i, err := w.find()
		if err != nil {
			return nil, nil, err
		}
		seeds = []string{i.Kafka}
		ctx = untilEnd(ctx, i)
	}
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(seeds...), kgo.ClientID("coldbrook")}, opts...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	pinging, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	if err := client.Ping(pinging); err != nil {
		client.Close()
		return nil, nil, &hinted{err: fmt.Errorf("reach Kafka at %s: %w", strings.Join(seeds, ", "), orCause(ctx, err)),
			hint: "coldbrook dev starts one and prints its address"}
	}
	return ctx, client, nil
}

// errEnded is the cause with which contexts of untilEnd end.
var errEnded = errors.New("the instance has ended")

// untilEnd returns a context that ends when the instance does: clients would
// wait for its Kafka to come back for ever.
func untilEnd(ctx context.Context, i *control.Instance) context.Context {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		c := control.NewClient(i)
		defer c.Close()
		if c.AwaitEnd(ctx) == nil {
			cancel(errEnded)
		}
	}()
	return ctx
}

// orCause returns why ctx ended, or err if it did not.
func orCause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// errInterrupted is the cause of a context that a signal ended.
var errInterrupted = errors.New("interrupted")

// untilSignal returns a context that ends, with errInterrupted, when the user or
// the system asks the command to end. A second signal kills it.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
		signal.Stop(signals)
	}()
	return ctx, func() { cancel(nil) }
}

// completeTopic completes the name of a topic of the running instance.
func (w *where) completeTopic(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), time.Second)
	defer cancel()
	ctx, client, err := w.connect(ctx)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer client.Close()
	topics, err := kadm.NewClient(client).ListTopics(ctx)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return topics.Names(), cobra.ShellCompDirectiveNoFileComp
}
