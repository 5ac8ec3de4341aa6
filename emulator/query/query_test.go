package query

import (
	"errors"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// entries are some of a run, by a name.
var entries = map[string]*journal.Entry{
	"produced": {Seq: 1, At: 1e9, Kind: journal.RecordsProduced, Topic: "orders", Partition: 3, First: 100, Last: 109, Records: 3,
		Bytes: 2 << 20, Process: "feed", Each: &journal.Records{Each: []journal.Known{
			{Key: journal.HashKey([]byte("cust-1")), Offset: 0}, {Key: journal.HashKey([]byte("cust-2")), Offset: 5}, {Offset: 9}}}},
	"started": {Seq: 2, At: 2e9, Kind: journal.InvocationStarted, Function: "enrich", Mapping: "enrich", Environment: 11, Invocation: 7, Batch: 4,
		Attempt: 1, Records: 3, Reason: journal.Cold},
	"failed": {Seq: 3, At: 3e9, Kind: journal.InvocationEnded, Function: "enrich", Mapping: "enrich", Environment: 11, Invocation: 7, Batch: 4,
		Attempt: 2, Records: 3, Outcome: journal.FunctionError, Reason: "KeyError: 'sku'", Duration: 600e6, Billed: 601, Revision: 3},
	"timeout": {Seq: 4, At: 4e9, Kind: journal.InvocationEnded, Function: "ship", Environment: 2, Invocation: 8, Batch: 5, Attempt: 1,
		Outcome: journal.TimedOut, Duration: 3e9, Init: 1e9},
	"ended": {Seq: 5, At: 5e9, Kind: journal.RecordsEnded, Mapping: "enrich", Function: "enrich", Topic: "orders", Partition: 3, First: 100,
		Last: 109, Records: 3, Outcome: journal.Succeeded},
	"printed": {Seq: 6, At: 6e9, Kind: journal.Output, Function: "enrich", Text: "no price for A-1", Reason: "stdout"},
	"stopped": {Seq: 7, At: 10e9, Kind: journal.RunStopped},
}

var names = []string{"produced", "started", "failed", "timeout", "ended", "printed", "stopped"}

// messages are the records of orders/3.
var messages = []journal.Message{
	{Topic: "orders", Partition: 3, Offset: 100, Key: []byte("cust-1"), Value: []byte(`{"id": 9911, "sku":"A-1","customer":{"tier":"gold","a b":[1,{"x":"y\n"}]},"qty":3}`),
		Headers: []journal.Header{{Key: "trace-id", Value: []byte("abc")}}},
	{Topic: "orders", Partition: 3, Offset: 105, Key: []byte("cust-2"), Value: []byte(`{"id": 9912, "sku":"B-2","coupon":"X","qty":12.5,"day":"2026-03-01"}`)},
	{Topic: "orders", Partition: 3, Offset: 109, Value: []byte(`no JSON`)},
}

// subject is a subject with the records of the entry.
func subject(e *journal.Entry) *Subject {
	s := &Subject{Entry: e, Now: 10e9, Told: func(p string) bool { return p == "late" && e.Seq == 3 }}
	s.Records = func(yield func(*journal.Message) bool) {
		for i := range messages {
			if e.Topic == "orders" && !yield(&messages[i]) {
				return
			}
		}
	}
	return s
}

// matching are the names of the entries that match.
func matching(t *testing.T, text string, of func(*journal.Entry) *Subject) string {
	t.Helper()
	q, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var all []string
	for _, name := range names {
		if q.Match(of(entries[name])) {
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

func TestMatch(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "produced started failed timeout ended printed stopped",
		"fn=enrich":                       "started failed ended printed",
		"fn=ship,shop":                    "timeout",
		"fn!=enrich":                      "produced timeout stopped",
		"fn?!=enrich":                     "timeout",
		"fn?=ship":                        "produced timeout stopped",
		"fn~^en & !ok":                    "started failed printed",
		"kind=invocation-ended":           "failed timeout",
		"kind=invocation-ended,output":    "failed timeout printed",
		`kind!="Invocation Ended" seq<5`:  "produced started",
		"outcome=timed-out | seq=1":       "produced timeout",
		"outcome?=timed-out fn=enrich":    "started printed",
		"p=3":                             "produced ended",
		"off=105":                         "produced ended",
		"off=50..100":                     "produced ended",
		"off=110..":                       "",
		"off=..99":                        "",
		"!off=105":                        "started failed timeout printed stopped",
		"off=105 key=cust-2":              "produced ended",
		"off=100 key=cust-2":              "",
		"key=cust-2 !off=105":             "",
		"key=cust-2,cust-3":               "produced ended",
		"key?=cust-9 topic=orders":        "produced ended",
		"key~^cust":                       "produced ended",
		"inst=e-11 try>1":                 "failed",
		"inst=11":                         "started failed",
		"gen=1":                           "started timeout",
		"gen=3":                           "failed",
		"try>=2":                          "failed",
		"try<2":                           "started timeout",
		"dur>500ms":                       "failed timeout",
		"dur=1s..5s":                      "timeout",
		"billed=601ms":                    "failed",
		"size>1M":                         "produced",
		"age<=5s":                         "ended printed stopped",
		"at=2..3.0":                       "started failed",
		"at<1500ms":                       "produced",
		"bad":                             "failed timeout",
		"err":                             "failed",
		"ok":                              "ended",
		"cold":                            "started timeout",
		"retry":                           "failed",
		"late":                            "failed",
		"KeyError":                        "failed",
		`"no price"`:                      "printed",
		"cust-1":                          "produced ended",
		"'A-1'":                           "produced ended printed",
		"v.customer.tier=gold":            "produced ended",
		"v.customer.tier=gold key=cust-2": "",
		`v.customer."a b"[1].x~^y`:        "produced ended",
		"v.customer.tier?=silver":         "produced started failed timeout ended printed stopped",
		"v.qty>12":                        "produced ended",
		"v.qty=12.50":                     "produced ended",
		"v.qty=4..12":                     "",
		"v.sku<5":                         "",
		"v.day>2026-02 v.day<2026-04":     "produced ended",
		"v.id=9912 v.qty=3":               "",
		"h.trace-id=abc v.qty=3":          "produced ended",
		"h.trace-id=abd":                  "",
		`v="no JSON"`:                     "produced ended",
		"v~(JSON|XML)":                    "produced ended",
		"(fn=ship | fn=enrich) bad":       "failed timeout",
		"fn=ship || ok && p=3":            "timeout ended",
		"!(bad|ok) fn=enrich":             "started printed",
		"mapping=enrich":                  "started failed ended",
		"process=feed":                    "produced",
		"records=3 batch=4 inv=7":         "started failed",
	} {
		if got := matching(t, text, subject); got != want {
			t.Errorf("%s: matches %q, want %q", text, got, want)
		}
	}
}

func TestMatchWithoutPayload(t *testing.T) {
	bare := func(e *journal.Entry) *Subject { return &Subject{Entry: e} }
	for text, want := range map[string]string{
		"key=cust-2":               "produced", // entries know the hash of keys
		"key=cust-3":               "",
		"off=105 key=cust-2":       "produced",
		"off=100 key=cust-2":       "",
		"key~cust":                 "",
		"v.x=1":                    "",
		"v.x?=1 p=3":               "produced ended",
		"!v.x=1 p=3":               "produced ended",
		"off=105 v.x?=1":           "produced ended",
		"late":                     "",
		"A-1":                      "printed",
		"enr":                      "",
		"key=cust-2 | v.x=1 seq=5": "produced",
	} {
		if got := matching(t, text, bare); got != want {
			t.Errorf("%s: matches %q, want %q", text, got, want)
		}
	}
}

func TestPayloadIsLookedAtLast(t *testing.T) {
	q, err := Parse("v.x=1 fn=ship")
	if err != nil {
		t.Fatal(err)
	}
	s := &Subject{Entry: entries["produced"], Records: func(func(*journal.Message) bool) { t.Error("the payload was asked for") }}
	if q.Match(s) || !q.NeedsPayload() {
		t.Errorf("%s: matches without ship, or says it needs no payload", q)
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"fnn=enrich":             `column 1: there is no field "fnn"|did you mean fn?`,
		"ok zzz=1":               `column 4: there is no field "zzz"|there are fn, topic,`,
		"kind=invocaton-ended":   `column 6: there is no kind "invocaton-ended"|did you mean invocation-ended?`,
		"outcome=ok":             `column 9: there is no outcome "ok"|there are succeeded,`,
		"dur>500":                `column 5: "500" is a duration without a unit|did you mean 500ms or 500s?`,
		"dur>5parsec":            `column 5: "5parsec" is no duration|units are`,
		"size>5x":                `column 6: "5x" is no size|units are`,
		"p=x":                    `column 3: "x" is no number|p is a whole number`,
		"off=9..5":               `column 5: the range "9..5" ends before it begins|lower end`,
		"off=..":                 `column 5: the range .. has no end|`,
		"off>5..9":               `column 5: > has one value, but "5..9" is a range|only = and !=`,
		"off>5,9":                `column 6: > has one value|only = and !=`,
		"fn>a":                   `column 1: fn is a text, which has no order|= and !=, and ~`,
		"p~3":                    `column 1: p is a number, which has no regular expression|p>5`,
		"key~[a":                 `column 5: missing closing ]: ` + "`[a`" + `|pkg.go.dev`,
		"key~":                   `column 5: ~ has no regular expression|`,
		"fn=":                    `column 4: fn= has no value|""`,
		"=x":                     `column 1: = has no field before it|`,
		"(a | b":                 `column 1: this ( is not closed|`,
		"a)":                     `column 2: this ) closes nothing|`,
		"()":                     `column 2: there is nothing between ( and )|`,
		"a |":                    `column 4: it ends where a condition must stand|fn=enrich`,
		"a | & b":                `column 5: & stands where|fn=enrich`,
		"!":                      `column 2: it ends where|`,
		`fn="a`:                  `column 4: the quote " is not closed|`,
		"fn.x=1":                 `column 1: fn has no parts|only v and h`,
		"h=1":                    `column 1: h needs the name of a header|h.trace-id`,
		"übel & fn.x=1":          `column 8: fn has no parts|`,
		`""`:                     `column 1: an empty text is in everything|`,
		strings.Repeat("(", 200): `column 101: it is nested more than 100 deep|`,
	} {
		message, advice, _ := strings.Cut(want, "|")
		_, err := Parse(text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got error %v, want %s", text, err, message)
			continue
		}
		if got := e.Error(); !strings.HasPrefix(got, "filter: "+message) {
			t.Errorf("%s: got %s, want %s", text, got, message)
		}
		if got := e.Hint(); !strings.Contains(got, advice) {
			t.Errorf("%s: got the hint %s, want %s", text, got, advice)
		}
	}
}

func TestHintShowsThePlace(t *testing.T) {
	_, err := Parse("bad & fnn=enrich")
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Hint(), "bad & fnn=enrich\n      ^\ndid you mean fn?") {
		t.Errorf("got %v", e.Hint())
	}
}

func TestString(t *testing.T) {
	for text, want := range map[string]string{
		"function=a  &  (bad|late)":     "fn=a (bad | late)",
		"a | (b & c) | (d|e)":           "a | b c | d | e",
		"!(a b)":                        "!(a b)",
		"! ! a":                         "!!a",
		`"ok" ok`:                       `"ok" ok`,
		`fn='a b',c`:                    `fn="a b",c`,
		`key~"^a b"`:                    `key~"^a b"`,
		`key~a{2,3}(x|y)\d`:             `key~a{2,3}(x|y)\d`,
		`key~"a|b" x`:                   `key~"a|b" x`,
		`v."a b"[0].c?>=5`:              `v."a b"[0].c?>=5`,
		"h.ce_id=x group=g":             "h.ce_id=x mapping=g",
		`v="1..2" off=1..2,5 at=..1.5s`: `v="1..2" off=1..2,5 at=..1.5s`,
		"(a b) (c d)":                   "a b c d",
	} {
		q, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := q.String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestWant(t *testing.T) {
	q, err := Parse("kind=output,note topic=orders batch=4 inv=7 inst=e-2 req=9 bad")
	if err != nil {
		t.Fatal(err)
	}
	want := journal.Want{Kinds: journal.KindsOf(journal.Output, journal.Note), Topic: "orders", AllPartitions: true, Batch: 4, Invocation: 7, Environment: 2, Request: 9}
	if got := q.Want(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, text := range []string{"", "a | fn=x", "kind!=output", "topic?=a", "topic=a,b", "batch>4", "batch=4,5", "!batch=4"} {
		if q, err := Parse(text); err != nil || q.Want() != (journal.Want{}) {
			t.Errorf("%s: got %+v and %v, want that nothing is left out", text, q.Want(), err)
		}
	}
}

func TestCheck(t *testing.T) {
	records := func(f *Field, _ bool) bool { return f != nil && f.Of != OfEntry }
	for text, want := range map[string]string{
		"key=a fn=b":         "column 7: a record has no fn",
		"key=a (v.x=1 | ok)": "column 16: a record has no outcome, so it cannot be ok",
		"late":               "column 1: a record does not show whether it is late",
		"marked":             "",
		"p=3 off>4 cust":     "",
	} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := q.Check("a record", records, "marked"); err != nil {
			got = strings.TrimPrefix(err.Error(), "filter: ")
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	var all []*Query
	for _, text := range []string{"", "a | fn=b", "ok bad", "!x"} {
		q, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, q)
	}
	if got, want := And(all...).String(), "(a | fn=b) ok bad !x"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if q := And(all[0], all[0]); !q.Everything() || !q.Match(subject(entries["stopped"])) {
		t.Errorf("nothing and nothing is %q", q)
	}
}
