package broker

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// inside is the broker's own connection to kfake. It passes no gate and no
// network.
type inside struct {
	mu          sync.Mutex // guards all below
	conn        net.Conn
	correlation int32
}

func newInside(f *funnel) *inside {
	client, server := net.Pipe()
	f.feed(server)
	return &inside{conn: client}
}

func (i *inside) close() { _ = i.conn.Close() }

// call makes one request, at the version that is set, and returns its answer.
func call[R kmsg.Response](i *inside, req kmsg.Request) (resp R, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	name := kmsg.NameForKey(req.Key())
	i.correlation++
	answer, err := i.exchange(req)
	if err != nil {
		return resp, fmt.Errorf("%s: %w", name, err)
	}
	kresp := req.ResponseKind()
	if kresp.IsFlexible() && req.Key() != apiVersions {
		answer = answer[1:] // the empty tag section
	}
	if err := kresp.ReadFrom(answer); err != nil {
		return resp, fmt.Errorf("%s: %w", name, err)
	}
	return kresp.(R), nil
}

// exchange writes req and reads its answer, without length and correlation id.
func (i *inside) exchange(req kmsg.Request) ([]byte, error) {
	buf := make([]byte, 4, 256)
	buf = binary.BigEndian.AppendUint16(buf, uint16(req.Key()))
	buf = binary.BigEndian.AppendUint16(buf, uint16(req.GetVersion()))
	buf = binary.BigEndian.AppendUint32(buf, uint32(i.correlation))
	buf = binary.BigEndian.AppendUint16(buf, 0xffff) // no client id
	if req.IsFlexible() {
		buf = append(buf, 0)
	}
	buf = req.AppendTo(buf)
	binary.BigEndian.PutUint32(buf, uint32(len(buf)-4))
	if _, err := i.conn.Write(buf); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(i.conn, head[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint32(head[:])-4)
	_, err := io.ReadFull(i.conn, answer)
	return answer, err
}
