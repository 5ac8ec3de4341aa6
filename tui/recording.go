package tui

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// recordKey begins a recording or ends the one that goes on.
func (m *Model) recordKey() ui.Key {
	return ui.Key{Keys: []string{"ctrl+r"}, ID: "record", Label: "record", Run: m.record,
		Help: "record topics into a fixture from now on, or end that; of a finished run, write what is shown"}
}

func (m *Model) record(c *ui.Context, _ string) tea.Cmd {
	driver, past := c.Driver, c.Mode == ui.Finished
	if driver.Recording().Active {
		return m.Do("end the recording", func(ctx context.Context) (string, error) { return "", driver.EndRecording(ctx) })
	}
	title, line := m.proposeRecording(c, past)
	m.Ask(ui.Prompt{
		Title: title, Value: line,
		Hint:     "TOPIC... -o FILE: Enter begins, and Ctrl-R ends it",
		Check:    func(text string) (string, int) { _, mistake, at := parseRecording(text, past); return mistake, at },
		Complete: completeTopics(c),
		History:  m.history["record"],
		Done: func(text string) tea.Cmd {
			spec, mistake, _ := parseRecording(text, past)
			if mistake != "" {
				return nil
			}
			return m.Do("record", func(ctx context.Context) (string, error) {
				return "", driver.Record(ctx, spec) // what goes on stands in the first row
			})
		},
	})
	return nil
}

// proposeRecording is the line that the prompt begins with, and its title: the topics of what
// is in view, a file for them, and of a finished run the time and the filter that are shown.
func (m *Model) proposeRecording(c *ui.Context, past bool) (title, line string) {
	title = "record"
	topics := m.shownTopics(c)
	name := "recording"
	if len(topics) == 1 {
		name = topics[0]
	}
	line = strings.Join(append(topics, "-o", "fixtures/"+name+"-"+time.Now().Format("150405")+".jsonl"), " ")
	if !past {
		return title, line
	}
	from, to := int64(0), c.View.Now
	if w, ok := m.screen().(ui.Windowed); ok {
		from, to = w.Window(c)
	}
	if from > 0 {
		line += " --from " + frame.Clock(from)
	}
	if to < m.options.Past.end {
		line += " --to " + frame.Clock(to)
	}
	if c.Filter == "" {
		return title, line
	}
	if mistake, _ := checkRecordFilter(c.Filter); mistake != "" {
		return title + " (without the filter)", line // which asks for what records do not say
	}
	return title, line + " --filter " + c.Filter
}

// topicTerm finds the topics that a filter names.
var topicTerm = regexp.MustCompile(`(^|[ (&|])topic="?([\w.-]+)`)

// shownTopics are those of the filter, else those of what is selected, else all that the run
// is fed through.
func (m *Model) shownTopics(c *ui.Context) []string {
	var topics []string
	for _, found := range topicTerm.FindAllStringSubmatch(c.Filter, -1) {
		if name := found[2]; c.View.Flow.Topic(name) != nil && !slices.Contains(topics, name) {
			topics = append(topics, name)
		}
	}
	if s, ok := m.screen().(ui.Topical); ok && len(topics) == 0 {
		topics = slices.Clone(s.Topics(c))
	}
	if len(topics) == 0 {
		topics = c.View.Flow.Sources()
	}
	return topics
}

// completeTopics completes the names of topics.
func completeTopics(c *ui.Context) func(string, int) []string {
	var names []string
	for _, t := range c.View.Flow.Topics {
		names = append(names, t.Name)
	}
	return func(text string, at int) []string {
		before := string([]rune(text)[:at])
		word := before[strings.LastIndexByte(before, ' ')+1:]
		if word == "" || strings.Contains(before, " -") {
			return nil
		}
		return completed("", "", word, names)
	}
}

// tellRecording says what came of a recording that has ended since, however it did.
func (m *Model) tellRecording() {
	r := m.options.Driver.Recording()
	if r.Active || r.Number <= m.toldRecording {
		return
	}
	m.toldRecording = r.Number
	m.finished(done{what: "record", text: r.Said, err: r.Err})
}

// recordingItem is what the first row says of the recording that goes on.
func (m *Model) recordingItem(short bool) []item {
	r := m.options.Driver.Recording()
	if !r.Active {
		return nil
	}
	text := "● REC " + frame.Grouped(uint64(r.Records))
	if short {
		text = "● REC " + frame.Count(r.Records)
	}
	if m.options.Past != nil {
		text += " " + strconv.Itoa(r.Percent) + "%"
	}
	return []item{{frame.Busy | frame.Bold, text, 0}}
}
