package flow

import "github.com/coldbrook-dev/coldbrook/tui/ui"

// Topics implements ui.Topical: those that the selected function reads, or the selected
// process writes, or that of the line of attention.
func (s *Screen) Topics(c *ui.Context) []string {
	s.refresh(c)
	if s.inAttention {
		if all := s.facts.attention; len(all) > 0 && all[s.lineAt()].Topic != "" {
			return []string{all[s.lineAt()].Topic}
		}
		return nil
	}
	if len(s.rows) == 0 {
		return nil
	}
	row := s.rows[s.row()]
	if !row.process {
		return c.View.Flow.Inputs(row.name)
	}
	var names []string
	if p := c.View.Flow.Process(row.name); p != nil {
		for _, o := range p.Outputs {
			names = append(names, o.Topic)
		}
	}
	return names
}
