package emulator

import (
	"errors"
	"fmt"

	"github.com/coldbrook-dev/coldbrook/emulator/filter"
)

// Values of Event.FilterNulls and Event.CommitFiltered; the first is the default.
var (
	filterNulls    = []string{"pass", "drop"}
	commitFiltered = []string{"poll", "batch"}
)

// filters checks the filters of an event.
func (v *validation) filters(path string, e *Event) {
	if n := len(e.Filters); n > filter.MaxFilters {
		v.add(Path(path, "filters"), showCount(n), fmt.Sprintf("%d filters are over the limit of %d", n, filter.MaxFilters),
			"a pattern can have alternatives, too: lists, $or")
	}
	for i, pattern := range e.Filters {
		_, err := filter.Compile(pattern)
		at := fmt.Sprintf("%s[%d]", Path(path, "filters"), i)
		if wrong, ok := errors.AsType[*filter.Error](err); ok {
			if wrong.Place != "" {
				at += "." + wrong.Place
			}
			v.add(at, pattern, wrong.Message, "")
		}
	}
	v.oneOf(Path(path, "filterNulls"), e.FilterNulls, filterNulls)
	v.oneOf(Path(path, "commitFiltered"), e.CommitFiltered, commitFiltered)
}

// filterSet compiles the filters of an event, which are valid; nil if there are
// none.
func (e *Event) filterSet() *filter.Set {
	if len(e.Filters) == 0 {
		return nil
	}
	s := &filter.Set{DropNull: e.FilterNulls == filterNulls[1]}
	for _, pattern := range e.Filters {
		if f, err := filter.Compile(pattern); err == nil {
			s.Filters = append(s.Filters, f)
		}
	}
	return s
}

// filters warns of filters that AWS may refuse.
func (w *warnings) filters(path string, e *Event) {
	at := Path(path, "filters")
	if n := len(e.Filters); n > filter.QuotaFilters {
		w.add(at, fmt.Sprintf("AWS takes %d filters, and %d of an account whose quota was raised", filter.QuotaFilters, filter.MaxFilters))
	}
	if set := e.filterSet(); set != nil {
		for i, f := range set.Filters {
			for _, line := range f.Warnings() {
				w.lines = append(w.lines, fmt.Sprintf("%s[%d].%s", at, i, line))
			}
		}
	}
}
