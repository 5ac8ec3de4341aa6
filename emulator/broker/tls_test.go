package broker

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// testTLS is a server's settings for 127.0.0.1, and those of a client that trusts it.
func testTLS(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
}

func TestTLSAndPlainTextOnOnePort(t *testing.T) {
	server, client := testTLS(t)
	rec := newRecorder()
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify, Security: Security{TLS: server}})
	a := openAddress(t, b, Owner{Function: "f", Environment: 2})
	a.Begin(5)
	secured := newClient(t, a.Addr(), kgo.DialTLSConfig(client))
	produce(t, secured, "in", "one")
	produce(t, newClient(t, a.Addr()), "in", "two")
	for _, e := range rec.wait(t, journal.RecordsProduced, 2) {
		if e.Environment != 2 || e.Invocation != 5 {
			t.Errorf("got %+v, want it of environment 2, invocation 5", e)
		}
	}
	consumer := newClient(t, b.Addr(), kgo.DialTLSConfig(client), kgo.ConsumeTopics("in"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	for n := 0; n < 2; {
		fs := consumer.PollFetches(testContext(t))
		if err := fs.Err(); err != nil {
			t.Fatal(err)
		}
		n += fs.NumRecords()
	}
}

func TestTLSThatIsRefused(t *testing.T) {
	server, client := testTLS(t)
	for _, c := range []struct {
		name     string
		security Security
		opts     []kgo.Opt
		reason   string
	}{
		{"off", Security{}, []kgo.Opt{kgo.DialTLSConfig(client)}, "TLS ClientHello: " + noTLS},
		{"why", Security{NoTLS: "not today"}, []kgo.Opt{kgo.DialTLSConfig(client)}, "TLS ClientHello: not today"},
		{"required", Security{TLS: server, TLSRequired: true}, nil, "a client speaks plain text, and kafka.tls is required"},
		{"untrusted", Security{TLS: server}, []kgo.Opt{kgo.DialTLSConfig(&tls.Config{ServerName: "127.0.0.1"})}, `"coldbrook ca" prints the file that it must trust`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Notify: rec.notify, Security: c.security})
			if pingErr(t, b.Addr(), c.opts...) == nil {
				t.Error("the client was served")
			}
			if e := rec.wait(t, journal.BadFrame, 1)[0]; !strings.Contains(e.Reason, c.reason) {
				t.Errorf("got %q, want %q in it", e.Reason, c.reason)
			}
		})
	}
}

// pipe is a connection of the broker's in the memory of a test, and its other end.
func pipe(b *Broker) (*conn, net.Conn) {
	client, server := net.Pipe()
	c := newConn(server, b.main)
	b.live.Add(1)
	return c, client
}

// Half a hello, and no more: the gate waits for as long as it says.
func TestHandshakeHasATimeLimit(t *testing.T) {
	server, _ := testTLS(t)
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder()
		b := &Broker{cfg: Config{Notify: rec.notify, Security: Security{TLS: server}}}
		b.gate = &gate{b: b}
		b.main = &Address{b: b, conns: map[*conn]struct{}{}}
		b.main.owner.Store(&Owner{})
		c, client := pipe(b)
		defer client.Close()
		began := time.Now()
		go client.Write([]byte("\x16\x03\x01\x02\x00\x01\x00\x01"))
		_, err := c.Read(make([]byte, 4))
		if err == nil || time.Since(began) != handshakeTime {
			t.Errorf("got %v after %v, want an error after %v", err, time.Since(began), handshakeTime)
		}
		if es := rec.of(journal.BadFrame); len(es) != 1 || !strings.Contains(es[0].Reason, "not done within 10s") {
			t.Errorf("got %+v", es)
		}
		_ = c.Close()
	})
}

// What scanners send leaves no goroutine and, where they hang up, no entry.
func TestScannersLeaveNothing(t *testing.T) {
	server, _ := testTLS(t)
	rec := newRecorder()
	b := startBroker(t, Config{Notify: rec.notify, Security: Security{TLS: server, SASL: true}})
	before := runtime.NumGoroutine()
	for range 50 {
		for _, sent := range []string{"", "\x16", "\x16\x03", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", string(frameOf(handshakeRequest(0, "PLAIN"), 1)) + "\x00\x00\x00\x09\x00"} {
			c := dial(t, b.Addr())
			if _, err := io.WriteString(c, sent); err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before+2; {
		if time.Now().After(deadline) {
			t.Fatalf("there are %d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
	if es := rec.of(journal.BadFrame); len(es) > 0 {
		t.Errorf("got %+v", es[0])
	}
}

// Garbage behind the first byte of TLS ends its connection with one entry.
func TestGarbageThatBeginsLikeTLS(t *testing.T) {
	server, _ := testTLS(t)
	rec := newRecorder()
	b := startBroker(t, Config{Notify: rec.notify, Security: Security{TLS: server}})
	c := dial(t, b.Addr())
	if _, err := c.Write(append([]byte{tlsHandshake, 9, 9}, bytes.Repeat([]byte{0xff}, 100)...)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
	if e := rec.wait(t, journal.BadFrame, 1)[0]; !strings.HasPrefix(e.Reason, "TLS: ") {
		t.Errorf("got %q", e.Reason)
	}
}

// damaging is a connection that damages what is written from the second time on.
type damaging struct {
	net.Conn
	writes int
}

func (d *damaging) Write(p []byte) (int, error) {
	if d.writes++; d.writes > 1 {
		p = bytes.Clone(p)
		p[len(p)-1] ^= 1
	}
	return d.Conn.Write(p)
}

// What makes the gate give a handshake up is said: only a client that hangs up is not.
func TestDamagedHandshake(t *testing.T) {
	server, client := testTLS(t)
	rec := newRecorder()
	b := startBroker(t, Config{Notify: rec.notify, Security: Security{TLS: server}})
	secure := tls.Client(&damaging{Conn: dial(t, b.Addr())}, client)
	_ = secure.Handshake() // in TLS 1.3, the client learns of it when it reads
	if _, err := secure.Read(make([]byte, 1)); err == nil {
		t.Error("the client was served")
	}
	if e := rec.wait(t, journal.BadFrame, 1)[0]; !strings.HasPrefix(e.Reason, "TLS: ") {
		t.Errorf("got %q", e.Reason)
	}
}
