package tui

import (
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// recordingLine is what is to be recorded, as it is typed and as coldbrook record takes it:
//
//	TOPIC... -o FILE [--from TIME] [--to TIME] [--filter FILTER]
//
// The filter goes to the end of the line. --from and --to are world times of a finished run.
type recordingLine struct {
	spec ui.RecordingSpec
	past bool // it is of a finished run

	text    []rune
	mistake string
	at      int
}

// flags of the line, each with one value up to the next.
var recordingFlags = []string{"-o", "--from", "--to", "--filter"}

// parseRecording reads a line. mistake is what is wrong with it, at the rune at, -1 for none
// in particular.
func parseRecording(text string, past bool) (spec ui.RecordingSpec, mistake string, at int) {
	l := &recordingLine{past: past, text: []rune(text), at: -1}
	seen := []string{}
	for i := 0; i < len(l.text) && l.mistake == ""; {
		word, from, next := l.word(i)
		switch i = next; {
		case word == "":
		case slices.Contains(seen, word):
			l.wrong(word+" is there twice", from)
		case slices.Contains(recordingFlags, word):
			seen = append(seen, word)
			i = l.flag(word, next)
		case strings.HasPrefix(word, "-"):
			l.wrong(word+" is none of "+strings.Join(recordingFlags, ", "), from)
		case len(seen) > 0:
			l.wrong("topics stand before "+seen[0], from)
		default:
			l.topic(word, from)
		}
	}
	switch {
	case l.mistake != "":
	case len(l.spec.Topics) == 0:
		l.wrong("which topics? TOPIC... -o FILE", -1)
	case l.spec.File == "":
		l.wrong("into which file? -o FILE", -1)
	case l.spec.To != 0 && l.spec.From > l.spec.To:
		l.wrong("--from is behind --to", -1)
	}
	return l.spec, l.mistake, l.at
}

func (l *recordingLine) wrong(mistake string, at int) { l.mistake, l.at = mistake, at }

// word is the word that begins at a rune or behind the blanks there, with where it begins and
// where it ends.
func (l *recordingLine) word(at int) (word string, from, next int) {
	for at < len(l.text) && l.text[at] == ' ' {
		at++
	}
	for next = at; next < len(l.text) && l.text[next] != ' '; next++ {
	}
	return string(l.text[at:next]), at, next
}

func (l *recordingLine) topic(name string, at int) {
	if slices.Contains(l.spec.Topics, name) {
		l.wrong("topic "+name+" is there twice", at)
		return
	}
	l.spec.Topics = append(l.spec.Topics, name)
}

// flag takes the value of a flag, and returns where it ends.
func (l *recordingLine) flag(name string, at int) int {
	end := len(l.text)
	for i := at; i < len(l.text) && name != "--filter"; {
		word, from, next := l.word(i)
		if slices.Contains(recordingFlags, word) {
			end = from
			break
		}
		i = next
	}
	_, from, _ := l.word(at)
	value := strings.TrimSpace(string(l.text[at:end]))
	switch {
	case value == "":
		l.wrong(name+" of what?", -1)
	case name == "-o":
		l.spec.File = value
	case name == "--filter":
		l.filter(value, from)
	case !l.past:
		l.wrong(name+" is for a run that is over: this one is recorded from now on", from)
	default:
		l.time(name, value, from)
	}
	return end
}

func (l *recordingLine) filter(text string, at int) {
	if mistake, column := checkRecordFilter(text); mistake != "" {
		l.wrong(mistake, at+max(column, 0))
		return
	}
	l.spec.Filter = text
}

// checkRecordFilter says what is wrong with a filter of records; "" if nothing is.
func checkRecordFilter(text string) (mistake string, at int) {
	q, err := query.Parse(text)
	if err == nil {
		err = q.Check("a record", func(f *query.Field, _ bool) bool { return f != nil && f.Of != query.OfEntry })
	}
	return mistakeOf(err)
}

func (l *recordingLine) time(name, text string, at int) {
	t, err := parseTime(text)
	switch {
	case err != nil:
		l.wrong(err.Error(), at)
	case name == "--from":
		l.spec.From = t
	default:
		l.spec.To = t + 1e6 - 1 // times are shown in milliseconds
	}
}
