package events

import "github.com/coldbrook-dev/coldbrook/tui/ui"

// Topics implements ui.Topical: that of the selected record.
func (s *Screen) Topics(c *ui.Context) []string {
	s.update(c)
	if r, ok := s.record(c); ok && r.Topic != "" {
		return []string{r.Topic}
	}
	return nil
}
