package report

// seriesMost is how many pieces of time a series has at most.
const seriesMost = 48

// Elasticity is how a function's environments followed its load.
type Elasticity struct {
	// Environments is how many there were at most, Busy how many of them at once had an
	// invocation.
	Environments int `json:"environments"`
	Busy         int `json:"busy"`
	// ScaledIn is how long it took from the first to the most, in nanoseconds.
	ScaledIn int64 `json:"scaledIn"`
	// ColdStarts is how many invocations waited for an init, Invocations of how many.
	ColdStarts  uint64 `json:"coldStarts"`
	Invocations uint64 `json:"invocations"`
	// Throttles is how often the platform refused, MachineWaits how often this machine
	// had no room for an environment, which is no limit of the platform.
	Throttles    uint64 `json:"throttles"`
	MachineWaits uint64 `json:"machineWaits,omitempty"`
	// Series is environments against load over time, in equal pieces of Step nanoseconds.
	Step   int64   `json:"step"`
	Series []Piece `json:"series"`
}

// Piece is a piece of time: how many records were handled in it, and how many environments
// there were at most.
type Piece struct {
	At           int64  `json:"at"`
	Records      uint64 `json:"records"`
	Environments int    `json:"environments"`
}

// elastic follows the environments of a function.
type elastic struct {
	result     Elasticity
	live, busy int
	began      int64 // when the first environment was started
	seen       bool
	step       int64
	pieces     []Piece
}

// started says that an environment is there.
func (s *elastic) started(at int64) {
	if !s.seen {
		s.seen, s.began = true, at
	}
	s.piece(at) // with those before
	if s.live++; s.live > s.result.Environments {
		s.result.Environments, s.result.ScaledIn = s.live, at-s.began
	}
	s.piece(at)
}

// gone says that one is not there any more. A journal that lacks its beginning may not
// know that it was.
func (s *elastic) gone(at int64) {
	s.piece(at) // in which it still was
	s.live = max(s.live-1, 0)
}

// invoked says that an invocation began, done that it ended.
func (s *elastic) invoked() { s.busy++; s.result.Busy = max(s.result.Busy, s.busy) }
func (s *elastic) done()    { s.busy = max(s.busy-1, 0) }

// handled counts records.
func (s *elastic) handled(at int64, n uint64) { s.piece(at).Records += n }

// piece returns the piece of a time, and notes in it the environments of now. When there
// are too many, two become one.
func (s *elastic) piece(at int64) *Piece {
	if s.step == 0 {
		s.step = second
	}
	for len(s.pieces) > 0 && (at-s.pieces[0].At)/s.step >= seriesMost {
		s.halve()
	}
	start := at / s.step * s.step
	if len(s.pieces) == 0 {
		s.pieces = append(s.pieces, Piece{At: start})
	}
	for s.pieces[len(s.pieces)-1].At < start { // also those in which nothing happened
		next := s.pieces[len(s.pieces)-1].At + s.step
		s.pieces = append(s.pieces, Piece{At: next, Environments: s.live})
	}
	p := &s.pieces[len(s.pieces)-1]
	p.Environments = max(p.Environments, s.live)
	return p
}

func (s *elastic) halve() {
	s.step *= 2
	kept := s.pieces[:0]
	for _, p := range s.pieces {
		p.At = p.At / s.step * s.step
		if n := len(kept); n > 0 && kept[n-1].At == p.At {
			kept[n-1].Records += p.Records
			kept[n-1].Environments = max(kept[n-1].Environments, p.Environments)
			continue
		}
		kept = append(kept, p)
	}
	s.pieces = kept
}

func (s *elastic) elasticity() Elasticity {
	r := s.result
	r.Step, r.Series = s.step, s.pieces
	if r.Series == nil {
		r.Series = []Piece{}
	}
	return r
}
