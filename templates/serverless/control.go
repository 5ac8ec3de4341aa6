package serverless

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// needsProvisioned keeps a setting until it is known whether the mapping has provisioned
// mode, which may stand behind it.
func (m *mapping) needsProvisioned(e entryOf) { m.needing = append(m.needing, e) }

// control reads a setting that provisioned mode has.
func (m *mapping) control(e entryOf) {
	switch e.key {
	case "maximumRetryAttempts", "MaximumRetryAttempts":
		if n, ok := m.whole(e, "retries"); ok {
			m.event.Retries = &n
		}
	case "maximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds":
		if n, ok := m.whole(e, "maximumRecordAge"); ok {
			age := time.Duration(n) * time.Second
			if n == -1 {
				age = -1 // any age
			}
			m.event.MaximumRecordAge = &age
		}
	case "bisectBatchOnFunctionError", "BisectBatchOnFunctionError":
		m.from("bisect", e)
		m.event.Bisect, _ = e.node.Bool()
	case "functionResponseType", "FunctionResponseTypes":
		m.responseTypes(e)
	default:
		m.destination(e)
	}
}

func (m *mapping) responseTypes(e entryOf) {
	m.from("partialResponse", e)
	types := []*tree.Node{e.node}
	if e.node.Is(tree.List) {
		types = e.node.Items
	}
	for _, t := range types {
		if s := scalarOf(m.plain(t)); s == "ReportBatchItemFailures" {
			m.event.PartialResponse = true
		} else {
			m.say(plan.Dropped, e.at, e.key, fmt.Sprintf("%q is not known here", short(s)), "")
		}
	}
}

// destinations reads {onFailure: ARN}, {onFailure: {arn, type}} and CloudFormation's
// {OnFailure: {Destination}}. A topic, kafka://NAME, needs provisioned mode.
func (m *mapping) destinations(e entryOf) {
	if !m.known(e, "left out") || !e.node.Is(tree.Map) {
		return
	}
	for _, x := range e.node.Entries {
		key := entryOf{e.key + "." + x.Key, x.At, m.plain(x.Value)}
		if !strings.EqualFold(x.Key, "onFailure") {
			m.say(plan.Dropped, x.At, key.key, "event source mappings have onFailure only, as on AWS", "")
			continue
		}
		for _, name := range []string{"arn", "Destination", "destination"} {
			if to := key.node.Get(name); to != nil && key.node.Is(tree.Map) {
				key.node = m.plain(to)
			}
		}
		if strings.HasPrefix(scalarOf(key.node), "kafka://") {
			m.needsProvisioned(key)
		} else {
			m.destination(key)
		}
	}
}

func (m *mapping) destination(e entryOf) {
	to, l := scalarOf(e.node), m.lack(e.node)
	switch {
	case l != nil && !strings.HasPrefix(to, "arn:"):
		m.say(l.verdict, e.at, e.key, l.why+": left out", l.advice)
	case strings.HasPrefix(to, "arn:"), strings.HasPrefix(to, "kafka://"):
		m.from("onFailure", e)
		m.event.OnFailure = to
	default:
		m.say(plan.Wrong, e.at, e.key, fmt.Sprintf("%q is not an ARN: left out", short(shownText(e.node))), "")
	}
}

// maxFilterNodes bounds what is written out for one pattern.
const maxFilterNodes = 2000

// patterns reads filterPatterns: each an object, which the framework writes out as JSON.
func (m *mapping) patterns(e entryOf) {
	if !m.known(e, "all records get through") {
		return
	}
	if !e.node.Is(tree.List) {
		m.say(plan.Wrong, e.at, e.key, fmt.Sprintf("is %v, and not a list: left out", e.node.Kind), "")
		return
	}
	for i, item := range e.node.Items {
		m.pattern(entryOf{fmt.Sprintf("%s[%d]", e.key, i), item.At, m.value(item)})
	}
}

// pattern reads one pattern: an object, or its JSON.
func (m *mapping) pattern(e entryOf) {
	if !m.known(e, "left out") {
		return
	}
	m.from(fmt.Sprintf("filters[%d]", len(m.event.Filters)), e)
	if e.node.Is(tree.Text) {
		m.event.Filters = append(m.event.Filters, e.node.Scalar)
		return
	}
	w := &jsonWriter{file: m.file, left: maxFilterNodes}
	w.write(e.node, 0)
	if w.missing != nil {
		m.say(w.missing.verdict, e.at, e.key, w.missing.why+": left out", w.missing.advice)
		return
	}
	m.event.Filters = append(m.event.Filters, w.String())
}

// jsonWriter writes a value out as JSON, the keys in their order.
type jsonWriter struct {
	strings.Builder
	file    *file
	left    int
	missing *lack
}

func (w *jsonWriter) write(n *tree.Node, depth int) {
	n = w.file.plain(n)
	if l := w.file.lack(n); l != nil {
		w.missing = l
	}
	if w.left--; w.left < 0 || depth > maxIntrinsics {
		w.missing = wrong("", "the pattern is too large", "")
	}
	switch {
	case w.missing != nil:
	case n == nil || n.Kind == tree.Null:
		w.WriteString("null")
	case n.Kind == tree.List:
		w.WriteByte('[')
		for i, item := range n.Items {
			w.comma(i)
			w.write(item, depth+1)
		}
		w.WriteByte(']')
	case n.Kind == tree.Map:
		w.WriteByte('{')
		for i, e := range n.Entries {
			w.comma(i)
			w.text(e.Key)
			w.WriteByte(':')
			w.write(e.Value, depth+1)
		}
		w.WriteByte('}')
	case n.Kind == tree.Text || !json.Valid([]byte(n.Scalar)):
		w.text(n.Scalar)
	default:
		w.WriteString(n.Scalar)
	}
}

func (w *jsonWriter) comma(i int) {
	if i > 0 {
		w.WriteByte(',')
	}
}

func (w *jsonWriter) text(s string) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text is always JSON
	w.WriteString(strings.TrimSuffix(b.String(), "\n"))
}
