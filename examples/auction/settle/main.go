// The process settle is the stateful part of the auction: a native stream
// processor that joins items and bids and closes the auctions that are over, by
// event time.
//
// It reads auction.items and auction.bids from the beginning each time it starts
// and keeps its state in memory; what auction.completed already holds is not
// written again. So a restart loses nothing and duplicates nothing, without a
// store or committed offsets. That takes as long as reading the topics does, and
// only one settle may run at a time.
//
// One goroutine does all the work; ledger.go has the rules, the rest is I/O.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coldbrook-dev/coldbrook/examples/auction/topic"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	kafka, err := topic.Client()
	if err == nil {
		err = run(ctx, options{
			kafka: kafka,
			grace: 2 * time.Second,
			early: 10 * time.Second,
			quiet: 500 * time.Millisecond,
			log:   os.Stdout,
		})
	}
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "settle: %v\n", err)
		stop()
		os.Exit(1)
	}
}
