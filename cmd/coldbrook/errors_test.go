package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorsArePrintedOnceWithTheirHints(t *testing.T) {
	tooFew := &hinted{err: errors.New("no orders"), hint: "send some"}
	for _, c := range []struct {
		err    error
		want   string
		status int
	}{
		{nil, "", 0},
		{errors.New("plain"), "coldbrook: plain\n", 1},
		{fmt.Errorf("run: %w", tooFew), "coldbrook: run: no orders\ncoldbrook: hint: send some\n", 1},
		{&usageError{err: errors.New("wrong"), hint: "right"}, "coldbrook: wrong\ncoldbrook: hint: right\n", 2},
		{errors.Join(tooFew, nil, errors.Join(errors.New("more"))), "coldbrook: no orders\ncoldbrook: hint: send some\ncoldbrook: more\n", 1},
		{errReaderGone, "", 0},
		{fmt.Errorf("print: %w", errReaderGone), "", 0},
		{errors.Join(errReaderGone, errors.New("and it failed")), "coldbrook: and it failed\n", 1},
	} {
		var out strings.Builder
		if c.err != nil {
			printError(&out, c.err)
		}
		if out.String() != c.want || exitStatus(c.err) != c.status {
			t.Errorf("%v: got %q, status %d; want %q, %d", c.err, out.String(), exitStatus(c.err), c.want, c.status)
		}
	}
}

func TestEveryCommandIsDocumented(t *testing.T) {
	root := newRoot()
	for _, c := range root.Commands() {
		if c.Hidden { // only Coldbrook itself calls it
			continue
		}
		if c.Short == "" || c.GroupID == "" {
			t.Errorf("%s: short %q, group %q", c.Name(), c.Short, c.GroupID)
		}
		if strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short text ends with a full stop", c.Name())
		}
	}
}
