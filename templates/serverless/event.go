package serverless

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// otherEvents are the framework's events that the emulator has none of.
var otherEvents = []string{
	"activemq", "alb", "alexaSkill", "alexaSmartHome", "cloudFront", "cloudwatchEvent", "cloudwatchLog", "cognitoUserPool",
	"documentDb", "eventBridge", "http", "httpApi", "iot", "iotFleetProvisioning", "mq", "rabbitmq", "s3", "schedule", "sns",
	"sqs", "stream", "websocket",
}

// events reads what triggers a function.
func (r *reading) events() {
	node := r.value(r.node.Get("events"))
	if node == nil || node.Kind == tree.Null || r.noteLack(r.lack(node), node.At, r.key, "events") {
		return
	}
	if node.Kind != tree.List {
		r.add(plan.Wrong, node.At, "events", fmt.Sprintf("is %v, and not a list: left out", node.Kind), "")
		return
	}
	var dropped []string
	var first tree.Place
	for i, item := range node.Items {
		if !r.spend() {
			break
		}
		item = r.value(item)
		at := fmt.Sprintf("events[%d]", i)
		if r.noteLack(r.lack(item), item.At, r.key, at) || item.Kind == tree.Null {
			continue
		}
		kind, body, place := eventOf(item)
		switch {
		case kind == "msk" || kind == "kafka":
			r.kafka(kind, at+"."+kind, place, r.value(body))
		case slices.Contains(otherEvents, kind):
			if dropped = append(dropped, kind); first == (tree.Place{}) {
				first = place
			}
		default:
			r.add(plan.Dropped, item.At, at, fmt.Sprintf("event %q is not known here", short(kind)), "")
		}
	}
	if len(dropped) > 0 {
		slices.Sort(dropped)
		r.add(plan.Dropped, first, "events", strings.Join(slices.Compact(dropped), ", ")+": the emulator has Kafka and Invoke",
			fmt.Sprintf("coldbrook invoke %s -f FILE calls it", r.key))
	}
}

// eventOf takes an event apart: {kind: body}, or the kind alone. Some files have further keys
// beside the kind, by a slip of the indent: {msk: null, topic: x}.
func eventOf(item *tree.Node) (kind string, body *tree.Node, at tree.Place) {
	if item.Kind != tree.Map || len(item.Entries) == 0 {
		return shownText(item), nil, item.At
	}
	e := item.Entries[0]
	if len(item.Entries) > 1 && e.Value.Is(tree.Null) {
		return e.Key, &tree.Node{Kind: tree.Map, Entries: item.Entries[1:], At: item.Entries[1].At}, e.At
	}
	return e.Key, e.Value, e.At
}

// kafka reads an event msk or kafka.
func (r *reading) kafka(kind, key string, at tree.Place, body *tree.Node) {
	if r.noteLack(r.lack(body), at, r.key, key) {
		return
	}
	if !body.Is(tree.Map) {
		r.add(plan.Wrong, at, key, "is "+kindOf(body)+", and not a map: left out", "")
		return
	}
	source := "self-managed"
	if kind == "msk" {
		source = "msk"
	}
	m := &mapping{reading: r, event: emulator.Event{Source: source}, key: key, at: at}
	m.path = fmt.Sprintf("%s.events[%d].kafka", r.path, len(r.out.Events))
	r.origins[m.path] = origin{at, key}
	m.read(body, mappingKeys)
	m.finish()
}
