package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// Client drives a running instance. It is safe for concurrent use.
type Client struct {
	instance *Instance
	http     http.Client
}

// NewClient returns a client of the instance. Close it when done.
func NewClient(i *Instance) *Client {
	network, address := i.endpoint()
	var d net.Dialer
	return &Client{instance: i, http: http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, address)
		},
	}}}
}

// Close closes the connections of the client.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Status stores what the instance is doing in status, a pointer to what its
// Target.Status returns.
func (c *Client) Status(ctx context.Context, status any) error {
	answer, err := c.do(ctx, http.MethodGet, "status", nil)
	if err != nil {
		return fmt.Errorf("ask for status: %w", err)
	}
	if err := json.Unmarshal(answer, status); err != nil {
		return fmt.Errorf("read status: %w", err)
	}
	return nil
}

// Stop asks the instance to end, in order or at once, and returns when it has
// ended. It returns the cause of ctx if that ends first.
func (c *Client) Stop(ctx context.Context, reason string, atOnce bool) error {
	body, err := json.Marshal(stopOrder{Reason: reason, AtOnce: atOnce})
	if err != nil {
		return err
	}
	if _, err := c.do(ctx, http.MethodPost, "stop", body); err != nil {
		if ctx.Err() != nil { // that the order did not arrive either makes no other sentence
			return c.notEnded(ctx)
		}
		return fmt.Errorf("stop: %w", err)
	}
	if err := c.AwaitEnd(ctx); err != nil {
		return err
	}
	return awaitExit(ctx, c.instance.PID)
}

// AwaitEnd returns when the instance has ended, in whatever way, or the cause of
// ctx if that ends first.
func (c *Client) AwaitEnd(ctx context.Context) error {
	// However this ends, by an answer or by a connection that breaks, the
	// instance has ended, unless it was us who had no more time.
	c.do(ctx, http.MethodGet, "ended", nil)
	if ctx.Err() != nil {
		return c.notEnded(ctx)
	}
	return nil
}

// notEnded says that ctx ended before the instance.
func (c *Client) notEnded(ctx context.Context) error {
	return fmt.Errorf("wait for the end of pid %d: %w", c.instance.PID, context.Cause(ctx))
}

// exitGrace is how long a process may go on after its instance has ended, to
// print its summary. One that goes on longer is another program that had an
// instance inside, such as a test.
const exitGrace = 2 * time.Second

// awaitExit waits until the process is gone, exitGrace at most.
func awaitExit(ctx context.Context, pid int) error {
	if pid == os.Getpid() {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, exitGrace, errGrace)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !exited(pid) {
		select {
		case <-ctx.Done():
			if cause := context.Cause(ctx); cause != errGrace {
				return fmt.Errorf("wait for the end of pid %d: %w", pid, cause)
			}
			return nil
		case <-tick.C:
		}
	}
	return nil
}

var errGrace = errors.New("grace is over")

func exited(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	defer p.Release()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func (c *Client) do(ctx context.Context, method, verb string, body []byte) ([]byte, error) {
	response, err := c.send(ctx, method, verb, body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// silentError says that an instance, which is its pid, has not answered in time. It is a
// context.DeadlineExceeded.
type silentError int

func (e silentError) Error() string { return fmt.Sprintf("pid %d has not answered in time", int(e)) }

func (e silentError) Unwrap() error { return context.DeadlineExceeded }

// send sends an order, and returns the answer if it is none of a failure. Its body is to
// be closed.
func (c *Client) send(ctx context.Context, method, verb string, body []byte) (*http.Response, error) {
	// The host is not looked up: the dialer knows the way.
	request, err := http.NewRequestWithContext(ctx, method, "http://coldbrook/v1/"+verb, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.instance.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.instance.Token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		if ctx.Err() == nil {
			return nil, err
		}
		if cause := context.Cause(ctx); cause != context.DeadlineExceeded { // else it says nothing to a user
			return nil, cause
		}
		return nil, silentError(c.instance.PID)
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(answer)))
}
