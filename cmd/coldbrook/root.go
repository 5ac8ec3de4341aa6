package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

const rootLong = `Coldbrook runs functions that are triggered by Kafka topics as they run in the cloud, on your machine: a Kafka, a function platform with its batches, limits, cold starts and retries, and your own handlers as processes.`

// Groups of commands in the help, in its order.
const (
	groupFirst    = "first"
	groupRecords  = "records"
	groupRun      = "run"
	groupJournal  = "journal"
	groupPlatform = "platform"
)

func newRoot() *cobra.Command {
	// The order of the help is that of a first visit, not of the alphabet.
	cobra.EnableCommandSorting = false
	root := &cobra.Command{
		Use:   "coldbrook",
		Short: "Kafka-triggered functions on your machine",
		Long:  rootLong,
		Example: `coldbrook init shop && cd shop
coldbrook dev
echo 'order-1:{"price": 12}' | coldbrook produce orders -K :`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SuggestionsMinimumDistance = 2 // letters that may be wrong
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, "%s", flagMistake(cmd, err)) })
	addGroup(root, groupFirst, "the four to begin with", initCommand(), devCommand(), produceCommand(), topicsCommand())
	addGroup(root, groupRecords, "records", consumeCommand(), redriveCommand(), saveCommand(), recordCommand(), replayFixtureCommand(), fixtureCommand(), generateCommand())
	addGroup(root, groupJournal, "what happened", attentionCommand(), journalCommand(), orderCommand(), explainCommand(), fitCommand(), testCommand())
	addGroup(root, groupRun, "runs", runCommand(), execCommand(), invokeCommand(), statusCommand(), setCommand(), faultCommand(), killCommand(), evictCommand(), pauseCommand(), stepCommand(), resumeCommand(), reloadCommand(), releaseCommand(), stopCommand(), waitCommand(), caCommand(), versionCommand())
	addGroup(root, groupPlatform, "platforms", profilesCommand(), parityCommand())
	root.AddCommand(caseCommand())
	root.SetHelpCommandGroupID(groupRun)
	root.SetCompletionCommandGroupID(groupRun)
	return root
}

func addGroup(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}

func unknownCommand(cmd *cobra.Command, name string) error {
	e := &usageError{
		err:  fmt.Errorf("there is no command %q in %s", name, cmd.CommandPath()),
		hint: cmd.CommandPath() + " --help lists the commands",
	}
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		e.hint = "did you mean " + cmd.CommandPath() + " " + strings.Join(near, " or "+cmd.CommandPath()+" ") + "?"
	}
	return e
}

// noArguments, oneArgument and folder are the arguments that commands take.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd, "%s takes no argument, but there is %q", cmd.CommandPath(), args[0])
	}
	return nil
}

func oneArgument(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usage(cmd, "%s needs a %s", cmd.CommandPath(), name)
		case 1:
			return nil
		}
		return usage(cmd, "%s takes one %s, but there is %q, too", cmd.CommandPath(), name, args[1])
	}
}

func folder(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(cmd, "%s takes one folder, but there is %q, too", cmd.CommandPath(), args[1])
	}
	return nil
}

// folderOf is the folder that a command is about.
func folderOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// choice is a flag that has one of some values.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.allowed, "|") }

// Set chooses a value.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("must be %s", strings.Join(c.allowed, " or "))
	}
	c.value = s
	return nil
}

// addFormat adds --format text|json.
func addFormat(cmd *cobra.Command, what string) *choice {
	c := &choice{value: "text", allowed: []string{"text", "json"}}
	cmd.Flags().Var(c, "format", "text, or json: "+what)
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (c *choice) json() bool { return c.value == "json" }
