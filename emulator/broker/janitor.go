package broker

import (
	"fmt"
	"sync"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kfake"
)

// janitor keeps the log within its retention, and tells the user what kfake
// complains of. It is kfake's logger: kfake writes nothing to stderr.
type janitor struct {
	complaints chan string
	done       chan struct{}
	running    sync.WaitGroup
	once       sync.Once

	mu       sync.Mutex        // held by Retain; guards settings
	settings map[string]string // as last set
}

func (j *janitor) init() {
	j.complaints = make(chan string, 16)
	j.done = make(chan struct{})
}

// Logf is called by kfake's own goroutines, which must not wait: what does not
// fit is dropped.
func (j *janitor) Logf(level kfake.LogLevel, format string, args ...any) {
	if level > kfake.LogLevelWarn {
		return
	}
	select {
	case j.complaints <- fmt.Sprintf(format, args...):
	default:
	}
}

func (j *janitor) start(b *Broker) {
	j.running.Go(func() {
		tick := time.NewTicker(b.cfg.RetainEvery)
		defer tick.Stop()
		for {
			select {
			case <-j.done:
				return
			case text := <-j.complaints:
				b.notify(journal.Entry{Kind: journal.Warning, Text: "broker: " + text})
				continue
			case <-tick.C:
			case <-b.log.full:
			}
			if err := b.Retain(); err != nil && !b.isClosed() {
				b.notify(journal.Entry{Kind: journal.Warning, Text: err.Error()})
			}
		}
	})
}

// stop ends the janitor and waits for it. It is idempotent.
func (j *janitor) stop() {
	j.once.Do(func() { close(j.done) })
	j.running.Wait()
}
