package tui

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// mistakeOf is what a prompt says of an error of the filter language.
func mistakeOf(err error) (string, int) {
	if err == nil {
		return "", -1
	}
	if e, ok := errors.AsType[*query.Error](err); ok {
		text := e.Error()
		if e.Advice != "" {
			text += "; " + e.Advice
		}
		return text, e.Column - 1
	}
	return err.Error(), -1
}

// completeFilter completes fields, predicates and values that were seen.
func completeFilter(c *ui.Context) func(string, int) []string {
	var values = map[string][]string{}
	for _, f := range c.View.Flow.Functions {
		values["fn"] = append(values["fn"], f.Name)
	}
	for _, t := range c.View.Flow.Topics {
		values["topic"] = append(values["topic"], t.Name)
		for p := len(values["p"]); p < len(t.Partitions); p++ {
			values["p"] = append(values["p"], strconv.Itoa(p))
		}
	}
	return func(text string, at int) []string {
		runes := []rune(text)
		from := at
		for from > 0 && !strings.ContainsRune(" ()&|!", runes[from-1]) {
			from--
		}
		before, word := wordStart(runes, from), string(runes[from:at])
		if field, value, ok := strings.Cut(word, "="); ok {
			return completed(before, field+"=", value, values[field])
		}
		var names []string
		for _, f := range query.Fields() {
			names = append(names, f.Name+"=")
		}
		for _, p := range query.Predicates() {
			names = append(names, p.Name)
		}
		slices.Sort(names)
		return completed(before, "", word, names)
	}
}

// wordStart is what stands, without a space, before a word that is completed: "(" or "!".
func wordStart(runes []rune, from int) string {
	begin := from
	for begin > 0 && runes[begin-1] != ' ' {
		begin--
	}
	return string(runes[begin:from])
}

func completed(before, field, begin string, of []string) []string {
	var all []string
	for _, v := range of {
		if strings.HasPrefix(v, begin) {
			all = append(all, before+field+v)
		}
	}
	return all
}
