package tui

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/tui/store"
)

// BenchmarkTrigger is what an entry costs that does not fire.
func BenchmarkTrigger(b *testing.B) {
	v := store.New(nil)
	e := journal.Entry{Kind: journal.RecordsEnded, Function: "ship", Mapping: "ship", Topic: "orders", Outcome: journal.Succeeded}
	q, err := query.Parse("fn=price & dur>500ms | keylate")
	if err != nil {
		b.Fatal(err)
	}
	for name, spec := range map[string]*triggerSpec{"off": nil, "overtake": {}, "filter": {on: onFilter, query: q}} {
		b.Run(name, func(b *testing.B) {
			t := newTrigger()
			if spec != nil {
				t.arm(*spec)
			}
			b.ReportAllocs()
			for b.Loop() {
				t.watch(&e, v)
			}
		})
	}
}

func TestCapturesAreBounded(t *testing.T) {
	var k captures
	for i := range 30 {
		v := store.New(nil)
		v.Events.Total = uint64(i)
		k.add(&capture{view: v})
	}
	if len(k.all) != mostCaptures || k.at != mostCaptures-1 || k.all[0].view.Events.Total != 10 {
		t.Errorf("got %d captures, at %d, the first of %d", len(k.all), k.at, k.all[0].view.Events.Total)
	}
}
