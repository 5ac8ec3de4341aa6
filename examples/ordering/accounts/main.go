// The process accounts produces payments of twelve accounts, a hundred each second. The
// payments of an account are numbered.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	accounts = 12
	every    = 10 * time.Millisecond
)

type payment struct {
	Account string `json:"account"`
	Number  int    `json:"number"`
	Cents   int    `json:"cents"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "accounts: %v\n", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	servers := os.Getenv("KAFKA_BOOTSTRAP_SERVERS")
	if servers == "" {
		return fmt.Errorf("KAFKA_BOOTSTRAP_SERVERS is not set: start this with coldbrook dev")
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(servers, ",")...), kgo.DefaultProduceTopic("payments"), kgo.ProducerLinger(0))
	if err != nil {
		return err
	}
	defer client.Close()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for n := 0; ; n++ {
		p := payment{Account: fmt.Sprintf("account-%02d", n*7%accounts+1), Number: n/accounts + 1, Cents: 100 + n*37%900}
		value, err := json.Marshal(p)
		if err != nil {
			return err
		}
		record := &kgo.Record{Key: []byte(p.Account), Value: value}
		if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
