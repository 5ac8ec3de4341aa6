package broker

import (
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"reflect"
	"slices"
	"strconv"
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
		if len(b.Topics()) > 1000 {
			t.Skip("enough topics, each made by a request that was right")
		}
	})
}

// fuzzOnce sends what there is, and again with a first length that is right,
// and asks whether the broker still answers.
func fuzzOnce(t *testing.T, b *Broker, a *Address, sent []byte) {
	sendAndLeave(t, a.Addr(), sent, 0)
	if len(sent) > 4 {
		right := slices.Clone(sent)
		binary.BigEndian.PutUint32(right, uint32(len(right)-4))
		sendAndLeave(t, a.Addr(), right, 0)
	}
	check := dial(t, b.Addr())
	if answer := roundTrip(t, check, versionsFrame(0, 7)); len(answer) < 10 {
		t.Fatalf("got %d bytes", len(answer))
	}
	check.Close()
}

// sendAndLeave does not wait for every answer: some requests have none for long.
func sendAndLeave(t testing.TB, addr string, sent []byte, linger time.Duration) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write(sent)
	if linger > 0 {
		_ = conn.SetReadDeadline(time.Now().Add(linger))
		_, _ = io.Copy(io.Discard, conn)
	}
}

// hostile sets every field of v, a struct of kmsg, to what is legal on the wire
// and unlikely to be expected.
func hostile(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "UnknownTags" && f.Name != "Version" {
				hostile(r, v.Field(i), depth)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(hostileBytes(r))
			return
		}
		n := r.IntN(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			hostile(r, v.Index(i), depth+1)
		}
	case reflect.Array:
		if r.IntN(2) == 0 {
			hostile(r, v.Index(0), depth)
		}
	case reflect.Pointer:
		if v.SetZero(); r.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			hostile(r, v.Elem(), depth)
		}
	case reflect.String:
		v.SetString(pick(r, "in", "in", "g", "g", "", "range", "consumer", "log.segment.bytes", "cleanup.policy", "compact", "0", "-1", "("))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		least := int64(-1) << (v.Type().Bits() - 1)
		v.SetInt(pick(r, 0, 0, 0, 1, 1, 2, 3, -1, -2, 100, least, least+1, ^least, ^least-1, min(^least, 10_000)))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(r.Uint64N(256))
	case reflect.Float64:
		v.SetFloat(pick(r, 0, -1, math.NaN(), math.Inf(1)))
	}
}

func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// hostileBytes is a batch of records, right or nearly, or nonsense.
func hostileBytes(r *rand.Rand) []byte {
	if r.IntN(8) == 0 {
		return pick(r, nil, []byte{}, []byte{0}, make([]byte, 61))
	}
	return batchOf(1+r.IntN(3), make([]byte, r.IntN(50)), func(b *kmsg.RecordBatch) {
		for range r.IntN(3) {
			b.Records[r.IntN(len(b.Records))] = byte(r.UintN(256))
		}
		b.FirstTimestamp = pick(r, b.FirstTimestamp, 0, -1, math.MaxInt64, math.MinInt64)
		b.MaxTimestamp = pick(r, b.MaxTimestamp, 0, -1, math.MaxInt64, math.MinInt64)
		b.Attributes = pick[int16](r, 0, 0, 0, 0, 1, 2, 3, 4, 5, 8, 16, 32, -1)
		b.ProducerID, b.ProducerEpoch, b.FirstSequence = pick[int64](r, -1, 0, 1), pick[int16](r, -1, 0, 1), pick[int32](r, -1, 0, 1)
		if r.IntN(10) == 0 {
			b.NumRecords = pick[int32](r, 0, -1, math.MaxInt32, math.MinInt32)
			b.LastOffsetDelta = b.NumRecords - 1
		}
	})
}

// Requests that parse, with what no client would put in.
func TestHostileRequests(t *testing.T) {
	n := 600
	if text := os.Getenv("COLDBROOK_HOSTILE"); text != "" { // for a longer run
		n, _ = strconv.Atoi(text)
	}
	cfg := Config{Topics: []Topic{{Name: "in", Partitions: 2}}, AutoCreate: true, Retention: 1 << 20, DataDir: t.TempDir()}
	b := startBroker(t, cfg)
	seed := uint64(5)
	if n > 600 {
		seed = uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
	}
	r := rand.New(rand.NewPCG(seed, 6))
	var keys []int16
	for key, l := range b.gate.layouts {
		if l != nil {
			keys = append(keys, int16(key))
		}
	}
	for i := range n {
		var burst []byte // of one connection: some requests build on others
		for range 1 + r.IntN(6) {
			key := keys[r.IntN(len(keys))]
			l := b.gate.layouts[key]
			req := kmsg.RequestForKey(key)
			req.SetVersion(l.min + int16(r.IntN(int(l.max-l.min+1))))
			hostile(r, reflect.ValueOf(req).Elem(), 0)
			burst = append(burst, frameOf(req, int32(i))...)
		}
		var linger time.Duration
		if r.IntN(16) == 0 {
			linger = 5 * time.Millisecond // so that the whole burst is handled
		}
		sendAndLeave(t, b.Addr(), burst, linger)
		if i%10 == 0 {
			check := dial(t, b.Addr())
			roundTrip(t, check, versionsFrame(0, int32(i)))
			check.Close()
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	startBroker(t, cfg) // what was persisted can be read
}
