package runtimeapi

import (
	"net"
	"net/http"
	"sync"
)

// connections counts the open connections of a server. It is safe for
// concurrent use.
type connections struct {
	mu    sync.Mutex // guards all below
	open  int
	empty chan struct{} // closed when open becomes 0; nil if nobody waits
}

// track is the server's ConnState.
func (c *connections) track(_ net.Conn, s http.ConnState) {
	if s != http.StateNew && s != http.StateClosed {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s == http.StateNew {
		c.open++
		return
	}
	if c.open--; c.open == 0 && c.empty != nil {
		close(c.empty)
		c.empty = nil
	}
}

// closed returns a channel that is closed when none is open.
func (c *connections) closed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	empty := make(chan struct{})
	if c.open == 0 {
		close(empty)
	} else {
		c.empty = empty
	}
	return empty
}
