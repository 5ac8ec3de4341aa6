package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

func fixtureCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fixture",
		Short: "look into fixtures, and make them of other files",
		Long: `A fixture is recorded traffic in a text file, which save, record and fixture convert write and replay sends; docs/fixtures.md describes it. FILE may be compressed, with a name that ends with .gz, or be - for the standard input.

A file that is cut off is read up to there.`,
		Example: `coldbrook fixture convert dump.json -o fixtures/orders.jsonl
coldbrook fixture info fixtures/orders.jsonl
coldbrook fixture cat fixtures/orders.jsonl 'v.price>10'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	cmd.SuggestionsMinimumDistance = 2 // letters that may be wrong
	cmd.AddCommand(fixtureConvertCommand(), fixtureInfoCommand(), fixtureHeadCommand(), fixtureCatCommand())
	return cmd
}

// openFixture opens a fixture, - being the standard input. The returned function closes it.
func openFixture(cmd *cobra.Command, path string) (*fixtures.Reader, func() error, error) {
	if path == "-" {
		r, err := fixtures.NewReader(cmd.InOrStdin())
		if err != nil {
			return nil, nil, err
		}
		return r, func() error { return nil }, nil
	}
	f, err := fixtures.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return f.Reader, f.Close, nil
}

// untilCutOff makes a note of the error of a file that is cut off, and nil of it and of the
// end of the file; to others it adds which file it is.
func untilCutOff(stderr io.Writer, path string, err error) error {
	if errors.Is(err, fixtures.ErrCutOff) {
		fmt.Fprintf(stderr, "note: %s: %v; %s\n", path, err, hintOf(err))
		return nil
	}
	if err == nil || err == io.EOF {
		return nil
	}
	for _, end := range []error{errInterrupted, errReaderGone} {
		if errors.Is(err, end) {
			return end // wherever in the file that was
		}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// checkedEvery is after how many records it is looked whether the user wants to go on.
const checkedEvery = 1024

// interrupted returns the cause of ctx's end, now and then.
func interrupted(ctx context.Context, n int) error {
	if n%checkedEvery == 0 && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
