// Package broker is the embedded Kafka: one kfake node behind a gate that every
// client connection passes. It is the only importer of kfake.
//
// Words. The gate is what stands between a client's socket and kfake. A frame
// is one request as it is on the wire, its length first. An Address is a
// loopback port of its own that leads to the same broker; a client that came in
// by an Address is told that address wherever Kafka names a broker, so that it
// stays there, and what it produces is known to be its owner's.
//
// The gate hands kfake only whole frames that were checked: the length, the API
// key, the version, every length inside (layouts.go), and what would make kfake
// panic, loop or write outside its folder (guard*.go). A bad frame ends its
// connection and leaves one BadFrame entry.
//
// A client of an environment that came in by the main listener all the same is told the
// main address, but counts as its owner's, if Config.Owner knows whose it is (whose.go).
//
// What is produced is journalled as ranges, on the way back to the client, when
// the offsets are known and before the client knows: RecordsProduced. An acks=0
// request goes on as acks=1, and its answer is swallowed. With Config.Records, what is
// known of each record (look.go) is read in the pass that checks the framing, on the way
// in. What a process is sent is journalled, too: RecordsFetched.
//
// The gate ends TLS (tls.go) and answers logins (login*.go) itself: kfake sees neither,
// and is asked for its versions in the place of a token, so that answers stay in order.
//
// Goroutines. One accepts connections per listener, owned by the broker or its
// Address. kfake reads and writes each connection in its own goroutines, in
// which the gate's code runs (conn.Read, conn.Write) and Config.Notify is
// called. The janitor wakes every two seconds, or when much was produced, and
// keeps the log within Config.Retention.
//
// Not emulated: more than one broker, replication, quotas, client certificates, GSSAPI,
// time-based retention unless a topic asks for it, message formats before 2.
// kfake emulates the rest as its documentation says.
//
// Non-obvious: kfake reads the next request while it handles the last, but
// handles and answers one at a time and in order, and writes an answer with one
// Write; conn relies on all three. It keeps the buffer that it reads a request into,
// so that a batch in it is the same when the answer comes; what is in the scratch of a
// conn is not. kfake's admin calls block for ever once it is closed; they go through
// Broker.ask. Unless every record is looked at, a compressed batch is decoded only
// while a connection is young (checkedBatches); kfake panics on a record whose length
// points outside its batch, when it looks up offsets by time or compacts. Produce
// is offered up to version 12 only (see options).
package broker
