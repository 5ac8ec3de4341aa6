package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
)

// replayGuard lets nothing be sent into a Kafka of others by accident. A command line with
// --brokers is easily taken from the history of a shell, from where it has recorded.
type replayGuard struct {
	brokers []string
	secured bool // by TLS or a user, so it is none of Coldbrook
	in      io.Reader
	out     io.Writer
}

// pass returns nil if topics may be written to: the Kafka is on this machine, or the user
// says yes. Without a terminal there is nobody to ask, and it is refused.
func (g *replayGuard) pass(ctx context.Context, admin *kadm.Client, topics []string) error {
	why, err := g.foreign(ctx, admin)
	if err != nil || why == "" {
		return err
	}
	where := strings.Join(g.brokers, ", ")
	if !isTerminal(g.in) || !isTerminal(g.out) {
		return &hinted{err: fmt.Errorf("nothing was sent: the Kafka at %s %s, and there is no terminal to ask at", where, why),
			hint: "--yes sends into it; --dry-run says what would be sent"}
	}
	sure, err := ask(ctx, g.in, g.out, fmt.Sprintf("the Kafka at %s %s: send into its topics %s?", where, why, strings.Join(topics, ", ")))
	if err != nil {
		return fmt.Errorf("nothing was sent: %w", err)
	}
	if !sure {
		return errors.New("nothing was sent: the answer was not yes")
	}
	return nil
}

// foreign says why a Kafka is not one of this machine, "" if it is. Where its brokers are
// counts, too: the address may be that of a tunnel.
func (g *replayGuard) foreign(ctx context.Context, admin *kadm.Client) (string, error) {
	if g.secured {
		return "has TLS or users", nil
	}
	for _, address := range g.brokers {
		if !isLocal(hostOf(address)) {
			return "is on another machine", nil
		}
	}
	brokers, err := admin.ListBrokers(ctx)
	if err != nil {
		return "", fmt.Errorf("list brokers: %w", orCause(ctx, err))
	}
	for _, b := range brokers {
		if !isLocal(b.Host) {
			return fmt.Sprintf("has a broker on another machine, %s", b.Host), nil
		}
	}
	return "", nil
}

// hostOf is the host of an address that may have a port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

// isLocal reports whether a host is this machine by its name or number alone: asking for
// addresses would let a server of names decide.
func isLocal(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}
