package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"
)

// produceOptions are the flags of produce.
type produceOptions struct {
	where
	file, separator, key string
	headers              []string
	rate                 float64
	keyed                bool // --key was given; it may be empty
}

func produceCommand() *cobra.Command {
	var o produceOptions
	cmd := &cobra.Command{
		Use:   "produce TOPIC",
		Short: "send lines to a topic, each as a record",
		Long: `Sends the lines of the input to a topic, each as the value of a record; empty lines are left out. Records keep the order of the lines.

With -K, what comes before the first SEP of a line is the record's key; a line without SEP has no key. At the end it says how many records were acknowledged.

--sample sends one more record like the newest one of the topic instead, or {"sample":1} if there is none, and prints it.`,
		Example: `echo '{"price": 12}' | coldbrook produce orders
coldbrook produce orders -K : -f orders.txt --rate 100`,
		Args: oneArgument("topic"),
	}
	o.addBrokers(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.file, "file", "f", "-", "read lines from the file `FILE`; - is the standard input")
	f.StringVarP(&o.separator, "key-separator", "K", "", "split each line at `SEP` into key and value")
	f.StringVarP(&o.key, "key", "k", "", "give every record the key `KEY`")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "give every record the header `NAME=VALUE`; can be repeated")
	f.Float64Var(&o.rate, "rate", 0, "records per second; 0 is as fast as possible")
	sample := f.Bool("sample", false, "send one more record like the newest one of the topic")
	format := addFormat(cmd, "what was produced")
	cmd.ValidArgsFunction = o.completeTopic
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *sample {
			return o.runSample(cmd, args[0], format.json())
		}
		o.keyed = cmd.Flags().Changed("key")
		headers, err := o.check(cmd)
		if err != nil {
			return err
		}
		return o.run(cmd, &kgo.Record{Topic: args[0], Headers: headers}, format.json())
	}
	return cmd
}

// check returns the headers, or what is wrong with the flags.
func (o *produceOptions) check(cmd *cobra.Command) ([]kgo.RecordHeader, error) {
	if err := exclusive(cmd, "key", "key-separator"); err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("key-separator") && o.separator == "" {
		return nil, usage(cmd, "--key-separator is empty")
	}
	if !(o.rate >= 0) {
		return nil, usage(cmd, "--rate %v is negative", o.rate)
	}
	return headerFlags(cmd, o.headers)
}

// headerFlags reads the values of --header, NAME=VALUE.
func headerFlags(cmd *cobra.Command, flags []string) ([]kgo.RecordHeader, error) {
	var headers []kgo.RecordHeader
	for _, h := range flags {
		name, value, ok := strings.Cut(h, "=")
		if !ok {
			return nil, usage(cmd, "--header %q is not NAME=VALUE", h)
		}
		headers = append(headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
	}
	return headers, nil
}

// run produces each line as a copy of template.
func (o *produceOptions) run(cmd *cobra.Command, template *kgo.Record, asJSON bool) error {
	input := cmd.InOrStdin()
	if o.file != "-" {
		f, err := os.Open(o.file)
		if err != nil {
			return fmt.Errorf("read records: %w", err)
		}
		defer f.Close()
		input = f
	}
	ctx, end := untilSignal(cmd.Context())
	defer end()
	ctx, client, err := o.connect(ctx, senderOptions()...)
	if err != nil {
		return err
	}
	defer client.Close()
	if f, ok := input.(*os.File); ok && term.IsTerminal(f.Fd()) {
		fmt.Fprintln(cmd.ErrOrStderr(), "each line is a record; end with Ctrl-D")
	}
	s := newSender(ctx, client)
	stop := progress(cmd.ErrOrStderr(), s.count)
	produced := o.produce(ctx, s, input, template)
	done, err := s.finish()
	stop()
	if errors.Is(produced, err) {
		produced = nil // it is the same
	}
	return errors.Join(produced, err, done.write(cmd.OutOrStdout(), asJSON))
}

// produce sends each line of input. It returns what ended it before its end.
func (o *produceOptions) produce(ctx context.Context, s *sender, input io.Reader, template *kgo.Record) error {
	pace := pace{rate: o.rate}
	lines := readLines(ctx, input)
	for {
		var l line
		select {
		case l = <-lines:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if l.err == io.EOF {
			return nil
		}
		if l.err != nil {
			return l.err
		}
		if err := pace.next(ctx); err != nil {
			return err
		}
		r := *template
		r.Key, r.Value = o.split(l.text)
		if err := s.send(&r, func() string { return fmt.Sprintf("line %d: ", l.number) }); err != nil {
			return err
		}
	}
}

// split divides a line into key and value.
func (o *produceOptions) split(text []byte) (key, value []byte) {
	if o.keyed {
		return []byte(o.key), text
	}
	if o.separator != "" {
		if k, v, ok := bytes.Cut(text, []byte(o.separator)); ok {
			return k, v
		}
	}
	return nil, text
}

// line is a line of the input, or the error that ended it.
type line struct {
	text   []byte
	number int
	err    error
}

// readLines reads lines in a goroutine of its own: a read from a terminal or a
// pipe cannot be interrupted. The goroutine ends with ctx, or with the process
// if it waits for input then.
func readLines(ctx context.Context, input io.Reader) <-chan line {
	lines := make(chan line, 1024)
	go func() {
		r := bufio.NewReaderSize(input, 1<<16)
		for number := 1; ; number++ {
			text, err := readLine(r)
			if err != nil && err != io.EOF {
				err = fmt.Errorf("read line %d: %w", number, err)
			}
			if len(text) == 0 && err == nil {
				continue
			}
			if len(text) > 0 && err == io.EOF { // the last line has no end
				err = nil
			}
			select {
			case lines <- line{text, number, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// errTooLong is returned for a line that no record can hold.
var errTooLong = fmt.Errorf("it is longer than %d bytes, the most a record can be", recordMax)

// readLine reads a line without its end. The text is the caller's.
func readLine(r *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(text)+len(part) > recordMax {
			return nil, errTooLong
		}
		text = append(text, part...)
		if err != bufio.ErrBufferFull {
			return bytes.TrimSuffix(text, []byte("\n")), err
		}
	}
}
