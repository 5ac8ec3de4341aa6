package reload

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Root is a folder that is watched for somebody, or some files.
type Root struct {
	// Owner is whose it is; several roots may have the same one, and one folder several
	// owners.
	//
	// If a root of another owner, not a Shallow one, lies below Dir, what is in it
	// belongs to that one alone, as if it were ignored here: a shared folder does not
	// reload all functions. An Include, or a root of its own, takes it in.
	Owner string
	// Dir is the folder, with all below. Files are watched instead if it is empty. It need
	// not be there yet.
	//
	// Not watched in it are what git ignores (.gitignore in it, below it and above it up to
	// the repository's folder, and .git/info/exclude), folders of version control and of
	// dependencies, caches, log files and the temporary files of editors. If git ignores
	// Dir itself, what lies above it does not count: it was named as code. A folder that a
	// symbolic link leads to is watched too, once.
	Dir   string
	Files []string
	// Include and Exclude are patterns as in a .gitignore file, relative to Dir. Include
	// names what would be ignored. One that begins with names without wildcards leads
	// into that folder, though it is ignored or elsewhere (node_modules/mine/**,
	// ../shared/**), and there all rules begin anew; ".." can be at the beginning only.
	// Exclude wins over it.
	Include, Exclude []string
	// OnlyInclude watches nothing in Dir but what Include names.
	OnlyInclude bool
	// Shallow watches the files in Dir, and no folder below.
	Shallow bool
}

// Change is what was changed, taken as one: files whose text is another than it
// was, that are new or that are gone. A save that changes nothing, and a new mode
// or time of a file, are no change.
type Change struct {
	// Owners are those whose files are among them, sorted, and Files the files of each,
	// sorted; of very many only the first 100. Their names begin as Dir does, made absolute.
	Owners []string
	Files  map[string][]string
	// First is when the first of them was seen, Settled when none had followed for as
	// long as the debounce is.
	First, Settled time.Time
}

// Watcher watches roots. Its fields must not be changed after Run or Watch was called.
type Watcher struct {
	// Debounce is how long there must be no further change. Default: 20 ms.
	//
	// It is waited for longer, though not beyond a second after the first change (or twice
	// the debounce), while a file is gone or empty that was not, as editors leave it between
	// two steps: at most 4 times the debounce; while a file of more than 1 MiB that was just
	// taken has grown: 10 times the debounce; and while git is at work (index.lock): until it
	// is done, has written nothing for a second, or 10 s have gone.
	Debounce time.Duration
	// Changed is called with each change, by one goroutine. While it does not return,
	// further changes become one. It may call Watch.
	Changed func(Change)
	// Touched is called at once with an owner when the first sign is seen that a file of
	// theirs may be another, before the debounce: Changed follows, or Unchanged if nothing
	// is another after all. The goroutine that watches calls both, so they must not wait for
	// anything, nor call Watch. After a change of which Changed has not returned yet, there
	// is no call of Unchanged. Both may be nil.
	Touched, Unchanged func(owner string)
	// Warn is called by the goroutine that calls Changed with what cannot be watched, and what can be
	// done about it, once for each.
	Warn func(string)

	// tamper stands for the system's watches in tests, most for maxFolders.
	tamper func(folder string) error
	most   int

	once     sync.Once
	requests chan request
	ended    chan struct{} // closed when Run returns
}

// ErrEnded is what Watch returns after Run has.
var ErrEnded = errors.New("watch: the watcher has ended")

// request is a call of Watch or of SetDebounce.
type request struct {
	debounce time.Duration // of SetDebounce; else 0
	roots    []*Root
	rules    []*rules
	taken    chan struct{} // closed when they are watched
}

func (w *Watcher) prepare() {
	w.requests, w.ended = make(chan request), make(chan struct{})
}

// Run watches until ctx ends, and returns nil then, when Changed and Warn have
// returned. It can be called once. It returns a *LimitError if the system lets
// nothing be watched.
func (w *Watcher) Run(ctx context.Context) error {
	w.once.Do(w.prepare)
	defer close(w.ended)
	l, err := newLoop(w)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var delivery sync.WaitGroup
	delivery.Go(func() { l.post.deliver(ctx, w) })
	l.run(ctx, w.requests)
	cancel()
	l.close()
	delivery.Wait()
	return nil
}

// Watch sets what is watched from now on, in place of what was. It returns when a
// change of any of it is seen; files that nobody watched before are taken as they
// are then. It waits until Run has been called, and returns ErrEnded when that has, and
// an error that names it if a pattern cannot be one; then nothing is other than before.
// It is safe for concurrent use.
func (w *Watcher) Watch(roots []Root) error {
	w.once.Do(w.prepare)
	r := request{taken: make(chan struct{})}
	for _, root := range roots {
		rules, err := readRules(&root)
		if err != nil {
			return err
		}
		r.roots, r.rules = append(r.roots, &root), append(r.rules, rules)
	}
	return w.ask(r)
}

// SetDebounce sets another Debounce, which counts at once, also for what has been seen
// already. It waits until Run has been called, and returns ErrEnded when that has. It is
// safe for concurrent use.
func (w *Watcher) SetDebounce(d time.Duration) error {
	w.once.Do(w.prepare)
	if d <= 0 {
		d = defaultDebounce
	}
	return w.ask(request{debounce: d, taken: make(chan struct{})})
}

// ask has Run see to a request.
func (w *Watcher) ask(r request) error {
	select {
	case w.requests <- r:
	case <-w.ended:
		return ErrEnded
	}
	select {
	case <-r.taken:
		return nil
	case <-w.ended:
		return ErrEnded
	}
}
