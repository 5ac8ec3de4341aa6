package emulatortest

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// parcels is a tale with outputs and a failure record.
func parcels() *tale {
	y := newTale()
	y.assign(0, 0)
	y.order(0, "a", "b", "c")
	y.order(1, "d")
	y.produce(journal.Entry{Process: "shop"}, "orders", 1, "e")
	b := y.batch(0, 0, 1)
	i := y.start(b, journal.Cold)
	y.wait(20 * time.Millisecond)
	y.stop(b, i, journal.Succeeded, "")
	y.produce(journal.Entry{Function: "ship", Mapping: "ship", Invocation: i, Reason: "output"}, "shipped", 0, "a", "b")
	y.end(b, i, 0, 0, 1, journal.Succeeded)
	b = y.batch(0, 2, 2)
	i = y.start(b, journal.Warm)
	y.stop(b, i, journal.FunctionError, "Error: boom\nat line 3")
	y.produce(journal.Entry{Function: "ship", Mapping: "ship", Invocation: i, Reason: "on-failure"}, "dlq", 0, "c")
	y.end(b, i, 0, 2, 2, journal.DeadLettered)
	y.produce(journal.Entry{Function: "ship", Environment: 1, Invocation: i, Reason: "late"}, "dlq", 1, "x")
	return y
}

func TestDelivered(t *testing.T) {
	y := parcels()
	wantSaid(t, y.judge(func(x *Expectations) { x.Delivered("orders", 5).Delivered("shipped", 2).Delivered("dlq", 2) }), "")
	y.left = []string{"ship: 2 of orders/1, from offset 0 on"}
	wantSaid(t, y.judge(func(x *Expectations) { x.Delivered("orders", 1200) }), `
		expected 1,200 records produced to topic "orders", got 5
		all records of the topic, by producer:
		  client test: 4
		  process shop: 1
		those that count, by partition:
		  0: 3
		  1: 2
		in no terminal state:
		  ship: 2 of orders/1, from offset 0 on
		run it again with seed 7`)
}

func TestOnFailure(t *testing.T) {
	y := parcels()
	wantSaid(t, y.judge(func(x *Expectations) { x.OnFailure("dlq", 1).OnFailure("shipped", 0) }), "")
	wantSaid(t, y.judge(func(x *Expectations) { x.OnFailure("dlq", 2) }), `
		expected 2 records sent as failures to topic "dlq", got 1
		all records of the topic, by producer:
		  a client of function ship: 1
		  failure records of ship: 1
		those that count, by partition:
		  0: 1
		run it again with seed 7`)
	wantSaid(t, newTale().judge(func(x *Expectations) { x.OnFailure("dlq", 0) }), "")
	wantSaid(t, newTale().judge(func(x *Expectations) { x.OnFailure("dlq", 1) }), `
		expected 1 record sent as failures to topic "dlq", got 0
		run it again with seed 7`)
}

func TestNamesThatDoNotExist(t *testing.T) {
	y := parcels()
	topic := func(did, name string) string {
		return `expected something of topic "` + name + `", which does not exist` + did + `
			there are: dlq, orders, shipped
			run it again with seed 7`
	}
	for _, c := range []struct {
		want string
		f    func(*Expectations)
	}{
		{topic(`; did you mean "orders"?`, "order"), func(x *Expectations) { x.Delivered("order", 0) }},
		{topic("", "zzz"), func(x *Expectations) { x.OnFailure("zzz", 0) }},
		{topic(`; did you mean "shipped"?`, "Shipped"), func(x *Expectations) { x.OrderedByKey("Shipped") }},
		{topic("", "zzz"), func(x *Expectations) { x.NoDuplicates("zzz", nil) }},
		{topic("", "zzz"), func(x *Expectations) { x.InOrder("zzz", nil) }},
	} {
		wantSaid(t, y.judge(c.f), c.want)
	}
	function := `expected something of function "shop", which does not exist; did you mean "ship"?
		there are: ship
		run it again with seed 7`
	for _, f := range []func(*Expectations){
		func(x *Expectations) { x.ColdStarts("shop").Exactly(0) },
		func(x *Expectations) { x.Invocations("shop").AtLeast(1) },
		func(x *Expectations) { x.Throttles("shop").AtMost(0) },
		func(x *Expectations) { x.Retries("shop").Between(1, 2) },
		func(x *Expectations) { x.Latency("shop", 99).Below(0) },
		func(x *Expectations) { x.Duration("shop", 99).AtMost(0) },
	} {
		wantSaid(t, y.judge(f), function)
	}
}

func TestNamesOfWhatNothingHappenedTo(t *testing.T) {
	wantSaid(t, newTale().judge(func(x *Expectations) { x.Delivered("dlq", 0) }), "")
	y := newTale()
	y.maps = nil
	wantSaid(t, y.judge(func(x *Expectations) { x.ColdStarts("ship").Exactly(0) }), `
		expected something of function "ship", which does not exist
		there are: none
		run it again with seed 7`)
}

func TestNoDuplicates(t *testing.T) {
	key := func(r *kgo.Record) string { return string(r.Key) }
	y := parcels()
	y.order(2, "", "")
	wantSaid(t, y.judge(func(x *Expectations) { x.NoDuplicates("orders", key) }), "")
	y.wait(time.Second)
	y.produce(journal.Entry{Function: "ship", Mapping: "ship", Invocation: 2, Reason: "output"}, "shipped", 1, "b")
	wantSaid(t, y.judge(func(x *Expectations) { x.NoDuplicates("shipped", key) }), `
		expected no duplicates in topic "shipped", got 1:
		  "b": shipped/0 @1 and shipped/1 @0
		the story of shipped/0 @1:
		  00:00:00.000  ship: invocation 1 started cold in environment 1 (orders/0 @0-1, 2 records)
		  00:00:00.020  ship: invocation 1 succeeded after 10 ms (orders/0 @0-1, 2 records)
		  00:00:00.020  shipped/0 @0-1: 2 records (20 B) as output of ship, invocation 1
		the story of shipped/1 @0:
		  00:00:00.020  ship: invocation 2 started warm in environment 1 (orders/0 @2, 1 record)
		  00:00:00.020  ship: invocation 2 failed after 10 ms: Error: boom (orders/0 @2, 1 record) ...
		  00:00:01.020  shipped/1 @0: 1 record (10 B) as output of ship, invocation 2
		run it again with seed 7`)
}
