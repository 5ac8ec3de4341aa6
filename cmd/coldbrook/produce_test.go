package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		o                produceOptions
		line, key, value string
		keyed            bool
	}{
		{produceOptions{}, "a:b", "", "a:b", false},
		{produceOptions{separator: ":"}, "a:b:c", "a", "b:c", true},
		{produceOptions{separator: "::"}, "a:b", "", "a:b", false},
		{produceOptions{separator: ":"}, ":b", "", "b", true},
		{produceOptions{separator: ":"}, "a:", "a", "", true},
		{produceOptions{key: "k", keyed: true}, "a:b", "k", "a:b", true},
		{produceOptions{key: "", keyed: true}, "a", "", "a", true},
	} {
		key, value := c.o.split([]byte(c.line))
		if string(key) != c.key || (key != nil) != c.keyed || string(value) != c.value || value == nil {
			t.Errorf("%+v: %q: got key %q (%v), value %q", c.o, c.line, key, key != nil, value)
		}
	}
}

// read returns the lines of an input, and what ended it.
func read(ctx context.Context, input io.Reader) (all []string, end error) {
	lines := readLines(ctx, input)
	for {
		l := <-lines
		if l.err != nil {
			return all, l.err
		}
		all = append(all, string(l.text))
	}
}

func TestReadLines(t *testing.T) {
	long := strings.Repeat("x", recordMax-1)
	for input, want := range map[string][]string{
		"":                      nil,
		"\n\n":                  nil,
		"a\nb\n":                {"a", "b"},
		"a\n\nb":                {"a", "b"},
		" \n":                   {" "},
		"a\r\n":                 {"a\r"},
		long + "\nnext":         {long, "next"},
		strings.Repeat("y", 99): {strings.Repeat("y", 99)},
	} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(input), "halves": iotest.HalfReader(strings.NewReader(input))} {
			got, end := read(t.Context(), r)
			if end != io.EOF || strings.Join(got, "|") != strings.Join(want, "|") || len(got) != len(want) {
				t.Errorf("%.20q by %s: got %d lines, %v; want %d", input, name, len(got), end, len(want))
			}
		}
	}
}

func TestReadLinesSaysWhichLineIsTooLong(t *testing.T) {
	got, end := read(t.Context(), strings.NewReader("a\n\n"+strings.Repeat("x", recordMax+1)+"\nb"))
	if !errors.Is(end, errTooLong) || !strings.Contains(end.Error(), "line 3") || len(got) != 1 {
		t.Errorf("got %d lines, %v; want 1, and an error about line 3", len(got), end)
	}
}

func TestReadLinesReturnsTheErrorOfItsInput(t *testing.T) {
	broken := errors.New("disk on fire")
	got, end := read(t.Context(), io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)))
	if !errors.Is(end, broken) || len(got) != 1 {
		t.Errorf("got %q, %v", got, end)
	}
}

func TestLinesAreTheCallers(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("first\nsecond\n"))
	first, _ := readLine(r)
	readLine(r)
	if string(first) != "first" {
		t.Errorf("the first line became %q", first)
	}
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := pace{rate: 100}
		for range 201 {
			if err := p.next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("201 records at 100/s took %v, want 2s", got)
		}

		// A long pause is no burst afterwards: what a second is behind is made
		// up for, no more.
		time.Sleep(time.Hour)
		start = time.Now()
		for range 301 {
			p.next(t.Context())
		}
		if got := time.Since(start); got < 1900*time.Millisecond || got > 2100*time.Millisecond {
			t.Errorf("301 records at 100/s after a pause took %v, want 2s", got)
		}
	})
}

func TestPaceWithoutRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, p := time.Now(), pace{}
		for range 1000 {
			p.next(t.Context())
		}
		if got := time.Since(start); got != 0 {
			t.Errorf("waited %v", got)
		}
	})
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		p := pace{rate: 0.001}
		p.next(ctx)
		time.AfterFunc(time.Second, func() { cancel(errInterrupted) })
		if err := p.next(ctx); err != errInterrupted {
			t.Errorf("got %v", err)
		}
		if err := p.next(ctx); err != errInterrupted {
			t.Errorf("again: got %v", err)
		}
	})
}
