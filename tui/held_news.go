package tui

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// heldNews says what a held view does not show and nobody should miss: that code which was
// saved meanwhile is broken, or serves. It is said once.
func (m *Model) heldNews(live *store.View) {
	for _, f := range live.Flow.Functions {
		held := m.held.Flow.Function(f.Name)
		if held == nil || f.BrokenRevision == held.BrokenRevision && f.Revision == held.Revision {
			continue
		}
		switch {
		case f.Broken != "" && f.BrokenRevision != held.BrokenRevision:
			why, _, _ := strings.Cut(f.Broken, "\n")
			m.Toast(frame.Bad, fmt.Sprintf("%s r%d does not serve: %s (the view is held, space goes on)", f.Name, f.BrokenRevision, why))
		case f.Revision != held.Revision:
			m.Toast(frame.Text, fmt.Sprintf("%s r%d serves (the view is held, space goes on)", f.Name, f.Revision))
		}
		held.BrokenRevision, held.Revision = f.BrokenRevision, f.Revision
	}
}
