package kafkaevent

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

func headed(headers ...string) *kgo.Record {
	r := new(kgo.Record)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, "=")
		r.Headers = append(r.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
	}
	return r
}

func headersOf(rs []*kgo.Record) string {
	var all []string
	for _, r := range rs {
		var one []string
		for _, h := range r.Headers {
			one = append(one, h.Key+"="+string(h.Value))
		}
		all = append(all, strings.Join(one, ","))
	}
	return strings.Join(all, "; ")
}

func TestCarryTrace(t *testing.T) {
	in := func() []*kgo.Record {
		return []*kgo.Record{headed("x=1", "traceparent=a", "tracestate=s"), headed("x=2"), headed("traceparent=c")}
	}
	for name, c := range map[string]struct {
		out     []*kgo.Record
		origins []int32
		want    string
	}{
		"by index":    {[]*kgo.Record{headed("y=1"), headed(), headed()}, nil, "y=1,traceparent=a,tracestate=s; ; traceparent=c"},
		"their own":   {[]*kgo.Record{headed("traceparent=z"), headed(), headed("tracestate=q")}, nil, "traceparent=z; ; tracestate=q,traceparent=c"},
		"other count": {[]*kgo.Record{headed(), headed()}, nil, "; "},
		"by name":     {[]*kgo.Record{headed(), headed(), headed(), headed()}, []int32{2, -1, 0, 2}, "traceparent=c; ; traceparent=a,tracestate=s; traceparent=c"},
		"none":        {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			CarryTrace(c.out, in(), c.origins)
			if got := headersOf(c.out); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What the handler keeps is not written to, and a record that it hands back as it came
// stays as it is.
func TestCarryTraceLeavesWhatIsNotItsOwn(t *testing.T) {
	in := []*kgo.Record{headed("traceparent=a"), headed("traceparent=b")}
	shared := make([]kgo.RecordHeader, 1, 8)
	shared[0].Key = "shared"
	out := []*kgo.Record{{Headers: shared}, {Headers: shared}}
	CarryTrace(out, in, nil)
	if got := headersOf(out); got != "shared=,traceparent=a; shared=,traceparent=b" {
		t.Errorf("got %q", got)
	}
	if more := shared[:2]; more[1].Key != "" {
		t.Errorf("%q was written behind the handler's headers", more[1].Key)
	}
	CarryTrace(in, in, nil)
	if got := headersOf(in); got != "traceparent=a; traceparent=b" {
		t.Errorf("got %q", got)
	}
}

// A function that is invoked with one record may return one object.
func TestCarryTraceOfOneObject(t *testing.T) {
	in := []*kgo.Record{headed("traceparent=a")}
	out, err := Outputs([]byte(`{"value": "x", "headers": {"y": "1"}}`), in, "out", false)
	if err != nil {
		t.Fatal(err)
	}
	CarryTrace(out, in, nil)
	if got := headersOf(out); got != "y=1,traceparent=a" {
		t.Errorf("got %q", got)
	}
}

func BenchmarkCarryTrace(b *testing.B) {
	for _, traced := range []bool{false, true} {
		b.Run(fmt.Sprintf("traced=%v", traced), func(b *testing.B) {
			var in []*kgo.Record
			for range 1000 {
				r := headed()
				if traced {
					r = headed("traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
				}
				in = append(in, r)
			}
			out := make([]*kgo.Record, 1000)
			for b.Loop() {
				for i := range out {
					out[i] = new(kgo.Record)
				}
				CarryTrace(out, in, nil)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/record")
		})
	}
}
