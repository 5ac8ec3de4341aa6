package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// again is the command line that goes on from a place.
func (r *replay) again(at replayPlace) string {
	if at.File > 0 && r.loop != 1 && at.Round+1 != r.loop { // no command line says that
		return fmt.Sprintf("--from-line=%d of %s, then with the files behind it, then with all rounds from round %d on", at.Line, r.files[at.File], at.Round+2)
	}
	words := append([]string{"coldbrook", "replay"}, r.files[at.File:]...)
	for _, f := range r.given {
		switch {
		case f.Name == "from-line":
		case f.Name == "loop" && r.loop > 0:
			words = append(words, fmt.Sprintf("--loop=%d", r.loop-at.Round))
		default:
			words = append(words, flagWords(f)...)
		}
	}
	words = append(words, fmt.Sprintf("--from-line=%d", at.Line))
	for i := range words {
		words[i] = shellWord(words[i])
	}
	return strings.Join(words, " ")
}

// givenFlags are the flags of a command line.
func givenFlags(cmd *cobra.Command) (all []*pflag.Flag) {
	cmd.Flags().Visit(func(f *pflag.Flag) { all = append(all, f) })
	return all
}

// flagWords are the words with which a flag gets the value that it has.
func flagWords(f *pflag.Flag) (words []string) {
	list, ok := f.Value.(pflag.SliceValue)
	switch {
	case ok:
		for _, v := range list.GetSlice() {
			words = append(words, "--"+f.Name+"="+v)
		}
	case f.Value.Type() == "bool" && f.Value.String() == "true":
		words = append(words, "--"+f.Name)
	default:
		words = append(words, "--"+f.Name+"="+f.Value.String())
	}
	return words
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// shellWord quotes a word for a shell if it has to be.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
