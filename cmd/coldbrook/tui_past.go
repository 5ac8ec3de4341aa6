package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/journalfile"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// showPast shows a journal file in the terminal UI.
func showPast(cmd *cobra.Command, path string, o *uiOptions) error {
	if !drawable(cmd.InOrStdin(), cmd.OutOrStdout()) {
		return usage(cmd, "--tui needs a terminal; without it the entries are printed")
	}
	f, err := journalfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if damage := f.Damaged(); damage != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: journal %q: %s\n", path, damage)
	}
	past, err := tui.NewPast(f)
	if err != nil {
		return err
	}
	defer past.Close()
	messages, err := journalfile.Open(path)
	if err != nil {
		return err
	}
	stdout, stderr := &heldOutput{to: cmd.OutOrStdout()}, &heldOutput{to: cmd.ErrOrStderr()}
	stdout.hold()
	stderr.hold()
	driver := &pastDriver{path: path, of: f.Description(), reading: newTurn(), messages: messages,
		recordings: uiRecordings{project: ".", stdout: stdout, stderr: stderr}}
	options := o.options()
	options.Past, options.Driver = past, driver
	guard := guardTerminal()
	defer guard.release()
	err = tui.Run(cmd.Context(), tui.New(options), o.terminal(cmd.InOrStdin(), cmd.OutOrStdout()))
	driver.close()
	stdout.release()
	stderr.release()
	return err
}

// pastDriver answers the UI from a journal file.
type pastDriver struct {
	ui.FinishedDriver
	path       string
	of         *journal.Description
	recordings uiRecordings

	reading  turn              // of messages, which is for one goroutine
	messages *journalfile.File // nil when it is closed
}

// close ends the use of the file, and a recording; who asks for a record from now on is refused.
func (d *pastDriver) close() {
	d.recordings.close()
	d.reading.await()
	defer d.reading.give()
	d.messages.Close()
	d.messages = nil
}

// Info implements ui.Driver.
func (d *pastDriver) Info() ui.Info {
	name := filepath.Base(d.path)
	return ui.Info{Name: strings.TrimSuffix(name, filepath.Ext(name)), Version: d.of.Version, Profile: d.of.Profile, Seed: d.of.Seed, File: d.path,
		Replay: "coldbrook journal " + d.path + " --tui"}
}

// Source implements ui.Driver: the file again, for whoever asks reads it beside others.
func (d *pastDriver) Source(context.Context) (journal.Source, func() error, error) {
	f, err := journalfile.Open(d.path)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// Message implements ui.Driver.
func (d *pastDriver) Message(ctx context.Context, topic string, partition int32, offset int64) (*journal.Message, error) {
	if err := d.reading.take(ctx); err != nil {
		return nil, err
	}
	defer d.reading.give()
	if d.messages == nil {
		return nil, os.ErrClosed
	}
	return d.messages.Message(topic, partition, offset)
}

// SaveRecord implements ui.Driver.
func (d *pastDriver) SaveRecord(ctx context.Context, topic string, partition int32, offset int64) (string, error) {
	src, end, err := d.Source(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	return saveRecord(src, ".", lineage.Record{Topic: topic, Partition: partition, Offset: offset})
}

// saveRecord writes a record to a fixture of a project, and says to which file.
func saveRecord(src journal.Source, project string, record lineage.Record) (string, error) {
	path := fixturePath(project, record)
	if _, err := saveFixture(src, []lineage.Record{record}, path, false); err != nil {
		return "", alreadyThere(err)
	}
	return fmt.Sprintf("%s is in %s", record, path), nil
}
