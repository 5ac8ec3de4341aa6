package detail

import "github.com/coldbrook-dev/coldbrook/tui/ui"

// Topics implements ui.Topical: that of the record that is shown.
func (s *Screen) Topics(*ui.Context) []string {
	if s.of.Topic == "" {
		return nil
	}
	return []string{s.of.Topic}
}
