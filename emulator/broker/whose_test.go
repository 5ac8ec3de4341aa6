package broker

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestAClientAtTheMainAddressIsItsOwners: it is told the main address, and what it
// produces is of the invocation that is open at its own.
func TestAClientAtTheMainAddressIsItsOwners(t *testing.T) {
	rec := newRecorder()
	var asked atomic.Int32
	var own atomic.Value
	own.Store("")
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify,
		Owner: func(client, server netip.AddrPort) string {
			asked.Add(1)
			if !client.IsValid() || server.Port() == 0 || client.Port() == server.Port() {
				t.Errorf("asked for %s to %s", client, server)
			}
			return own.Load().(string)
		}})
	a := openAddress(t, b, Owner{Function: "ship"})
	own.Store(a.Addr())
	e := &environment{Address: a, t: t, rec: rec, conn: dial(t, b.Addr())}
	now := nextMillisecond()
	e.expect(e.produce(now, now), 0, "") // of its init
	a.Assign(7)
	a.Begin(41)
	now = nextMillisecond()
	got := e.produce(now, now)
	e.expect(got, 41, "")
	if got.Function != "ship" || got.Environment != 7 || got.Measured.Address != b.Addr() {
		t.Errorf("got %+v, want it of ship, environment 7, at %s", got, b.Addr())
	}
	a.End()
	e.expect(e.produce(now, now), 41, Late)
	if asked := asked.Load(); asked != 1 {
		t.Errorf("asked %d times about one connection", asked)
	}
	metadata := kmsg.NewPtrMetadataRequest()
	metadata.SetVersion(9)
	answer, err := metadata.RequestWith(t.Context(), newClient(t, b.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	if broker := answer.Brokers[0]; broker.Port != b.main.port {
		t.Errorf("told port %d, want %d", broker.Port, b.main.port)
	}

	own.Store("") // whoever comes now is nobody
	produce(t, newClient(t, b.Addr()), "in", "x")
	if es := rec.wait(t, journal.RecordsProduced, 4); es[3].Function != "" || es[3].Invocation != 0 {
		t.Errorf("got %+v, want it of nobody", es[3])
	}
	own.Store("127.0.0.1:1") // an address that is closed
	produce(t, newClient(t, b.Addr()), "in", "x")
	if es := rec.wait(t, journal.RecordsProduced, 5); es[4].Function != "" {
		t.Errorf("got %+v, want it of nobody", es[4])
	}
	before := asked.Load()
	own.Store(a.Addr())
	produce(t, newClient(t, openAddress(t, b, Owner{Process: "settle"}).Addr()), "in", "x")
	if es := rec.wait(t, journal.RecordsProduced, 6); es[5].Process != "settle" || asked.Load() != before {
		t.Errorf("got %+v, asked %d times, want it of the process whose address it is", es[5], asked.Load()-before)
	}
}

// TestAConnectionOutlivesTheAddressOfItsOwner: one at the main address is not cut when the
// environment's is closed.
func TestAConnectionOutlivesTheAddressOfItsOwner(t *testing.T) {
	rec := newRecorder()
	var own atomic.Value
	own.Store("")
	b := startBroker(t, Config{Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify,
		Owner: func(_, _ netip.AddrPort) string { return own.Load().(string) }})
	a := openAddress(t, b, Owner{Function: "ship", Environment: 7})
	own.Store(a.Addr())
	e := &environment{Address: a, t: t, rec: rec, conn: dial(t, b.Addr())}
	a.Begin(1)
	now := nextMillisecond()
	e.expect(e.produce(now, now), 1, "")
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	now = time.Now().UnixMilli()
	if got := e.produce(now, now); got.Function != "ship" {
		t.Errorf("got %+v, want it of ship", got)
	}
}
