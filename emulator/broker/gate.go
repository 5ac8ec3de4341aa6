package broker

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// API keys that the gate has its own ways with.
const (
	produceKey              = int16(kmsg.Produce)
	fetchKey                = int16(kmsg.Fetch)
	metadataKey             = int16(kmsg.Metadata)
	findCoordinator         = int16(kmsg.FindCoordinator)
	joinGroup               = int16(kmsg.JoinGroup)
	saslHandshake           = int16(kmsg.SASLHandshake)
	apiVersions             = int16(kmsg.ApiVersions)
	createTopics            = int16(kmsg.CreateTopics)
	alterConfigs            = int16(kmsg.AlterConfigs)
	createPartitions        = int16(kmsg.CreatePartitions)
	incrementalAlterConfigs = int16(kmsg.IncrementalAlterConfigs)
	saslAuthenticate        = int16(kmsg.SASLAuthenticate)
	describeCluster         = int16(kmsg.DescribeCluster)
	consumerGroupHeartbeat  = int16(kmsg.ConsumerGroupHeartbeat)
	shareGroupHeartbeat     = int16(kmsg.ShareGroupHeartbeat)
	shareFetch              = int16(kmsg.ShareFetch)
	shareAcknowledge        = int16(kmsg.ShareAcknowledge)
)

// gate is what all connections share: what may pass.
type gate struct {
	b *Broker
	// layouts are those of the requests that kfake handles, by API key.
	layouts [kmsg.MaxKey + 1]*layout
	logins  *logins
}

// learn takes over the versions that kfake says it handles.
func (g *gate) learn(keys []kmsg.ApiVersionsResponseApiKey) error {
	for _, k := range keys {
		if k.ApiKey < 0 || int(k.ApiKey) >= len(g.layouts) {
			return fmt.Errorf("kfake handles API key %d, which the gate does not know", k.ApiKey)
		}
		if k.ApiKey == saslHandshake {
			k.MinVersion = 0 // we answer it, and clients of old may speak it unasked
		}
		l, err := compileLayout(k.ApiKey, k.MinVersion, k.MaxVersion)
		if err != nil {
			return err
		}
		g.layouts[k.ApiKey] = l
	}
	return nil
}

// passOther checks every request but produce requests. The frame to pass on
// instead, length first, is nil for the same.
func (g *gate) passOther(c *conn, f frame, l *layout, r *request) ([]byte, error) {
	if f.key == apiVersions && f.version > l.max {
		// Its body may look like anything. kfake answers with what it has.
		req := kmsg.NewPtrApiVersionsRequest()
		req.SetVersion(f.version)
		return appendFrame(nil, f, req.AppendTo(nil)), nil
	}
	if err := l.walk(f.body, f.version); err != nil {
		return nil, bad("%v", err)
	}
	if isLogin(f.key) {
		return c.passLogin(f, r)
	}
	if !guarded(f.key) || f.key == fetchKey && g.b.cfg.Admit == nil {
		return nil, nil
	}
	req := kmsg.RequestForKey(f.key)
	req.SetVersion(f.version)
	if err := req.ReadFrom(f.body); err != nil {
		return nil, bad("%s v%d does not parse", l.name, f.version)
	}
	changed, err := g.guard(c, req, r)
	if err != nil || !changed {
		return nil, err
	}
	return appendFrame(nil, f, req.AppendTo(nil)), nil
}
