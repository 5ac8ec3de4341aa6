package broker

import (
	"encoding/binary"
	"fmt"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// endpointsMax is how far from the end of an answer the tagged node endpoints
// of one broker can begin.
const endpointsMax = 512

const (
	invalidTopic        = 17 // INVALID_TOPIC_EXCEPTION
	invalidTopicMessage = "a topic name has 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-', and is not '.' or '..'"
)

// rewrite returns the answer to r with the client's own address wherever it
// names the broker's, and with the topics that were held back.
func (c *conn) rewrite(r *request, answer []byte) ([]byte, error) {
	if r.instead != nil {
		return r.instead.answer, nil
	}
	own := c.addr == c.g.b.main && r.addition == nil
	switch r.key {
	default:
		if r.addition == nil {
			return answer, nil
		}
	case apiVersions:
		return offerHandshake(r, answer)
	case metadataKey, createTopics:
		if own && r.refused == nil || r.key == createTopics && r.refused == nil {
			return answer, nil
		}
	case findCoordinator, describeCluster:
		if own {
			return answer, nil
		}
	case produceKey, fetchKey, shareFetch, shareAcknowledge:
		// Few name a broker, most are large: only the end is looked at.
		if own || r.addition == nil && !endContains(answer, c.g.b.main.host) {
			return answer, nil
		}
	}
	resp := kmsg.ResponseForKey(r.key)
	resp.SetVersion(r.version)
	body := answer[8:]
	if resp.IsFlexible() {
		body = body[1:] // kfake's empty tag section
	}
	if err := resp.ReadFrom(body); err != nil {
		return nil, fmt.Errorf("rewrite the answer to %s v%d: %w", kmsg.NameForKey(r.key), r.version, err)
	}
	if metadata, ok := resp.(*kmsg.MetadataResponse); ok {
		c.g.b.ids.learn(metadata)
	}
	c.readdress(resp)
	addRefused(resp, r.refused)
	if r.addition != nil {
		r.addition(resp)
	}
	return encode(resp, answer[4:8]), nil
}

// encode makes a whole answer of resp.
func encode(resp kmsg.Response, correlation []byte) []byte {
	buf := make([]byte, 4, 512)
	buf = append(buf, correlation...)
	if resp.IsFlexible() {
		buf = append(buf, 0)
	}
	buf = resp.AppendTo(buf)
	binary.BigEndian.PutUint32(buf, uint32(len(buf)-4))
	return buf
}

// readdress puts the client's own address in the place of the broker's.
func (c *conn) readdress(resp kmsg.Response) {
	set := func(host *string, port *int32) {
		if *host != "" {
			*host, *port = c.addr.host, c.addr.port
		}
	}
	switch resp := resp.(type) {
	case *kmsg.MetadataResponse:
		for i := range resp.Brokers {
			set(&resp.Brokers[i].Host, &resp.Brokers[i].Port)
		}
	case *kmsg.FindCoordinatorResponse:
		set(&resp.Host, &resp.Port)
		for i := range resp.Coordinators {
			set(&resp.Coordinators[i].Host, &resp.Coordinators[i].Port)
		}
	case *kmsg.DescribeClusterResponse:
		for i := range resp.Brokers {
			set(&resp.Brokers[i].Host, &resp.Brokers[i].Port)
		}
	case *kmsg.ProduceResponse:
		for i := range resp.Brokers {
			set(&resp.Brokers[i].Host, &resp.Brokers[i].Port)
		}
	case *kmsg.FetchResponse:
		for i := range resp.Brokers {
			set(&resp.Brokers[i].Host, &resp.Brokers[i].Port)
		}
	case *kmsg.ShareFetchResponse:
		for i := range resp.NodeEndpoints {
			set(&resp.NodeEndpoints[i].Host, &resp.NodeEndpoints[i].Port)
		}
	case *kmsg.ShareAcknowledgeResponse:
		for i := range resp.NodeEndpoints {
			set(&resp.NodeEndpoints[i].Host, &resp.NodeEndpoints[i].Port)
		}
	}
}

// addRefused answers for the topics that were held back.
func addRefused(resp kmsg.Response, topics []string) {
	for _, name := range topics {
		switch resp := resp.(type) {
		case *kmsg.MetadataResponse:
			t := kmsg.NewMetadataResponseTopic()
			t.Topic, t.ErrorCode = new(name), invalidTopic
			resp.Topics = append(resp.Topics, t)
		case *kmsg.CreateTopicsResponse:
			t := kmsg.NewCreateTopicsResponseTopic()
			t.Topic, t.ErrorCode, t.ErrorMessage = name, invalidTopic, new(invalidTopicMessage)
			resp.Topics = append(resp.Topics, t)
		}
	}
}
