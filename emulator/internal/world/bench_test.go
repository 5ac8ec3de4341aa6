package world

import (
	"io"
	"net"
	"testing"
	"time"
)

// BenchmarkPingPong is a request and its answer, each read as Kafka clients do:
// 4 bytes of length, then 1 KiB. It stands beside TCP, and beside net.Pipe, which
// is the network that comes with kfake.
func BenchmarkPingPong(b *testing.B) {
	b.Run("network", func(b *testing.B) {
		dialled, accepted := pair(b, &World{Network: NewNetwork()})
		pong(b, dialled, accepted)
	})
	b.Run("pipe", func(b *testing.B) { dialled, accepted := net.Pipe(); pong(b, dialled, accepted) })
	b.Run("tcp", func(b *testing.B) { dialled, accepted := pair(b, nil); pong(b, dialled, accepted) })
}

// BenchmarkPingPongDeadlines sets and takes back two deadlines per request, as
// kgo does.
func BenchmarkPingPongDeadlines(b *testing.B) {
	b.Run("network", func(b *testing.B) {
		dialled, accepted := pair(b, &World{Network: NewNetwork()})
		pong(b, deadlined{dialled}, accepted)
	})
	b.Run("pipe", func(b *testing.B) { dialled, accepted := net.Pipe(); pong(b, deadlined{dialled}, accepted) })
	b.Run("tcp", func(b *testing.B) { dialled, accepted := pair(b, nil); pong(b, deadlined{dialled}, accepted) })
}

// BenchmarkBulk writes 1 MiB at a time.
func BenchmarkBulk(b *testing.B) {
	bulk := func(b *testing.B, w *World) {
		from, to := pair(b, w)
		b.SetBytes(1 << 20)
		p := make([]byte, 1<<20)
		wait := going(func() {
			for range b.N {
				from.Write(p)
			}
			from.Close()
		})
		io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{to}, make([]byte, 64<<10))
		wait()
	}
	b.Run("network", func(b *testing.B) { bulk(b, &World{Network: NewNetwork()}) })
	b.Run("tcp", func(b *testing.B) { bulk(b, nil) })
}

// BenchmarkOutside is the way to a goroutine of the pool and back, beside a plain hand-over
// to a goroutine and back.
func BenchmarkOutside(b *testing.B) {
	b.Run("run", func(b *testing.B) {
		o := NewOutside()
		defer o.Close()
		for b.Loop() {
			o.Run(func() {})
		}
	})
	b.Run("channels", func(b *testing.B) {
		there, back := make(chan func()), make(chan struct{})
		wait := going(func() {
			for f := range there {
				f()
				back <- struct{}{}
			}
		})
		for b.Loop() {
			there <- func() {}
			<-back
		}
		close(there)
		wait()
	})
}

// pong answers b.N requests. Both ends are closed after it.
func pong(b *testing.B, client, server net.Conn) {
	message := make([]byte, 4+1024)
	wait := going(func() {
		defer server.Close()
		in := make([]byte, len(message))
		for readMessage(server, in) == nil {
			server.Write(in)
		}
	})
	b.ReportAllocs()
	in := make([]byte, len(message))
	for b.Loop() {
		client.Write(message)
		if err := readMessage(client, in); err != nil {
			b.Fatal(err)
		}
	}
	client.Close()
	wait()
}

func readMessage(c net.Conn, in []byte) error {
	if _, err := io.ReadFull(c, in[:4]); err != nil {
		return err
	}
	_, err := io.ReadFull(c, in[4:])
	return err
}

// deadlined sets deadlines around each request and answer.
type deadlined struct{ net.Conn }

func (d deadlined) Write(p []byte) (int, error) {
	d.SetWriteDeadline(time.Now().Add(10 * time.Second))
	defer d.SetWriteDeadline(time.Time{})
	return d.Conn.Write(p)
}

func (d deadlined) Read(p []byte) (int, error) {
	if len(p) == 4 { // the length of an answer
		d.SetReadDeadline(time.Now().Add(10 * time.Second))
		defer d.SetReadDeadline(time.Time{})
	}
	return d.Conn.Read(p)
}
