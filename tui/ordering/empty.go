package ordering

import (
	"github.com/coldbrook-dev/coldbrook/emulator/order"
	"github.com/coldbrook-dev/coldbrook/tui/frame"
	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// drawEmpty says why there is nothing to look at, and what to do.
func (s *Screen) drawEmpty(c *ui.Context, a frame.Area) {
	v := c.View
	lines := [2]string{}
	switch {
	case len(v.Order.Mappings) == 0:
		lines = [2]string{"No function reads a topic: there is no order to check.", "Give a function an event source in coldbrook.yaml (functions: NAME: events: - kafka: {topic: ...})."}
	case v.Order.Tally(order.ByKey).Records > 0:
		lines = [2]string{"Records were handled, but the run does not look at single ones: it was started with --order off.", "Start it without that to see their order."}
	case v.Flow.Produced == 0:
		lines = [2]string{"Nothing has been produced yet: order shows as soon as a function is handed records.", "Press i to send one sample event, or in another terminal: coldbrook produce " + v.Order.Mappings[0].Topic}
	case v.Paused:
		lines = [2]string{"The world is paused, and no function was handed a record yet.", "P lets it go on, . takes one step."}
	default:
		lines = [2]string{"Records were produced, and none was handed to a function yet.", "5 shows the log, 3 the functions: one may not be running."}
	}
	for i, line := range lines {
		a.Cut(3, 1+i, a.W-4, [2]frame.Style{frame.Text, frame.Dim}[i], line)
	}
}
