package faults

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// firstSpec is what is offered to be typed for a kind of fault: those that need a delay have
// one.
var firstSpec = map[string]string{"crash": "p=0.05", "throttle": "p=0.2", "slow": "delay=1s p=0.1", "rebalance": "", brokerDown: "delay=5s"}

// specWords are the words that a kind of fault takes.
func specWords(kind string) []string {
	words := []string{"p=0.05", "for=30s", "times=3"}
	switch kind {
	case "crash":
		return append(words, "after-handler")
	case "throttle", "slow", brokerDown:
		return append(words, "delay=200ms")
	}
	return words
}

// specMistake is what is wrong with a text that says when a fault fires, and at which rune.
type specMistake struct {
	text string
	at   int
}

func (m *specMistake) Error() string { return m.text }

// parseSpec reads when and how a fault fires: "p=0.05 delay=200ms for=30s times=3", in any
// order; crash also takes after-handler. Nothing is every time, for ever.
func parseSpec(kind, text string) (ui.FaultSpec, *specMistake) {
	f := ui.FaultSpec{Kind: kind}
	seen := map[string]bool{}
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		from := at
		at += len([]rune(word)) + 1
		if word == "" {
			continue
		}
		name, value, _ := strings.Cut(word, "=")
		mistake := ""
		if seen[name] {
			mistake = name + " stands there twice"
		} else {
			mistake = setSpec(&f, name, value, word)
		}
		if mistake != "" {
			return f, &specMistake{mistake, from}
		}
		seen[name] = true
	}
	if (kind == "slow" || kind == brokerDown) && f.Delay == 0 {
		return f, &specMistake{kind + " needs a delay, such as delay=2s", -1}
	}
	return f, nil
}

// setSpec takes one word, and says what is wrong with it.
func setSpec(f *ui.FaultSpec, name, value, word string) (mistake string) {
	allowed := slices.ContainsFunc(specWords(f.Kind), func(w string) bool { return w == name || strings.HasPrefix(w, name+"=") })
	if !allowed {
		return fmt.Sprintf("%q: %s takes %s", word, f.Kind, strings.Join(specWords(f.Kind), " "))
	}
	switch name {
	case "p":
		p, err := strconv.ParseFloat(value, 64)
		if err != nil || !(p >= 1e-6 && p <= 1) { // so NaN is none
			return fmt.Sprintf("%q: a probability is within 0.000001 and 1", word)
		}
		f.Probability = p
	case "times":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 1e9 {
			return fmt.Sprintf("%q: it fires once at least, times=1", word)
		}
		f.Times = n
	case "after-handler":
		if value != "" || strings.Contains(word, "=") {
			return fmt.Sprintf("%q: after-handler has no value", word)
		}
		f.AfterHandler = true
	default:
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Sprintf("%q: a duration above 0, such as %s=30s", word, name)
		}
		if name == "for" {
			f.For = d
		} else {
			f.Delay = d
		}
	}
	return ""
}

// formatSpec writes what parseSpec reads.
func formatSpec(f *ui.FaultSpec) string {
	var words []string
	if f.Delay > 0 {
		words = append(words, "delay="+formatDuration(int64(f.Delay)))
	}
	if f.Probability > 0 {
		words = append(words, "p="+strconv.FormatFloat(f.Probability, 'f', -1, 64))
	}
	if f.For > 0 {
		words = append(words, "for="+formatDuration(int64(f.For)))
	}
	if f.Times > 0 {
		words = append(words, "times="+strconv.Itoa(f.Times))
	}
	if f.AfterHandler {
		words = append(words, "after-handler")
	}
	return strings.Join(words, " ")
}

// completeSpec returns what could stand in place of the word before the cursor.
func completeSpec(kind, text string, at int) []string {
	before := string([]rune(text)[:min(max(at, 0), len([]rune(text)))])
	word := before[strings.LastIndexByte(before, ' ')+1:]
	var all []string
	for _, w := range specWords(kind) {
		name, _, _ := strings.Cut(w, "=")
		if strings.HasPrefix(w, word) && (!strings.Contains(" "+text, " "+name+"=") || strings.HasPrefix(word, name)) {
			all = append(all, w)
		}
	}
	return all
}
