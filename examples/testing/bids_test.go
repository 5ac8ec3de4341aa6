// How a function is tested with Coldbrook, in a module of its own.
//
//	go test -tags synctests ./...
//
// Only Go is needed: no Docker, no Kafka, no account. Both tests run on a real
// broker with a real consumer group, and on a model of the platform which the
// function would have in the cloud. Time is virtual: seven hours of throttles,
// retries and back-off take a fraction of a second, and are the same to the
// nanosecond in every run and on every machine.
//
// What bids_test.go shows, in its order:
//
//   - w.Topic and w.Function declare what coldbrook.yaml would; the handler is
//     the one that lambda.Start gets, and reads events.KafkaEvent.
//   - w.Throttle, w.Crash and their like are the platform's bad days. One that
//     never happened fails the test.
//   - w.Produce and w.Advance are the traffic, w.Idle waits for the last retry.
//   - w.Expect(t) reads what happened from the journal, and tells the story of
//     the record it does not hold for.
//
// More is in docs/testing.md. In a module of yours, go get
// github.com/coldbrook-dev/coldbrook takes the place of the replace in go.mod.
package bids_test

import (
	"context"
	"testing"
	"time"

	"example.com/bids"
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

// provisioned is the mode of event source mappings that has partial batch
// responses, a number of retries, and topics for failures.
var provisioned = emulator.Config{Profile: "aws-provisioned"}

// memory is the books of a test: how often each bid was booked. Handlers begin
// one after the other in virtual time, and this one never waits: no lock.
type memory map[bids.Bid]int

func (m memory) Book(_ context.Context, b bids.Bid) error {
	m[b]++
	return nil
}

// TestOneBadBid: in the first hour the account has no concurrency left for the
// function, then a bid without an amount, which never succeeds, is tried 301
// times. It ends in bids.failed, all others in the books, in their order. But
// they wait for it, and whoever sets 300 retries should know that.
func TestOneBadBid(t *testing.T) {
	emulatortest.Run(t, provisioned, func(t *testing.T, w *emulatortest.World) {
		booked := memory{}
		w.Topic("bids", 3)
		w.Topic("bids.failed", 1)
		w.Function("book-bids", (&bids.Function{Books: booked}).Handle,
			// A fixed number of pollers: when it is scaled the group rebalances, and who
			// gets a partition next begins to count retries anew.
			emulatortest.On("bids", emulatortest.Partial(), emulatortest.Retries(300), emulatortest.OnFailure("bids.failed"), emulatortest.Pollers(1)),
			emulatortest.Takes(20*time.Millisecond, 80*time.Millisecond))
		w.Throttle("book-bids", emulatortest.For(time.Hour))

		w.Produce("bids", emulatortest.Record("lamp", bids.Bid{Auction: "lamp", Bidder: "eve"}))
		good := 0
		for minute := range 6 * 60 {
			for _, auction := range []string{"chair", "clock", "desk"} {
				w.Produce("bids", emulatortest.Record(auction, bids.Bid{Auction: auction, Bidder: "ann", Amount: 100 + minute}))
				good++
			}
			w.Advance(time.Minute)
		}
		w.Idle()

		w.Expect(t).NoLoss().OrderedByKey().OnFailure("bids.failed", 1)
		w.Expect(t).Throttles("book-bids").AtLeast(10).Retries("book-bids").Exactly(300)
		w.Expect(t).ColdStarts("book-bids").AtMost(2 * (1 + 6/2)) // two at once, and none lives for less than two hours
		w.Expect(t).Latency("book-bids", 100).Between(5*time.Hour, 6*time.Hour)
		if len(booked) != good {
			t.Errorf("%d bids are in the books, want the %d good ones", len(booked), good)
		}
	})
}

// TestCrashAfterBooking: the process dies when a bid is booked and the platform
// does not know yet, so the bid comes again, to the same environment. Books must
// not mind.
func TestCrashAfterBooking(t *testing.T) {
	emulatortest.Run(t, provisioned, func(t *testing.T, w *emulatortest.World) {
		booked := memory{}
		w.Topic("bids", 3)
		w.Function("book-bids", (&bids.Function{Books: booked}).Handle, emulatortest.On("bids", emulatortest.Partial()))
		w.Crash("book-bids", emulatortest.Once(), emulatortest.AfterHandler())

		bid := bids.Bid{Auction: "lamp", Bidder: "ann", Amount: 100}
		w.Produce("bids", emulatortest.Record(bid.Auction, bid))
		w.Idle()

		w.Expect(t).NoLoss().Invocations("book-bids").Exactly(2).ColdStarts("book-bids").Exactly(1)
		if n := booked[bid]; n != 2 {
			t.Errorf("the bid was booked %d times, want once and once again", n)
		}
	})
}
