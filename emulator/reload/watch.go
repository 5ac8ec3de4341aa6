package reload

import (
	"context"
	"time"
)

// Root is a folder that is watched for somebody, or some files.
type Root struct {
	// Owner is whose it is; several roots may have the same one, and one folder several
	// owners.
	Owner string
	// Dir is the folder, with all below. Files are watched instead if it is empty.
	Dir   string
	Files []string
	// Include and Exclude are patterns as in a .gitignore file, relative to Dir: see
	// emulator.Watch.
	Include, Exclude []string
	// OnlyInclude watches nothing in Dir but what Include names.
	OnlyInclude bool
	// Shallow watches the files in Dir, and no folder below.
	Shallow bool
}

// Change is what was changed, taken as one.
type Change struct {
	// Owners are those whose files are among them, sorted, and Files the files of each,
	// sorted; of very many only the first.
	Owners []string
	Files  map[string][]string
	// First is when the first of them was seen, Settled when none had followed for as
	// long as the debounce is.
	First, Settled time.Time
}

// Watcher watches roots.
type Watcher struct {
	// Debounce is how long there must be no further change.
	Debounce time.Duration
	// Changed is called with each change, by one goroutine; Warn with what cannot be
	// watched, and what can be done about it.
	Changed func(Change)
	Warn    func(string)
}

// Run watches until ctx ends.
func (w *Watcher) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Watch sets what is watched from now on. It returns when a change of any of it is seen.
func (w *Watcher) Watch(roots []Root) error { return nil }
