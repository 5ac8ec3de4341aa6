package function

import (
	"context"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
)

// Deploy says how environments of a revision of a function are launched; that of
// revision 1 is in the Template.
func (p *Pool) Deploy(f platform.FunctionID, revision int32, l Launcher) {}

// Try launches an environment of a revision for nobody and returns how long its init
// took, or its *InitFailure. One that is ready waits, frozen, for the next Launch of the
// revision, which then takes no real time; Retire ends one that nobody wanted.
func (p *Pool) Try(ctx context.Context, f platform.FunctionID, revision int32) (took time.Duration, err error) {
	return 0, nil
}

// Retire forgets all revisions of a function before that, which are launched no more,
// and what was started ahead for them. It returns when that has ended.
func (p *Pool) Retire(f platform.FunctionID, before int32) {}
