package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// standingEvery is how often what stands is said again, in ns of the journal: once
// other lines have gone by, it may be out of sight.
const standingEvery = 10e9

// revisions is what plain output knows of the revisions of functions: which serves, and
// what is wrong with a newer one until it is mended.
type revisions struct {
	live     map[string]int32
	standing map[string]*standing
	// built are the functions of which a build has just failed: its message was printed.
	built map[string]bool
}

// standing is a revision that does not serve, until a newer one does.
type standing struct {
	text string
	said int64 // when it was said last
	past bool  // other lines were printed since
}

func newRevisions() revisions {
	return revisions{live: map[string]int32{}, standing: map[string]*standing{}, built: map[string]bool{}}
}

// note takes an entry in that is about revisions.
func (r *revisions) note(e *journal.Entry) {
	switch {
	case e.Function == "":
	case e.Kind == journal.BuildEnded:
		r.built[e.Function] = e.Outcome == journal.FunctionError
		if e.Revision == 0 && e.Outcome == journal.FunctionError {
			r.live[e.Function] = 0 // nothing serves yet
		}
	case e.Kind == journal.Reloaded && e.Outcome == journal.Succeeded:
		r.live[e.Function] = e.Revision
	}
}

// sentence is that of an entry Reloaded of a function, with what it means for the run.
func (r *revisions) sentence(e *journal.Entry) string {
	before := r.standing[e.Function]
	switch e.Outcome {
	case journal.Succeeded:
		delete(r.standing, e.Function)
		if before != nil {
			mended := *e
			mended.Reason = ""
			return join(mended.Sentence()+": mended", e.Reason)
		}
		return e.Sentence()
	case journal.FunctionError, journal.InitFailed:
		if e.Revision == 1 {
			r.live[e.Function] = 0
		}
		first, _, more := strings.Cut(e.Reason, "\n")
		what := "does not start"
		if e.Outcome == journal.FunctionError {
			what = "cannot be built"
			_, first, _ = strings.Cut(first, ": ") // the command
		}
		if more {
			first += " ..."
		}
		r.standing[e.Function] = &standing{said: e.At, text: fmt.Sprintf("%s: r%d %s (%s), %s", e.Function, e.Revision, what, first, r.serving(e.Function))}
		if e.Outcome == journal.FunctionError && r.built[e.Function] { // the compiler's lines stand above
			return fmt.Sprintf("%s r%d cannot be built, %s", e.Function, e.Revision, r.serving(e.Function))
		}
		return fmt.Sprintf("%s\n%s", e.Sentence(), r.serving(e.Function))
	}
	return e.Sentence()
}

// join is a sentence with what else is to be said.
func join(sentence, more string) string {
	if more == "" {
		return sentence
	}
	return sentence + ", " + more
}

// serving says what handles events meanwhile.
func (r *revisions) serving(function string) string {
	live, known := r.live[function]
	if known && live == 0 {
		return "nothing serves: its records wait until it is saved again"
	}
	return fmt.Sprintf("r%d serves", max(live, 1))
}

// passed notes that other lines were printed.
func (r *revisions) passed() {
	for _, s := range r.standing {
		s.past = true
	}
}

// sayStanding says again what stands and may be out of sight.
func (p *plain) sayStanding(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(p.revisions.standing)) {
		s := p.revisions.standing[name]
		if !s.past || p.at-s.said < standingEvery {
			continue
		}
		s.said, s.past = p.at, false
		p.line(w, p.styles.bad, s.text)
	}
}
