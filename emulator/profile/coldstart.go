package profile

// coldStartRow is the Init Duration of a runtime on an architecture.
type coldStartRow struct {
	runtime, architecture string
	microseconds          [points]int32
}

// ColdStart returns how long the init of a function with this runtime takes on
// AWS (Init Duration of the REPORT line, package type zip), or nil if there is no
// measurement. The caller owns the table.
func ColdStart(runtime, architecture string) *Quantiles {
	for i := range coldStarts {
		row := &coldStarts[i]
		if row.runtime != runtime || row.architecture != architecture {
			continue
		}
		q := &Quantiles{P: probabilities(), Value: make([]int64, points)}
		for j, us := range row.microseconds {
			q.Value[j] = int64(us) * 1000
		}
		return q
	}
	return nil
}

// runtimes returns the runtimes with a measurement, in the order of the table.
func runtimes() []string {
	var names []string
	for i := range coldStarts {
		if n := coldStarts[i].runtime; len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return names
}
