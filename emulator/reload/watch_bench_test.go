package reload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// BenchmarkSaveToChange is from a save to the call of Changed, less the debounce,
// in milliseconds: the median. BenchmarkSaveToEvent is the floor: from the same
// save to the first event of a bare fsnotify watcher.
func BenchmarkSaveToChange(b *testing.B) {
	for _, files := range []int{10, 1000} {
		b.Run(fmt.Sprint(files, " files"), func(b *testing.B) {
			dir := b.TempDir()
			for i := range files {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".js")), make([]byte, 4000), 0o644); err != nil {
					b.Fatal(err)
				}
			}
			called := make(chan time.Time, 1)
			w := &Watcher{Changed: func(Change) { called <- time.Now() }}
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan error)
			go func() { ended <- w.Run(ctx) }()
			if err := w.Watch([]Root{{Owner: "ship", Dir: dir}}); err != nil {
				b.Fatal(err)
			}
			saves(b, filepath.Join(dir, "0.js"), defaultDebounce, func() time.Time { return <-called })
			cancel()
			<-ended
		})
	}
}

func BenchmarkSaveToEvent(b *testing.B) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	dir := b.TempDir()
	if err := w.Add(dir); err != nil {
		b.Fatal(err)
	}
	saves(b, filepath.Join(dir, "0.js"), 0, func() time.Time {
		<-w.Events
		seen := time.Now()
		for { // the others of the same save
			select {
			case <-w.Events:
			case <-time.After(5 * time.Millisecond):
				return seen
			}
		}
	})
}

// saves saves a file b.N times, and reports the median of what each takes until
// it is seen, less what is waited for on purpose.
func saves(b *testing.B, path string, less time.Duration, seen func() time.Time) {
	var took []time.Duration
	for i := range b.N {
		begun := time.Now()
		if err := os.WriteFile(path, fmt.Appendf(nil, "exports.x = %d", i), 0o644); err != nil {
			b.Fatal(err)
		}
		took = append(took, seen().Sub(begun)-less)
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "ms-p50")
}

// BenchmarkWatch is how long Watch takes for a folder that is new to it.
func BenchmarkWatch(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		folder := filepath.Join(dir, fmt.Sprint(i%50))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".js")), make([]byte, 4000), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	w := &Watcher{}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	for b.Loop() {
		for _, roots := range [][]Root{nil, {{Owner: "ship", Dir: dir}}} {
			if err := w.Watch(roots); err != nil {
				b.Fatal(err)
			}
		}
	}
	cancel()
	<-ended
}
