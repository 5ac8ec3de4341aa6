package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

func generateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "send generated traffic: an auction's items and bids",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, "generate what? there is: auction")
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(generateAuctionCommand())
	return cmd
}

// auctionOptions are the flags of generate auction.
type auctionOptions struct {
	where
	rate, invalid float64
	count         int64
	seed          uint64
	start         string
}

func generateAuctionCommand() *cobra.Command {
	var o auctionOptions
	cmd := &cobra.Command{
		Use:   "auction",
		Short: "send submissions of items and bids",
		Long: `Sends what users of an auction platform submit, after the benchmark Nexmark: items to items.submitted and bids to bids.submitted, the key of both being the item. Some bids go to items that do not exist, and most to a few hot ones.

The same seed and start give the same records.`,
		Example: `coldbrook generate auction --rate 100
coldbrook generate auction -n 10000 --rate 0 --seed 42 --invalid 0.1`,
		Args: noArguments,
	}
	o.addBrokers(cmd)
	f := cmd.Flags()
	f.Float64Var(&o.rate, "rate", 50, "submissions per second; 0 is as fast as possible")
	f.Int64VarP(&o.count, "count", "n", 0, "end after so many; 0 does not end")
	f.Uint64Var(&o.seed, "seed", 0, "origin of all that is drawn (default: another one each time)")
	f.Float64Var(&o.invalid, "invalid", 0.02, "share of submissions with a mistake, 0 to 1")
	f.StringVar(&o.start, "start", "", "event time of the first, as 2026-01-31T12:00:00Z (default: now)")
	format := addFormat(cmd, "what was produced")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		config, err := o.check(cmd)
		if err != nil {
			return err
		}
		return o.run(cmd, config, format.json())
	}
	return cmd
}

// personShare is how many events there are to a submission: Nexmark counts
// persons, too, one in 50, which are not submitted.
const personShare = 50.0 / 49

// check returns what the flags ask for, or what is wrong with them.
func (o *auctionOptions) check(cmd *cobra.Command) (fixtures.AuctionConfig, error) {
	c := fixtures.AuctionConfig{Seed: o.seed, Rate: o.rate * personShare, Invalid: o.invalid, Start: time.Now()}
	if !cmd.Flags().Changed("seed") {
		c.Seed = rand.Uint64N(1_000_000_000) // short enough to be typed again
	}
	if o.start != "" {
		at, err := time.Parse(time.RFC3339, o.start)
		if err != nil {
			return c, usage(cmd, "--start %q is no time like 2026-01-31T12:00:00Z", o.start)
		}
		c.Start = at
	}
	if o.count < 0 {
		return c, usage(cmd, "--count %d is negative", o.count)
	}
	if err := c.Validate(); err != nil {
		return c, usage(cmd, "%v", err)
	}
	return c, nil
}

func (o *auctionOptions) run(cmd *cobra.Command, config fixtures.AuctionConfig, asJSON bool) error {
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, client, err := o.connect(ctx, senderOptions()...)
	if err != nil {
		return err
	}
	defer client.Close()
	s := newSender(ctx, client)
	stop := progress(cmd.ErrOrStderr(), s.count)
	generated := o.generate(ctx, s, config)
	done, err := s.finish()
	stop()
	done.Seed = &config.Seed
	if errors.Is(generated, err) {
		generated = nil // it is the same
	}
	if o.count == 0 && errors.Is(generated, errInterrupted) {
		generated = nil // without -n, that is how it ends
	}
	return errors.Join(generated, err, done.write(cmd.OutOrStdout(), asJSON))
}

func (o *auctionOptions) generate(ctx context.Context, s *sender, config fixtures.AuctionConfig) error {
	auction, pace := fixtures.NewAuction(config), pace{rate: o.rate}
	for n := int64(0); o.count == 0 || n < o.count; n++ {
		if err := pace.next(ctx); err != nil {
			return err
		}
		e := auction.Next()
		r := &kgo.Record{Topic: e.Topic, Key: e.Key, Value: e.Value, Timestamp: e.Time}
		if err := s.send(r, func() string { return "" }); err != nil {
			return err
		}
	}
	return nil
}
