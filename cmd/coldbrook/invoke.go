package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/invokeapi"
)

// invokeOptions are the flags of invoke.
type invokeOptions struct {
	where
	data, file         string
	async, dryRun, log bool
	format             *choice
}

func invokeCommand() *cobra.Command {
	var o invokeOptions
	cmd := &cobra.Command{
		Use:   "invoke FUNCTION",
		Short: "invoke a function, and print its response",
		Long: `Invokes a function of the running instance with an event, as the Invoke API of AWS does, and prints the response. Without -d and -f there is no event.

The exit status is 1 if the function failed, whose error is printed like a response, or if the platform refused: it throttled, or the event is too large.`,
		Example: `coldbrook invoke accept-order -d '{"id": 1}'
coldbrook invoke accept-order -f event.json --log
coldbrook invoke accept-order -f event.json --async`,
		Args: oneArgument("function"),
	}
	o.addInstance(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.data, "data", "d", "", "the event, a JSON document; `@FILE` reads it from a file")
	f.StringVarP(&o.file, "file", "f", "", "read the event from the file `FILE`; - is the standard input")
	f.BoolVar(&o.async, "async", false, "put the event into the function's queue, and do not wait")
	f.BoolVar(&o.dryRun, "dry-run", false, "only say whether the function could be invoked")
	f.BoolVar(&o.log, "log", false, "print the end of what the function printed, 4 KB at most, to stderr")
	o.format = addFormat(cmd, "an object, with response, error and log")
	cmd.MarkFlagFilename("file")
	cmd.ValidArgsFunction = o.completeFunction
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := o.check(cmd); err != nil {
			return err
		}
		return o.run(cmd, args[0])
	}
	return cmd
}

func (o *invokeOptions) check(cmd *cobra.Command) error {
	for _, pair := range [][2]string{{"data", "file"}, {"async", "dry-run"}, {"log", "async"}, {"log", "dry-run"}} {
		if err := exclusive(cmd, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// event returns what the function is to be invoked with.
func (o *invokeOptions) event(cmd *cobra.Command) ([]byte, error) {
	name, isFile := strings.CutPrefix(o.data, "@")
	switch {
	case o.file == "-":
		if f, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(f.Fd()) {
			fmt.Fprintln(cmd.ErrOrStderr(), "type the event, a JSON document; end with Ctrl-D")
		}
		text, err := io.ReadAll(cmd.InOrStdin())
		if err != nil {
			return nil, fmt.Errorf("read event: %w", err)
		}
		return text, nil
	case o.file != "":
		name = o.file
	case !isFile:
		return []byte(o.data), nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read event: %w", err)
	}
	return text, nil
}

func (o *invokeOptions) run(cmd *cobra.Command, function string) error {
	ctx, end := untilSignal(cmd.Context())
	defer end()
	i, err := o.find()
	if err != nil {
		return err
	}
	event, err := o.event(cmd)
	if err != nil {
		return err
	}
	ctx = untilEnd(ctx, i)
	c := invokeClient{address: i.Invoke}
	got, err := c.invoke(ctx, function, o.invocationType(), event)
	if err != nil {
		return orCause(ctx, err)
	}
	return o.show(cmd, function, got)
}

func (o *invokeOptions) invocationType() invokeapi.Type {
	switch {
	case o.async:
		return invokeapi.Event
	case o.dryRun:
		return invokeapi.DryRun
	}
	return invokeapi.RequestResponse
}

// show prints how an invocation was answered, and returns what was wrong.
func (o *invokeOptions) show(cmd *cobra.Command, function string, got *invoked) error {
	if o.log && got.Log != "" && !o.format.json() {
		fmt.Fprint(cmd.ErrOrStderr(), strings.TrimSuffix(got.Log, "\n")+"\n")
	}
	var err error
	switch {
	case o.format.json():
		err = writeJSON(cmd.OutOrStdout(), got)
	case o.async:
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "queued as request %s\n", got.RequestID)
	case o.dryRun:
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s could be invoked\n", function)
	default:
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", got.response)
	}
	if err != nil {
		return readerGone(err)
	}
	if got.FunctionError != "" {
		return fmt.Errorf("function %q failed: %s", function, got.reason())
	}
	return nil
}

// invoked is how an invocation was answered, as --format json prints it.
type invoked struct {
	Status        int    `json:"status"`
	RequestID     string `json:"requestId"`
	FunctionError string `json:"functionError,omitempty"`
	Version       string `json:"executedVersion,omitempty"`
	// Payload is the response: the document itself, or a text where the function
	// responded with what is no JSON.
	Payload any `json:"payload,omitempty"`
	// Log is the last 4 KB of what the invocation printed.
	Log string `json:"log,omitempty"`

	response []byte
}

// reason is what the error document of a function says.
func (i *invoked) reason() string {
	var document struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(i.response, &document) != nil {
		return i.FunctionError
	}
	switch {
	case document.Type == "" && document.Message == "":
		return i.FunctionError
	case document.Message == "":
		return document.Type
	case document.Type == "":
		return document.Message
	}
	return document.Type + ": " + document.Message
}

// completeFunction completes the name of a function of the running instance.
func (o *invokeOptions) completeFunction(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	i, err := o.find()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	c := invokeClient{address: i.Invoke}
	names, err := c.functions(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
