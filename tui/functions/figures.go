package functions

import (
	"context"
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// figures are the numbers of the table, as they were at the last quarter of a second.
type figures struct {
	quarter int64  // of a second of world time, which they are of
	entries uint64 // of a view that stands
	mode    ui.Mode
	isMade  bool
	rows    []figureRow
}

// figureRow is the numbers of a function.
type figureRow struct {
	name  string
	limit int // reserved concurrency, -1 for none
	text  [columnCount]string
	style [columnCount]frame.Style
}

// refresh makes them anew, if it is time.
func (f *figures) refresh(c *ui.Context) {
	v := c.View
	quarter, entries := v.Now/250e6, uint64(0)
	if c.Mode != ui.Live || v.Ended {
		entries = v.Entries
	}
	if f.isMade && quarter == f.quarter && entries == f.entries && c.Mode == f.mode && len(f.rows) == len(v.Flow.Functions) {
		return
	}
	f.isMade, f.quarter, f.entries, f.mode = true, quarter, entries, c.Mode
	f.rows = f.rows[:0]
	limits := liveLimits(c)
	for _, d := range v.Flow.Functions {
		row := figureRow{name: d.Name, limit: d.Limit}
		if n, ok := limits[d.Name]; ok && described(c, d.Name) == nil {
			row.limit = n
		}
		fillRow(&row, c, d)
		f.rows = append(f.rows, row)
	}
}

// limit is the reserved concurrency of a function, -1 for none.
func (f *figures) limit(name string) int {
	for i := range f.rows {
		if f.rows[i].name == name {
			return f.rows[i].limit
		}
	}
	return -1
}

// described is what the description of the run says of a function, nil if it was added
// later.
func described(c *ui.Context, name string) *journal.DescribedFunction {
	for i := range c.View.Of.Functions {
		if c.View.Of.Functions[i].Name == name {
			return &c.View.Of.Functions[i]
		}
	}
	return nil
}

// liveLimits are the reserved concurrencies as they are now, where that can be asked: no
// entry tells those of a function that was added later.
func liveLimits(c *ui.Context) map[string]int {
	if c.Mode == ui.Finished || c.Host == nil {
		return nil
	}
	driver := c.Driver
	value, _ := c.Load("state functions.limits", func(ctx context.Context) (any, error) {
		settings, err := driver.Settings(ctx)
		return limitsOf(settings), err
	})
	limits, _ := value.(map[string]int)
	return limits
}

func limitsOf(settings []ui.Setting) map[string]int {
	limits := map[string]int{}
	for _, s := range settings {
		if s.Function == "" || !strings.HasSuffix(s.Path, ".reservedConcurrency") {
			continue
		}
		n, err := strconv.Atoi(s.Value)
		if err != nil {
			n = -1
		}
		limits[s.Function] = n
	}
	return limits
}

// fillRow writes the numbers of a function.
func fillRow(row *figureRow, c *ui.Context, d *store.Function) {
	now := c.View.Now
	put := func(i columnID, style frame.Style, text string) { row.style[i], row.text[i] = style, text }
	bad := func(i columnID, n int64, text string) {
		style := frame.Text
		if n > 0 {
			style = frame.Bad
		}
		put(i, style, text)
	}
	put(columnQueue, frame.Text, frame.Count(int64(d.Queue)))
	put(columnRate, frame.Text, frame.Count(d.Rate.Per(now)))
	put(columnP50, frame.Text, spanOrNone(d.Took.Quantile(now, 500)))
	put(columnP99, frame.Text, spanOrNone(d.Took.Quantile(now, 990)))
	put(columnCold, frame.Text, percent(d.ColdStarts, d.Invocations))
	bad(columnThrottles, d.ThrottleRate.Per(now), frame.Count(d.ThrottleRate.Per(now)))
	bad(columnErrors, int64(d.Failures), percent(d.Failures, d.Invocations))
	bad(columnTimeouts, int64(d.Timeouts), frame.Count(int64(d.Timeouts)))
	put(columnRetries, frame.Text, frame.Count(d.RetryRate.Per(now)))
	put(columnMemory, frame.Text, memory(c, d))
}

// memory is the most that an environment used, of what it has.
func memory(c *ui.Context, d *store.Function) string {
	text := "-"
	if f := c.View.Lanes.Of(d.Name); f != nil && f.Memory > 0 {
		text = strconv.FormatInt((f.Memory+1<<20-1)>>20, 10)
	}
	if of := described(c, d.Name); of != nil && of.Memory > 0 {
		text += "/" + strconv.FormatInt(of.Memory>>20, 10) + "M"
	}
	return text
}

func spanOrNone(ns int64) string {
	if ns == 0 {
		return "-"
	}
	return frame.Span(ns)
}

// percent is a share in at most four columns: -, 0, 0.02, 1.25, 12.5, 100.
func percent(n, of uint64) string {
	switch {
	case of == 0:
		return "-"
	case n == 0:
		return "0"
	case n >= of:
		return "100"
	}
	share := 100 * float64(n) / float64(of)
	if share < 9.995 {
		return strconv.FormatFloat(max(share, 0.01), 'f', 2, 64)
	}
	return strconv.FormatFloat(min(share, 99.9), 'f', 1, 64)
}
