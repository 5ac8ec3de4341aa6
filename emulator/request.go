package emulator

import (
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
	"github.com/coldbrook-dev/coldbrook/emulator/kafkaevent"
	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Where the emulated functions are, for ARNs. The account is the one AWS uses in
// its own examples.
const (
	region  = "us-east-1"
	account = "123456789012"
)

func functionARN(name string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":function:" + name
}

// clusterARN is what an event of source msk says it comes from.
const clusterARN = "arn:aws:kafka:" + region + ":" + account + ":cluster/coldbrook/00000000-0000-4000-8000-000000000000-1"

// request makes what the handler sees of an invocation. An in-process handler
// gets the records as they are, without a document.
func (b *binding) request(seed uint64, id platform.InvocationID, deadline time.Time, records []*kgo.Record) function.Request {
	r := function.Request{ID: requestID(seed, id), Invocation: uint64(id), Deadline: deadline, ARN: b.arn}
	if b.inProcess {
		r.Records = records
		return r
	}
	r.Payload = b.event.AppendEvent(nil, records)
	return r
}

// requestID is the UUID of an invocation: the same in every run with the same
// seed.
func requestID(seed uint64, id platform.InvocationID) string {
	var u [16]byte
	binary.BigEndian.PutUint64(u[:8], scramble(seed^scramble(uint64(id))))
	binary.BigEndian.PutUint64(u[8:], scramble(seed+uint64(id)))
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80 // version 4, variant of RFC 9562
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// scramble is the finalizer of MurmurHash3: a bijection that spreads every bit.
func scramble(x uint64) uint64 {
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// failureRecords makes the records for the on-failure topic, one for each.
func (b *binding) failureRecords(seed uint64, of failedBatch, records []*kgo.Record) []*kgo.Record {
	failed := kafkaevent.FailedInvocation{
		RequestID: requestID(seed, of.invocation), FunctionARN: b.arn, Condition: of.condition,
		InvokeCount: int(of.attempt), At: of.at,
	}
	if of.attempt > 0 {
		failed.FunctionError = "Unhandled"
	}
	if b.results != "" {
		return b.connectorErrors(of, records)
	}
	if isARN(b.destination) {
		return b.destinationRecords(seed, failed, records)
	}
	out := make([]*kgo.Record, len(records))
	for i, r := range records {
		out[i] = b.event.FailureRecord(b.onFailure, failed, r)
	}
	return out
}

// failedBatch is what an on-failure record says about its batch.
type failedBatch struct {
	invocation platform.InvocationID
	attempt    int32
	condition  string
	reason     string
	at         time.Time
}
