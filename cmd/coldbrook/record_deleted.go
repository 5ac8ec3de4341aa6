package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// deletedEvery is how often a recording to which nothing comes asks whether its topics are
// still there: the client waits for them to come back, without a word.
const deletedEvery = 2 * time.Second

// checkDeleted returns an error if a topic was deleted. What else keeps Kafka from answering
// the client meets itself.
func (k *kafkaTake) checkDeleted(ctx context.Context, now time.Time) error {
	if now.Sub(k.checked) < deletedEvery {
		return nil
	}
	k.checked = now
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	all, err := k.admin.ListTopics(ctx, k.topics...)
	if err != nil {
		return nil //nolint:nilerr // why: see above
	}
	for _, name := range k.topics {
		if errors.Is(all[name].Err, kerr.UnknownTopicOrPartition) {
			return fmt.Errorf("record %s: the topic was deleted", name)
		}
	}
	return nil
}
