package platform

import (
	"fmt"
	"strings"
)

// reload reads: reload f [r3]; without a number it is the next one. Below it stands how
// many environments of older revisions there are, as long as there are any.
func (s *script) reload(words []string) {
	id := s.function(words[0])
	known, revision := int(id) < len(s.cfg.Functions), int32(2)
	if s.m != nil && known {
		revision = s.m.functions[id].revision + 1
	}
	if len(words) > 1 {
		revision = int32(s.number(strings.TrimPrefix(words[1], "r")))
	}
	s.step(Input{Kind: Reloaded, Function: id, Revision: revision})
	if !known {
		return
	}
	if n, oldest := s.m.oldEnvironments(id); n > 0 {
		fmt.Fprintf(&s.out, "    %d of older revisions, from %d on\n", n, oldest)
	}
}
