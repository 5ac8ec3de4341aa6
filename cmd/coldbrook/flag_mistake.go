package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagMistake says what is wrong with a flag, without the package's own words.
func flagMistake(cmd *cobra.Command, err error) string {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "unknown flag: "); ok {
		return fmt.Sprintf("%s has no flag %s", cmd.CommandPath(), name)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		if want := flagWants(wrong.GetFlag()); want != "" {
			if errors.Is(err, strconv.ErrRange) {
				want = "within the bounds of " + want
			}
			return fmt.Sprintf("--%s %q is not %s", wrong.GetFlag().Name, wrong.GetValue(), want)
		}
	}
	return text
}

// flagWants is what a flag takes, "" if its own error says it.
func flagWants(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "duration":
		return "a duration such as 500ms, 10s or 1m30s"
	case "int", "int32", "int64":
		return "a whole number"
	case "uint", "uint32", "uint64":
		return "a whole number, 0 or above"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	return ""
}
