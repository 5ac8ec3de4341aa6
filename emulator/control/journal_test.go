package control

import (
	"context"
	"io"
	"testing"
)

// TestJournal: it comes whole, and as it comes when it is followed.
func TestJournal(t *testing.T) {
	dir := shortDir(t)
	target := newTarget()
	serve(t, dir, target)
	c := NewClient(find(t, dir))
	defer c.Close()
	in, err := c.Journal(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(in); err != nil || string(all) != "entries" {
		t.Errorf("got %q, %v", all, err)
	}
	in.Close()

	if in, err = c.Journal(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	begin := make([]byte, len("entries"))
	if _, err := io.ReadFull(in, begin); err != nil || string(begin) != "entries" {
		t.Fatalf("got %q, %v, before the end", begin, err)
	}
	target.Stop("over")
	if rest, err := io.ReadAll(in); err != nil || string(rest) != " over" {
		t.Errorf("got %q, %v", rest, err)
	}
}

// TestFollowedJournalEndsWithItsReader: nothing is left of who has gone.
func TestFollowedJournalEndsWithItsReader(t *testing.T) {
	dir := shortDir(t)
	s := serve(t, dir, newTarget())
	c := NewClient(find(t, dir))
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	in, err := c.Journal(ctx, true)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(in); err == nil {
		t.Error("it ended as if it were whole")
	}
	in.Close()
	s.Close() // waits for what still runs
}
