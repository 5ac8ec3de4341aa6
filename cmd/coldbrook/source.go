package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// openSource is a stand-in until journal files can be read.
func openSource(*cobra.Command, *where, []string) (journal.Source, func() error, error) {
	return nil, nil, errors.New("journals cannot be read yet")
}
