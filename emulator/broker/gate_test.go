package broker

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// frameOf is req on the wire.
func frameOf(req kmsg.Request, correlation int32) []byte {
	f := kmsg.NewRequestFormatter(kmsg.FormatterClientID("tester"))
	return f.AppendRequest(nil, req, correlation)
}

func versionsFrame(version int16, correlation int32) []byte {
	req := kmsg.NewPtrApiVersionsRequest()
	req.SetVersion(version)
	req.ClientSoftwareName, req.ClientSoftwareVersion = "t", "1"
	return frameOf(req, correlation)
}

// readAnswer returns the next answer, from its correlation id on.
func readAnswer(c io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return nil, err
	}
	answer := make([]byte, binary.BigEndian.Uint32(size[:]))
	_, err := io.ReadFull(c, answer)
	return answer, err
}

func roundTrip(t testing.TB, c net.Conn, frame []byte) []byte {
	t.Helper()
	if _, err := c.Write(frame); err != nil {
		t.Fatal(err)
	}
	answer, err := readAnswer(c)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	return answer
}

// batchOf is a record batch of plain records, valid unless change makes it not.
func batchOf(count int, value []byte, change func(*kmsg.RecordBatch)) []byte {
	var records []byte
	for i := range count {
		r := kmsg.Record{OffsetDelta: int32(i), Value: value}
		r.Length = int32(len(r.AppendTo(nil)) - 1)
		records = r.AppendTo(records)
	}
	b := kmsg.RecordBatch{
		PartitionLeaderEpoch: -1, Magic: 2, LastOffsetDelta: int32(count - 1), NumRecords: int32(count),
		FirstTimestamp: time.Now().UnixMilli(), MaxTimestamp: time.Now().UnixMilli(),
		ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1, Records: records,
	}
	if change != nil {
		change(&b)
	}
	raw := b.AppendTo(nil)
	binary.BigEndian.PutUint32(raw[8:], uint32(len(raw)-12))
	binary.BigEndian.PutUint32(raw[17:], crc32.Checksum(raw[21:], crc32.MakeTable(crc32.Castagnoli)))
	return raw
}

func produceRequest(acks int16, topic string, batch []byte) *kmsg.ProduceRequest {
	req := kmsg.NewPtrProduceRequest()
	req.SetVersion(9)
	req.Acks = acks
	p := kmsg.ProduceRequestTopicPartition{Records: batch}
	req.Topics = []kmsg.ProduceRequestTopic{{Topic: topic, Partitions: []kmsg.ProduceRequestTopicPartition{p}}}
	return req
}

func TestBadFramesEndTheirConnectionOnly(t *testing.T) {
	unknown := kmsg.NewPtrProduceRequest()
	unknown.SetVersion(2)
	for _, c := range []struct{ name, sent, reason string }{
		{"port scanner", "\x00\x00\x00\x0a\x7f\x00\x00\x00\x00\x00\x00\x01\xff\xff", "API key 32512 unknown"},
		{"HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1: this is the Kafka port, not HTTP"},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS ClientHello: a client speaks TLS to this port: set kafka.tls: auto, or have it speak plain text (security.protocol PLAINTEXT)"},
		{"too long", "\x7f\xff\xff\xff\x00\x03", "length 2147483647 over the limit of 104857600"},
		{"text", "hello", `length 1751477356 over the limit of 104857600 (it begins with the text "hello")`},
		{"too short", "\x00\x00\x00\x02\x00\x03", "length 2 is too short for a request"},
		{"long request", "\x01\x00\x00\x01\x00\x03\x00\x01", "Metadata of length 16777217 over the limit of 16777216"},
		{"old version", string(frameOf(unknown, 1)), "Produce version 2 is not supported (3 to 12 are)"},
		{"header", "\x00\x00\x00\x0a\x00\x03\x00\x01\x00\x00\x00\x01\x7f\xff", "Metadata v1: the header does not parse"},
		{"body", "\x00\x00\x00\x0e\x00\x03\x00\x01\x00\x00\x00\x01\xff\xff\x7f\x00\x00\x00", "Metadata v1 does not parse"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Notify: rec.notify})
			good := dial(t, b.Addr())
			roundTrip(t, good, versionsFrame(0, 1))
			bad := dial(t, b.Addr())
			if _, err := bad.Write([]byte(c.sent)); err != nil {
				t.Fatal(err)
			}
			es := rec.wait(t, journal.BadFrame, 1)
			if es[0].Reason != c.reason {
				t.Errorf("got reason %q, want %q", es[0].Reason, c.reason)
			}
			if want := bad.LocalAddr().String(); es[0].Measured.Address != want {
				t.Errorf("got address %s, want %s", es[0].Measured.Address, want)
			}
			if _, err := bad.Read(make([]byte, 1)); err == nil {
				t.Error("the connection is still open")
			}
			roundTrip(t, good, versionsFrame(0, 2))
			if n := len(rec.of(journal.BadFrame)); n != 1 {
				t.Errorf("got %d entries, want 1", n)
			}
		})
	}
}

func TestWritesCutIntoSingleBytes(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}})
	c := newClient(t, b.Addr(), kgo.Dialer(dialBytewise))
	produce(t, c, "in", "a", "b", "c")
	r := newClient(t, b.Addr(), kgo.Dialer(dialBytewise), kgo.ConsumeTopics("in"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if got := consume(t, r, 3); strings.Join(got, "") != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestHundredsOfPipelinedRequestsInOneWrite(t *testing.T) {
	const n = 500
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	c := dial(t, b.Addr())
	var frames []byte
	for i := range n {
		frames = append(frames, versionsFrame(3, int32(2*i))...)
		frames = append(frames, frameOf(produceRequest(1, "in", batchOf(1, []byte("x"), nil)), int32(2*i+1))...)
	}
	go func() { _, _ = c.Write(frames) }()
	for i := range 2 * n {
		answer, err := readAnswer(c)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if got := int(binary.BigEndian.Uint32(answer)); got != i {
			t.Fatalf("answer %d has correlation id %d", i, got)
		}
	}
	if es := rec.of(journal.RecordsProduced); len(es) != n || es[n-1].First != n-1 {
		t.Errorf("got %d entries, want %d", len(es), n)
	}
}

func TestApiVersionsOfTheFutureIsAnswered(t *testing.T) {
	b := startBroker(t, Config{})
	c := dial(t, b.Addr())
	// Whatever the body will be, the header is known.
	frame := []byte("\x00\x00\x00\x14\x00\x12\x00\x63\x00\x00\x00\x05\x00\x01t\x00what is this")
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	answer := roundTrip(t, c, frame)
	if code := int16(binary.BigEndian.Uint16(answer[4:])); code != 35 {
		t.Errorf("got error code %d, want 35, UNSUPPORTED_VERSION", code)
	}
}

func TestAcks0IsJournalledAndNotAnswered(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	c := dial(t, b.Addr())
	frames := frameOf(produceRequest(0, "in", batchOf(3, []byte("x"), nil)), 1)
	frames = append(frames, versionsFrame(0, 2)...)
	answer := roundTrip(t, c, frames)
	if id := binary.BigEndian.Uint32(answer); id != 2 {
		t.Errorf("got an answer to request %d, want none to acks=0", id)
	}
	e := rec.wait(t, journal.RecordsProduced, 1)[0]
	if e.First != 0 || e.Last != 2 || e.Records != 3 {
		t.Errorf("got %+v, want offsets 0 to 2", e)
	}
}

func TestAcks0ThatIsRefusedEndsTheConnection(t *testing.T) {
	b := startBroker(t, Config{})
	c := dial(t, b.Addr())
	if _, err := c.Write(frameOf(produceRequest(0, "nowhere", batchOf(1, nil, nil)), 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := readAnswer(c); err == nil {
		t.Error("it was answered")
	}
}

func TestAcks0OfAClientThatLeavesIsJournalled(t *testing.T) {
	const n = 200
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
	c := dial(t, b.Addr())
	for i := range n {
		if _, err := c.Write(frameOf(produceRequest(0, "in", batchOf(1, []byte("x"), nil)), int32(i))); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	es := rec.wait(t, journal.RecordsProduced, n)
	if es[n-1].Last != n-1 {
		t.Errorf("got %+v, want offset %d", es[n-1], n-1)
	}
}

func TestCompressedBatchesAreDecodedWhileTheConnectionIsYoung(t *testing.T) {
	for _, codec := range []kgo.CompressionCodec{
		kgo.GzipCompression(), kgo.SnappyCompression(), kgo.Lz4Compression(), kgo.ZstdCompression(), kgo.NoCompression(),
	} {
		rec := newRecorder()
		b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify})
		c := newClient(t, b.Addr(), kgo.ProducerBatchCompression(codec))
		for range checkedBatches + 2 {
			produce(t, c, "in", strings.Repeat("a", 3000), strings.Repeat("b", 3000))
		}
		if es := rec.of(journal.BadFrame); len(es) > 0 {
			t.Errorf("codec %v: %+v", codec, es)
		}
	}
}

func TestLargeFramesAreReadAsTheyCome(t *testing.T) {
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 8}}, Notify: rec.notify})
	req := produceRequest(1, "in", nil)
	req.Topics[0].Partitions = nil
	for p := range int32(8) { // together over believedMax
		req.Topics[0].Partitions = append(req.Topics[0].Partitions,
			kmsg.ProduceRequestTopicPartition{Partition: p, Records: batchOf(10, bytes.Repeat([]byte("x"), 50_000), nil)})
	}
	frame := frameOf(req, 1)
	if len(frame) <= believedMax {
		t.Fatalf("the frame has %d bytes only", len(frame))
	}
	roundTrip(t, dial(t, b.Addr()), frame)
	if es := rec.wait(t, journal.RecordsProduced, 8); es[0].Records != 10 {
		t.Errorf("got %+v", es[0])
	}
}

func TestOutOfStepAnswersAreRefused(t *testing.T) {
	b := startBroker(t, Config{})
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	c := newConn(server, b.main)
	if _, err := c.Write(make([]byte, 8)); !errors.Is(err, errOutOfStep) {
		t.Errorf("got %v for an answer that nobody asked for", err)
	}
}

// oldBatch is a record of 2001.
func oldBatch() []byte {
	return batchOf(1, []byte("x"), func(b *kmsg.RecordBatch) { b.FirstTimestamp, b.MaxTimestamp = 1e12, 1e12 })
}
