package store

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// AttentionKind is what a line of attention is about. A lower one is worse.
type AttentionKind int

// The kinds, worst first.
const (
	AttentionLost       AttentionKind = iota // records that nobody will handle any more
	AttentionExpired                         // records that retention removed first
	AttentionBroken                          // code that does not build or start
	AttentionOrder                           // records handled out of order
	AttentionDeadLetter                      // records in the on-failure topic
	AttentionProcess                         // a process that keeps dying
	AttentionHeld                            // batches that wait for another revision
	AttentionTimeout                         // invocations that ran into their timeout
	AttentionFailure                         // invocations that failed
	AttentionOpen                            // records not handled when the run ended, or committed too early
	AttentionThrottle                        // a limit that was reached
	AttentionDuplicate                       // records handled more than once
	AttentionRoom                            // environments that this machine had no room for
	AttentionCold                            // cold starts
	AttentionReload                          // a new revision
	AttentionMissed                          // entries that the view was not given

	attentionKinds
)

// attentionWords are the sign and the word of each kind.
var attentionWords = [attentionKinds][2]string{
	AttentionLost: {"✗", "lost"}, AttentionExpired: {"✗", "expired"}, AttentionBroken: {"✗", "broken"}, AttentionOrder: {"⇅", "order"},
	AttentionDeadLetter: {"D", "dlq"}, AttentionProcess: {"✗", "process"}, AttentionHeld: {"H", "held"}, AttentionTimeout: {"T", "timeout"},
	AttentionFailure: {"✗", "error"}, AttentionOpen: {"O", "open"}, AttentionThrottle: {"!", "thrtl"}, AttentionDuplicate: {"2", "twice"},
	AttentionRoom: {"M", "machine"}, AttentionCold: {"C", "cold"}, AttentionReload: {"R", "reload"}, AttentionMissed: {"?", "missed"},
}

// Sign is one column that stands for the kind, Word at most seven.
func (k AttentionKind) Sign() string { return attentionWords[k][0] }

// Word is the kind in a word.
func (k AttentionKind) Word() string { return attentionWords[k][1] }

// Place is the screen that shows the evidence of a line.
type Place int

// The places.
const (
	PlaceEvents Place = iota
	PlaceOrdering
	PlaceFunctions
	PlaceLogs
)

// Attention is a line about something that is not as it should be.
type Attention struct {
	Kind AttentionKind
	// Name is the function, process, or topic that it is about; "" for the run.
	Name string
	Text string
	// Place is where more is to be seen, at what is named below; Filter is in the language
	// of emulator/query, "" to leave the filter as it is.
	Place       Place
	Filter      string
	Function    string
	Mapping     string
	Topic       string // with Partition and Offset
	Partition   int32
	Offset      int64
	Environment uint32
	Invocation  uint64
	At          int64 // world time of the newest; 0 if that is not known
}

// Attentions returns what is not as it should be: worst first, one line for each kind and
// function, in an order that changes only where a line comes or goes. What is counted is
// counted since the start of the run, but where the line says of which time it is. byKey is
// the report on order within keys, nil for none.
func (v *View) Attentions(byKey *order.Report) []Attention {
	var all []Attention
	if byKey != nil {
		all = orderAttention(all, byKey)
	}
	if why := v.Flow.ConfigBroken; why != "" {
		all = append(all, Attention{Kind: AttentionBroken, Name: "config", Place: PlaceLogs, At: v.Flow.configBrokenAt,
			Text: "coldbrook.yaml has mistakes, what it said before counts: " + oneLine(why)})
	}
	for _, m := range v.Flow.Mappings {
		all = m.attention(all)
	}
	for _, d := range v.Flow.Functions {
		all = d.attention(all, v.Now)
	}
	for _, p := range v.Flow.Processes {
		all = p.attention(all, v.Now)
	}
	if v.Missed > 0 {
		all = append(all, Attention{Kind: AttentionMissed, Place: PlaceLogs, Text: counted(v.Missed, "entry") + " came faster than this view could take: what they told is in no number"})
	}
	slices.SortStableFunc(all, func(a, b Attention) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// at fills in where an incident was.
func (a Attention) at(i *Incident) Attention {
	a.Topic, a.Partition, a.Offset, a.Environment, a.Invocation, a.At = i.Topic, i.Partition, i.Offset, i.Environment, i.Invocation, i.At
	return a
}

// attention is about a mapping.
func (m *Mapping) attention(all []Attention) []Attention {
	if m.Expired > 0 {
		all = append(all, Attention{Kind: AttentionExpired, Name: m.Name, Function: m.Function, Mapping: m.Name,
			Filter: "mapping=" + quoted(m.Name) + " lost",
			Text:   records(m.Expired) + " removed by retention before " + m.Function + " had them, newest " + placeOf(&m.Newest)}.at(&m.Newest))
	}
	return all
}

// keepsDying is how often a process must have failed in a minute for a line of its own
// while it runs.
const keepsDying = 2

// attention is about a process.
func (p *Process) attention(all []Attention, now int64) []Attention {
	often := p.LastExits.Sum(now)
	if often < keepsDying && (p.Running || p.Exits == 0 || p.Again == 0 && p.Failed == 0) {
		return all
	}
	text := "ended: " + oneLine(p.Reason)
	switch {
	case p.Again > 0 && !p.Running:
		text += ", is started again after " + durationText(p.Again)
	case p.Running:
		text += ", runs again"
	}
	if often > 1 {
		text += "; " + strconv.FormatInt(often, 10) + " times in the last minute"
	}
	return append(all, Attention{Kind: AttentionProcess, Name: p.Name, Place: PlaceLogs, Filter: "process=" + quoted(p.Name), At: p.ExitedAt, Text: text})
}

// FilterOf is the query for a field that is a name.
func FilterOf(field, name string) string { return field + "=" + quoted(name) }

// quoted is a name as a query takes it.
func quoted(name string) string {
	for _, r := range name {
		if r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return strconv.Quote(name)
		}
	}
	return name
}

// placeOf is where an incident was: "orders/3@17".
func placeOf(i *Incident) string {
	return i.Topic + "/" + strconv.Itoa(int(i.Partition)) + "@" + strconv.FormatInt(i.Offset, 10)
}

// oneLine is a text without its line breaks.
func oneLine(text string) string {
	first, rest, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more && strings.TrimSpace(rest) != "" {
		return strings.TrimRight(first, ": \r\t") + ": " + oneLine(rest)
	}
	return strings.TrimRight(first, "\r")
}

func counted(n uint64, what string) string {
	text := strconv.FormatUint(n, 10) + " " + what
	if n == 1 {
		return text
	}
	if rest, ok := strings.CutSuffix(text, "ry"); ok {
		return rest + "ries"
	}
	return text + "s"
}

func records(n uint64) string { return counted(n, "record") }

func durationText(ns int64) string { return journal.Duration(ns) }
