package emulator

import (
	"context"
	"net"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What keeps the traffic that nobody looks at out of virtual time, where an idle
// hour costs what happens in it: fetches are held by the broker, members of
// groups are heard of once a minute, connections stay open.
const (
	virtualFetchWait   = 10 * time.Minute
	virtualHeartbeat   = time.Minute
	virtualSession     = 5 * time.Minute
	virtualIdleTimeout = 15 * time.Minute
	virtualRetainEvery = time.Minute
)

// uniformBytes is how many bytes without a key go to one partition in a row, as
// kgo has it.
const uniformBytes = 64 << 10

// retryPause is how long a client in virtual time waits before it tries a
// request again: the client's own wait has a random part.
func retryPause(tries int) time.Duration {
	const first, longest = 250 * time.Millisecond, 5 * time.Second
	return min(first<<min(tries, 8), longest)
}

// inWorld gives the broker what differs in virtual time.
func (e *Emulator) inWorld(cfg *broker.Config) {
	if !e.world.Virtual() {
		return
	}
	cfg.Listen, cfg.Admit, cfg.RetainEvery = e.world.Listen, e.conductor.turnstile.admit, virtualRetainEvery
}

// ClientOptions is what a client of the Kafka address needs to reach it in the
// world of this run, and to be the same in every run. In real time it is the
// address.
func (e *Emulator) ClientOptions(address string) []kgo.Opt {
	opts := []kgo.Opt{kgo.SeedBrokers(address)}
	if !e.world.Virtual() {
		return opts
	}
	return append(opts,
		kgo.Dialer(e.world.Dial),
		kgo.ConnIdleTimeout(virtualIdleTimeout),
		kgo.RetryBackoffFn(retryPause),
		kgo.DisableClientMetrics(),
		kgo.AlwaysRetryEOF(), // a broker that is down hangs up, and is back soon
		// The client's own choice for records without a key looks at what is
		// being sent just now.
		kgo.RecordPartitioner(kgo.UniformBytesPartitioner(uniformBytes, false, true, nil)),
	)
}

// sourceOptions is what the clients of event sources have on top.
func (e *Emulator) sourceOptions(address string) []kgo.Opt {
	if !e.world.Virtual() {
		return nil
	}
	return append(e.ClientOptions(address),
		kgo.FetchMaxWait(virtualFetchWait),
		kgo.HeartbeatInterval(virtualHeartbeat),
		kgo.SessionTimeout(virtualSession),
		kgo.Balancers(kgo.StickyBalancer()), // gives up its partitions when it joins again
	)
}

// OpenClient opens a Kafka address of its own for a client of the given name,
// under which the journal shows what it produces. The client needs neither TLS nor a
// login. The run closes it.
func (e *Emulator) OpenClient(name string) (string, error) {
	a, err := e.broker.Open(broker.Owner{Process: name, Trusted: true})
	if err != nil {
		return "", err
	}
	return a.Addr(), nil
}

// Dial connects to a Kafka address in the world of this run.
func (e *Emulator) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	return e.world.Dial(ctx, network, address)
}

// lasting is an address in virtual time that lasts until the moment at which it
// is closed is over: what the environment sent at its end arrives, rather than
// sometimes.
type lasting struct{ function.Address }

// Close returns a nanosecond later.
func (a lasting) Close() error {
	time.Sleep(time.Nanosecond) // why: virtual time goes on when all that was sent has arrived
	return a.Address.Close()
}
