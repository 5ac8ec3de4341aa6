package functions

import "github.com/coldbrook-dev/coldbrook/tui/ui"

// Topics implements ui.Topical: those that the selected function reads.
func (s *Screen) Topics(c *ui.Context) []string {
	if d := s.selected(c); d != nil {
		return c.View.Flow.Inputs(d.Name)
	}
	return nil
}

// Window implements ui.Windowed: the time that the lanes show.
func (s *Screen) Window(c *ui.Context) (from, to int64) {
	d := s.selected(c)
	if d == nil {
		return 0, c.View.Now
	}
	w := newWindow(c, c.View.Lanes.Of(d.Name), c.Width)
	return w.left, w.end()
}
