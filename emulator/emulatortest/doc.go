// Package emulatortest runs integration tests of functions on Kafka topics in
// virtual time: a real broker, real consumer groups, cold starts, throttles and
// six hours of retries, over in well under a second and the same to the byte on
// every machine.
//
//	func TestBids(t *testing.T) {
//		emulatortest.Run(t, emulator.Config{}, func(t *testing.T, w *emulatortest.World) {
//			w.Topic("bids", 3)
//			w.Topic("accepted", 3)
//			w.Function("validate", emulatortest.Each(validate), emulatortest.On("bids"), emulatortest.To("accepted"))
//			w.Produce("bids", emulatortest.Record("auction-1", Bid{Amount: 12}))
//			w.Idle()
//			w.Expect(t).Delivered("accepted", 1).NoLoss().OrderedByKey()
//		})
//	}
//
// Run opens a bubble of [testing/synctest]: time stands still while anything has
// something to do, and jumps to the next thing that happens when nothing has.
// Start is the same in real time, over TCP and with child processes; a World is
// used alike in both.
//
// What is the same in every run. With the same seed and the same code the
// modelled part of the journal is identical, and so is its Hash, whatever the
// number of processors, with and without the race detector. For that, what
// happens at one moment is put in order before it counts: requests of Kafka
// clients pass one by one (the emulator's own, then those of environments by
// number, then those of other clients by name; then by client id, API key and
// correlation id), what reaches the platform is taken by mapping, partition and
// assignment, then by environment, then by invocation, and handlers that begin
// at one moment begin one after the other. What an environment sends at the
// moment at which it ends arrives, and what an invocation sends without waiting
// for it is that invocation's up to the moment at which it ends.
//
// Not covered: goroutines of yours, or handlers that share variables or a client,
// which wake at the same moment; two clients made of one call of KafkaOptions;
// and, seldom, which of several members of one consumer group of your own gets
// which partition at the moment at which they join or leave: always with the
// protocols of KIP-848 and KIP-932 (share groups), whose member ids are drawn at
// random.
//
// Non-obvious: in Run, everything that waits must wait for a channel, a timer or
// another part of the test made within it. A real socket, a file descriptor, a
// channel made outside or a mutex held across a wait stops virtual time; a
// watchdog then names the goroutine. Call World.Idle, never synctest.Wait: the
// emulator does that, and two cannot.
package emulatortest
