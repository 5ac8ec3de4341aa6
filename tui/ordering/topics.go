package ordering

import "github.com/coldbrook-dev/coldbrook/tui/ui"

// Topics implements ui.Topical: that of the mapping that is shown.
func (s *Screen) Topics(c *ui.Context) []string {
	m, p := s.at(c)
	if p == nil {
		return nil
	}
	if of := c.View.Flow.Mapping(m.Name); of != nil && of.Topic != "" {
		return []string{of.Topic}
	}
	return nil
}
