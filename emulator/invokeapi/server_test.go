package invokeapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestPagesInBrowsersAreKeptOut(t *testing.T) {
	f := &fake{}
	s := serve(t, f)
	_, port, _ := net.SplitHostPort(s.Addr())
	for _, headers := range [][]string{
		{"Host", "evil.example:" + port}, {"Host", "127.0.0.1.nip.io:" + port}, {"Host", "127.0.0.1"}, {"Host", "localhost"},
		{"Host", "127.0.0.1:1"}, {"Host", "[::1]"}, {"Host", "0.0.0.0:" + port}, {"Host", "192.168.0.1:" + port},
		{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "http://localhost:3000"}, {"Origin", "https://" + s.Addr()},
		{"Origin", "http://localhost:" + port}, // not the same as the Host
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "new-kind"},
	} {
		a := invoke(t, s, "ship", "{}", headers...)
		a.want(t, 403, "X-Amzn-Errortype: AccessDeniedException", `"Type":"User","message":"the `)
		if got := a.header.Values("Access-Control-Allow-Origin"); got != nil {
			t.Errorf("%q: got Access-Control-Allow-Origin %q", headers, got)
		}
		send(t, s, "GET", "/2015-03-31/functions", nil, headers...).want(t, 403)
		send(t, s, "OPTIONS", "/2015-03-31/functions/ship/invocations", nil, headers...).want(t, 403)
	}
	if _, n := f.last(); n != 0 {
		t.Fatalf("the platform was asked %d times", n)
	}
	for _, headers := range [][]string{
		nil, {"Host", "localhost:" + port}, {"Host", "[::1]:" + port}, {"Origin", "http://" + s.Addr()},
		{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"},
	} {
		invoke(t, s, "ship", "{}", headers...).want(t, 200)
	}
}

func TestWhatIsNotEmulatedSaysSo(t *testing.T) {
	s := serve(t, &fake{})
	const path = "/2015-03-31/functions/ship/invocations"
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE"} {
		a := send(t, s, method, path, nil)
		a.want(t, 405, "Allow: POST", "X-Amzn-Errortype: UnknownOperationException")
		if method != "HEAD" && !strings.Contains(a.body, "only POST") {
			t.Errorf("%s: got %s", method, a.body)
		}
	}
	for _, c := range [][2]string{
		{"POST", "/2021-11-15/functions/ship/response-streaming-invocations"}, {"GET", "/"}, {"GET", "/favicon.ico"}, {"POST", "/2015-03-31/functions/ship/aliases"},
		{"POST", "/2015-03-31/functions//invocations"}, {"POST", "/2015-03-31/functions/../functions/ship/invocations"}, {"GET", "/2015-03-31/functions/ship/a/b"},
	} {
		send(t, s, c[0], c[1], nil).want(t, 404, "UnknownOperationException", "is not emulated. Coldbrook has Invoke, InvokeAsync, GetFunction")
	}
	send(t, s, "POST", "/2015-03-31/functions", strings.NewReader("{}")).want(t, 405, "Allow: GET", "coldbrook.yaml")
}

func TestTakenPortIsNamed(t *testing.T) {
	s := serve(t, &fake{})
	_, port, _ := net.SplitHostPort(s.Addr())
	taken := 0
	fmt.Sscan(port, &taken)
	_, err := Listen(Config{Port: taken, ARNs: arns})
	failed, ok := errors.AsType[*PortError](err)
	if !ok || !strings.Contains(err.Error(), "start Invoke API: ") || !strings.Contains(err.Error(), port) || !strings.Contains(failed.Hint(), "port "+port) {
		t.Errorf("got %v, want an error that names port %s, with a hint", err, port)
	}
}

// TestHostileConnections sends what no client of HTTP would.
func TestHostileConnections(t *testing.T) {
	s := serve(t, &fake{})
	for _, text := range []string{
		"\x00\x01\x02", "POST / HTTP/9.9\r\n\r\n", "POST /%zz HTTP/1.1\r\nHost: " + s.Addr() + "\r\n\r\n",
		"POST /2015-03-31/functions/ship/invocations HTTP/1.1\r\nHost: " + s.Addr() + "\r\nContent-Length: 100\r\n\r\nshort",
		"POST /2015-03-31/functions/ship/invocations HTTP/1.1\r\nHost: " + s.Addr() + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET / HTTP/1.1\r\nHost: " + s.Addr() + "\r\nX: " + strings.Repeat("x", 2*maxHeaders) + "\r\n\r\n",
	} {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, text)
		c.(*net.TCPConn).CloseWrite()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		if r, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil && r.StatusCode/100 != 4 && r.StatusCode/100 != 5 {
			t.Errorf("%.60q: got %s", text, r.Status)
		}
		c.Close()
	}
	invoke(t, s, "ship", "1").want(t, 200, "1")
}

func TestCloseWaitsForWhatIsUnderWay(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	f := &fake{functions: named("ship"), answer: func(context.Context, Invocation) (Result, error) {
		close(begun)
		<-release
		return Result{Payload: []byte(`"late"`)}, nil
	}}
	s := serve(t, f)
	answered := make(chan answer)
	go func() { answered <- invoke(t, s, "ship", "") }()
	<-begun
	s.Drain()
	if c, err := net.Dial("tcp", s.Addr()); err == nil {
		c.Close()
		t.Error("a new client was accepted while the server drains")
	}
	closed := make(chan struct{})
	go func() {
		s.Close(t.Context())
		close(closed)
	}()
	close(release)
	(<-answered).want(t, 200, `"late"`)
	<-closed
}

func TestCloseGivesUpWhatDoesNotEnd(t *testing.T) {
	begun := make(chan struct{})
	s := serve(t, &fake{answer: func(ctx context.Context, _ Invocation) (Result, error) {
		close(begun)
		<-ctx.Done()
		return Result{}, ctx.Err()
	}})
	answered := make(chan answer)
	go func() { answered <- invoke(t, s, "ship", "") }()
	<-begun
	over, cancel := context.WithCancel(t.Context())
	cancel()
	s.Close(over)
	(<-answered).want(t, 503, "ServiceException", "the run has ended")
	s.Close(t.Context()) // once more
}

func TestServerThatNeverServed(t *testing.T) {
	s, err := Listen(Config{ARNs: arns})
	if err != nil {
		t.Fatal(err)
	}
	address := s.Addr()
	s.Close(t.Context())
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
	var none *Server
	none.Serve(nil)
	none.Drain()
	none.Close(t.Context())
	if none.Addr() != "" {
		t.Error("no server has an address")
	}
}
