package runtimeapi

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// batch is the event document of 1,000 records of 100 bytes, about 290 KB.
func batch() []byte {
	value := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("v", 100)))
	var b bytes.Buffer
	b.WriteString(`{"eventSource":"SelfManagedKafka","bootstrapServers":"127.0.0.1:9092","records":{"bids-0":[`)
	for i := range 1000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"topic":"bids","partition":0,"offset":%d,"timestamp":1764979200000,`+
			`"timestampType":"CREATE_TIME","key":"YmlkZGVy","value":"%s","headers":[]}`, i, value)
	}
	b.WriteString(`]}}`)
	return b.Bytes()
}

// bare is an environment whose runtime is a loop in this program: what the
// protocol costs without a process and a language.
func bare(b *testing.B) *environment {
	b.Helper()
	e := newEnvironment(&Config{Timeout: time.Minute}, function.Spec{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go e.server.Serve(listener)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		bareRuntime("http://" + listener.Addr().String())
	}()
	b.Cleanup(func() {
		e.server.Close()
		<-ended
	})
	<-e.initDone
	return e
}

// bareRuntime answers null until the server is closed.
func bareRuntime(address string) {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		r, err := client.Get(address + pathNext)
		if err != nil {
			return
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
		r, err = client.Post(address+pathInvocation+r.Header.Get(headerRequestID)+"/response", "application/json",
			strings.NewReader("null"))
		if err != nil {
			return
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
}

// run does b.N invocations and returns how many there were in a second.
func run(b *testing.B, e function.Instance, payload []byte) float64 {
	b.Helper()
	begun := time.Now()
	for i := range b.N {
		r := e.Invoke(b.Context(), function.Request{ID: fmt.Sprint("id-", i), Payload: payload, Deadline: begun.Add(time.Hour)})
		if r.Outcome != journal.Succeeded {
			b.Fatalf("got %v %s", r.Outcome, r.ErrorMessage)
		}
	}
	return float64(b.N) / time.Since(begun).Seconds()
}

// compare measures a handler beside the bare loop, both with payload, and
// reports them per second, each invocation counting as records.
func compare(b *testing.B, c Config, payload []byte, unit string, records float64) {
	l, err := New(c)
	if err != nil {
		b.Fatal(err)
	}
	e, err := l.Launch(b.Context(), function.Spec{Function: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Stop()
	loop := bare(b)
	run(b, e, payload) // warm up
	limit := run(b, loop, payload)
	b.ResetTimer()
	got := run(b, e, payload)
	b.StopTimer()
	b.ReportMetric(got*records, unit+"/s")
	b.ReportMetric(limit*records, "bare-"+unit+"/s")
	b.ReportMetric(got/limit, "of-bare")
}

func BenchmarkInvoke(b *testing.B) {
	for name, config := range map[string]func(*testing.B) Config{
		"go":     func(b *testing.B) Config { return goConfig(b) },
		"node":   func(b *testing.B) Config { return nodeConfig(b, "bench.nothing") },
		"python": func(b *testing.B) Config { return pythonConfig(b, "bench.nothing") },
	} {
		for _, freeze := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/freeze=%v", name, freeze), func(b *testing.B) {
				c := config(b)
				c.Freeze = freeze
				compare(b, c, []byte(`{}`), "invocations", 1)
			})
		}
	}
}

func BenchmarkRecords(b *testing.B) {
	for _, handler := range []string{"nothing", "map"} {
		b.Run("node/"+handler, func(b *testing.B) {
			compare(b, nodeConfig(b, "bench."+handler), batch(), "records", 1000)
		})
	}
}

// BenchmarkLaunch is from nothing to ready, and gone again.
func BenchmarkLaunch(b *testing.B) {
	for name, config := range map[string]func(*testing.B) Config{
		"go":     func(b *testing.B) Config { return goConfig(b) },
		"node":   func(b *testing.B) Config { return nodeConfig(b, "bench.nothing") },
		"python": func(b *testing.B) Config { return pythonConfig(b, "bench.nothing") },
	} {
		b.Run(name, func(b *testing.B) {
			l, err := New(config(b))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e, err := l.Launch(b.Context(), function.Spec{Function: "bench"})
				if err != nil {
					b.Fatal(err)
				}
				e.Stop()
			}
		})
	}
}
