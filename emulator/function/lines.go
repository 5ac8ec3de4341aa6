package function

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Nobody can be told of a line before the call is over in which it was printed,
// so no more than keptMost bytes are kept of one, lineCost for each line added.
const (
	keptMost = 16 << 20
	lineCost = 32
)

// lines keeps what is printed outside until somebody inside takes it. It is safe
// for concurrent use.
type lines struct {
	mu      sync.Mutex // guards all below
	kept    []printed
	size    int
	dropped int
	any     bool // there ever was one
}

type printed struct{ stream, text string }

// add keeps a line.
func (l *lines) add(stream, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.any = true
	if l.size += len(text) + lineCost; l.size > keptMost {
		l.dropped++
		return
	}
	l.kept = append(l.kept, printed{stream, text})
}

// hand hands on what was kept: stdout, then stderr, each in its order.
func (l *lines) hand(output func(stream, line string)) {
	kept, dropped := l.take()
	if output == nil {
		return
	}
	slices.SortStableFunc(kept, func(a, b printed) int { return cmp.Compare(b.stream, a.stream) })
	for _, line := range kept {
		output(line.stream, line.text)
	}
	if dropped > 0 {
		output("stderr", fmt.Sprintf("coldbrook: %d more lines were dropped: over %d MiB in one invocation", dropped, keptMost>>20))
	}
}

func (l *lines) take() (kept []printed, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, dropped = l.kept, l.dropped
	l.kept, l.size, l.dropped = nil, 0, 0
	return kept, dropped
}

// seen reports whether there ever was a line.
func (l *lines) seen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.any
}
