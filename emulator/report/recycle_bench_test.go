package report

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/lineage"
)

// indexed is a past whose messages are found at once, as in a journal file.
type indexed struct {
	*past
	at map[lineage.Record]*journal.Message
}

func (i indexed) Message(topic string, partition int32, offset int64) (*journal.Message, error) {
	return i.at[lineage.Record{Topic: topic, Partition: partition, Offset: offset}], nil
}

func benchRun(records int, fresh bool) indexed {
	const batch = 100
	p := newPast()
	for at := 0; at < records; at += batch {
		h := handled{environment: 1, first: int64(at), last: int64(at + batch - 1)}
		if fresh {
			h.environment = uint32(at + 1)
		}
		var in []keyed
		for i := range batch {
			n := strconv.Itoa(at + i)
			in = append(in, keyed{n, `{"id":` + n + `,"name":"somebody","price":12}`})
			h.outputs = append(h.outputs, keyed{n, `{"id":` + n + `,"contact":{"email":"a@example.com","version":3}}`})
			h.origins = append(h.origins, int32(i))
		}
		p.arrive(in...)
		p.handle(h)
	}
	all := indexed{p, map[lineage.Record]*journal.Message{}}
	for i := range p.Messages {
		m := &p.Messages[i]
		all.at[lineage.Record{Topic: m.Topic, Partition: m.Partition, Offset: m.Offset}] = m
	}
	return all
}

// BenchmarkRecycle compares two runs of 100,000 records, beside reading their values as
// JSON alone.
func BenchmarkRecycle(b *testing.B) {
	const records = 100_000
	first, again := benchRun(records, false), benchRun(records, true)
	b.Run("compare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r, err := Recycle(first, again, RecycleOptions{}); err != nil || r.Functions[0].Equal != records {
				b.Fatal(r, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
	})
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			for _, of := range []indexed{first, again} {
				for i := range of.Messages {
					var v any
					if err := json.Unmarshal(of.Messages[i].Value, &v); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
	})
}
