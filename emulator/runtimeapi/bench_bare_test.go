package runtimeapi

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// sameHandlerBare runs n invocations of a handler, an executable, on a Runtime
// API that does nothing but answer, and returns how many there were in a
// second: what two processes and HTTP cost on this machine without us.
func sameHandlerBare(b *testing.B, handler string, payload []byte, n int) float64 {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	const warmUp = 50
	var begun time.Time
	served, done := 0, make(chan time.Duration, 1)
	mux := http.NewServeMux()
	mux.HandleFunc(pathNext, func(w http.ResponseWriter, r *http.Request) {
		switch served {
		case warmUp:
			begun = time.Now()
		case warmUp + n:
			done <- time.Since(begun)
			<-r.Context().Done()
			return
		}
		served++
		w.Header().Set(headerRequestID, fmt.Sprint("id-", served))
		w.Header().Set(headerDeadline, fmt.Sprint(time.Now().Add(time.Hour).UnixMilli()))
		w.Write(payload)
	})
	mux.HandleFunc(pathInvocation, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, accepted)
	})
	server := &http.Server{Handler: mux}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		server.Serve(listener)
	}()
	cmd := exec.Command(handler)
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	took := <-done
	cmd.Process.Kill()
	cmd.Wait()
	server.Close()
	<-ended
	return float64(n) / took.Seconds()
}

// BenchmarkInvokeGo is a Go handler on our Runtime API, and beside it the same
// handler on a bare one.
func BenchmarkInvokeGo(b *testing.B) {
	c := goConfig(b)
	l, err := New(c)
	if err != nil {
		b.Fatal(err)
	}
	e, err := l.Launch(b.Context(), function.Spec{Function: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Stop()
	run(b, e, []byte(`{}`)) // warm up
	bare := sameHandlerBare(b, c.Binary, []byte(`{}`), max(b.N, 100))
	b.ResetTimer()
	got := run(b, e, []byte(`{}`))
	b.StopTimer()
	b.ReportMetric(got, "invocations/s")
	b.ReportMetric(bare, "bare-invocations/s")
	b.ReportMetric(got/bare, "of-bare")
}
