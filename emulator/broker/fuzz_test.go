package broker

import (
	"io"
	"math/rand/v2"
	"net"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// seedFrames returns requests of every kind and version that kfake handles,
// filled with topics and groups that exist as well as with nonsense.
func seedFrames(g *gate) [][]byte {
	r := rand.New(rand.NewPCG(3, 4))
	var frames [][]byte
	for key, l := range g.layouts {
		if l == nil {
			continue
		}
		for version := l.min; version <= l.max; version++ {
			req := kmsg.RequestForKey(int16(key))
			req.SetVersion(version)
			frames = append(frames, frameOf(req, 1))
			fill(r, reflect.ValueOf(req).Elem(), 0)
			name(reflect.ValueOf(req).Elem())
			frames = append(frames, frameOf(req, 2))
		}
	}
	return frames
}

// name turns strings into names of what exists, and small numbers into
// partitions that exist.
func name(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "UnknownTags" && f.Name != "Version" {
				name(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			name(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			name(v.Elem())
		}
	case reflect.String:
		v.SetString("in")
	case reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() % 3)
	}
}

func FuzzGate(f *testing.F) {
	b := startBroker(f, Config{Topics: []Topic{{Name: "in", Partitions: 2}}, AutoCreate: true, Retention: 1 << 20})
	a := openAddress(f, b, Owner{Function: "f", Environment: 1})
	a.Begin(1)
	for _, frame := range seedFrames(b.gate) {
		f.Add(frame)
	}
	for _, acks := range []int16{0, 1} {
		f.Add(frameOf(produceRequest(acks, "in", batchOf(3, []byte("value"), nil)), 1))
		f.Add(frameOf(produceRequest(acks, "in", batchOf(1, []byte("value"), func(b *kmsg.RecordBatch) { b.Attributes = 2 })), 1))
	}
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte("\x16\x03\x01\x00\x00"))
	f.Add([]byte("\x00\x00\x00\x0a\x7f\x00\x00\x00\x00\x00\x00\x01\xff\xff"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		fuzzOnce(t, b, a, sent)
	})
}

// fuzzOnce sends what there is, closes, and asks whether the broker still
// answers.
func fuzzOnce(t *testing.T, b *Broker, a *Address, sent []byte) {
	conn, err := net.Dial("tcp", a.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(io.Discard, conn) })
	_, _ = conn.Write(sent)
	_ = conn.(*net.TCPConn).CloseWrite()
	// A fetch or join may be answered late: who sends rubbish does not wait.
	check := dial(t, b.Addr())
	answer := roundTrip(t, check, versionsFrame(0, 7))
	if len(answer) < 10 {
		t.Fatalf("got %d bytes", len(answer))
	}
	check.Close()
	conn.Close()
	reading.Wait()
	if topics := b.Topics(); len(topics) > 1000 {
		t.Skip("enough topics") // each made by a request that was right
	}
}
