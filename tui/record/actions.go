package record

import (
	"bytes"
	"context"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// Redrive asks, and writes a new record like one that is there.
func Redrive(c *ui.Context, r lineage.Record) tea.Cmd {
	host, driver := c.Host, c.Driver
	host.Confirm("re-drive "+r.String(), target(r), func() tea.Cmd {
		return host.Do("re-drive "+r.String(), func(ctx context.Context) (string, error) {
			return driver.Redrive(ctx, r.Topic, r.Partition, r.Offset, nil)
		})
	})
	return nil
}

// target says what a re-drive does.
func target(r lineage.Record) []ui.Line {
	return []ui.Line{
		{Style: frame.Text, Text: "writes a new record to topic " + r.Topic + ", with the key and the headers of " + r.String()},
		{Style: frame.Dim, Text: "the original stays as it is; every function that reads " + r.Topic + " is given the new one"},
	}
}

// Edit leaves the terminal to an editor with the payload of a record, shows what was
// changed, and writes a new record with it if that is wanted.
func Edit(c *ui.Context, r lineage.Record) tea.Cmd {
	m, there, err := Message(c, r.Topic, r.Partition, r.Offset)
	switch {
	case err != nil:
		c.Toast(frame.Bad, "read "+r.String()+": "+err.Error())
		return nil
	case !there:
		c.Toast(frame.Text, "the payload of "+r.String()+" is being read: press R again")
		return nil
	case m == nil:
		c.Toast(frame.Bad, r.String()+" cannot be edited: "+Gone)
		return nil
	}
	path, err := draft(m.Value)
	if err != nil {
		c.Toast(frame.Bad, "edit "+r.String()+": "+err.Error())
		return nil
	}
	host, driver, before := c.Host, c.Driver, m.Value
	editor := editor()
	return host.Exec(editor[0], append(editor[1:], path), func(err error) tea.Cmd {
		after, readErr := os.ReadFile(path)
		os.Remove(path)
		switch {
		case err != nil:
			host.Toast(frame.Bad, editor[0]+": "+err.Error()+"; nothing was sent (set $EDITOR to another editor)")
		case readErr != nil:
			host.Toast(frame.Bad, "edit "+r.String()+": "+readErr.Error())
		default:
			edited(host, driver, r, before, after)
		}
		return nil
	})
}

// edited shows what was changed, and asks whether to send it.
func edited(host ui.Host, driver ui.Driver, r lineage.Record, before, after []byte) {
	if !bytes.HasSuffix(before, []byte("\n")) {
		after = bytes.TrimSuffix(after, []byte("\n")) // editors end the last line
	}
	if bytes.Equal(before, after) {
		host.Toast(frame.Text, "unchanged: nothing was sent")
		return
	}
	lines := append(target(r), ui.Line{})
	if diff := Diff(before, after); diff != nil {
		lines = append(lines, diff...)
	} else {
		lines = append(lines, ui.Line{Style: frame.Dim, Text: "only the layout of the JSON was changed"})
	}
	host.Confirm("send the edited "+r.String(), lines, func() tea.Cmd {
		return host.Do("re-drive "+r.String(), func(ctx context.Context) (string, error) {
			return driver.Redrive(ctx, r.Topic, r.Partition, r.Offset, after)
		})
	})
}

// draft writes a payload to a file of its own.
func draft(value []byte) (string, error) {
	f, err := os.CreateTemp("", "coldbrook-*.json")
	if err != nil {
		return "", err
	}
	_, err = f.Write(value)
	if e := f.Close(); err == nil {
		err = e
	}
	return f.Name(), err
}

// editor is the user's, with its arguments.
func editor() []string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if fields := strings.Fields(os.Getenv(name)); len(fields) > 0 {
			return fields
		}
	}
	return []string{"vi"}
}

// Save writes a record to a fixture.
func Save(c *ui.Context, r lineage.Record) tea.Cmd {
	driver := c.Driver
	return c.Do("save "+r.String(), func(ctx context.Context) (string, error) {
		return driver.SaveRecord(ctx, r.Topic, r.Partition, r.Offset)
	})
}

// Gone is why a payload cannot be shown.
const Gone = "its payload is not there any more: retention has removed it, or the journal was written without payloads"

// CopyMenu opens the menu of what can be copied of a record. story may be nil.
func CopyMenu(c *ui.Context, r lineage.Record, story *lineage.Story) tea.Cmd {
	m, there, _ := Message(c, r.Topic, r.Partition, r.Offset)
	payload, key, headers, tree := "", "", "", ""
	switch {
	case !there:
		payload = "it is being read: try again"
		key, headers = payload, payload
	case m == nil:
		payload, key, headers = Gone, Gone, Gone
	default:
		if m.Key == nil {
			key = "the record has none"
		}
		if len(m.Headers) == 0 {
			headers = "the record has none"
		}
	}
	if story == nil {
		tree = "l shows it first"
	}
	host, broker := c.Host, c.Driver.Info().Kafka
	c.Choose(ui.Menu{Title: "copy", Items: []ui.Item{
		{Key: "p", Label: "payload", Off: payload, Run: func() tea.Cmd { return host.Copy("the payload", string(m.Value)) }},
		{Key: "k", Label: "key", Off: key, Run: func() tea.Cmd { return host.Copy("the key", string(m.Key)) }},
		{Key: "h", Label: "headers", Off: headers, Run: func() tea.Cmd { return host.Copy("the headers", Headers(m)) }},
		{Key: "n", Label: "name " + r.String(), Run: func() tea.Cmd { return host.Copy("the name", r.String()) }},
		{Key: "l", Label: "lineage", Off: tree, Run: func() tea.Cmd { return host.Copy("the lineage", TreeText(Tree(story, ""))) }},
		{Key: "c", Label: "kcat command", Run: func() tea.Cmd {
			return host.Copy("the command", Kcat(broker, r.Topic, r.Partition, r.Offset))
		}},
	}})
	return nil
}
