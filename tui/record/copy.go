package record

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// Kcat is the command that prints a record with kcat from a broker.
func Kcat(broker, topic string, partition int32, offset int64) string {
	if broker == "" {
		broker = "BROKER"
	}
	return "kcat -b " + broker + " -C -t " + topic + " -p " + strconv.Itoa(int(partition)) + " -o " + strconv.FormatInt(offset, 10) + " -c 1"
}

// Headers are the headers of a record, a line each.
func Headers(m *journal.Message) string {
	var lines []string
	for _, h := range m.Headers {
		lines = append(lines, h.Key+": "+string(h.Value))
	}
	return strings.Join(lines, "\n")
}

// TreeText is a story as text.
func TreeText(lines []Line) string {
	var b strings.Builder
	for i := range lines {
		l := &lines[i]
		parts := []string{l.Prefix + l.Name, l.Text}
		if l.Spent != "" {
			parts = append(parts, l.Spent)
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, "  "), " ") + "\n")
	}
	return b.String()
}
