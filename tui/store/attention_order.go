package store

import (
	"strconv"

	"github.com/coldbrook-dev/coldbrook/emulator/order"
)

// orderAttention is what the check of order has found, by function.
func orderAttention(all []Attention, r *order.Report) []Attention {
	for i := range r.Groups {
		g := &r.Groups[i]
		kind := kindOf(g)
		name := g.Function
		if name == "" {
			name = g.Topic
		}
		if has(all, kind, name) {
			continue // the groups are worst first: the first one tells of them all
		}
		a := Attention{Kind: kind, Name: name, Function: g.Function, Mapping: g.Mapping, Place: PlaceOrdering, At: g.Last,
			Text: orderText(r, kind, name)}
		if n := len(g.Witnesses); n > 0 {
			of := g.Witnesses[n-1].Earlier
			a.Topic, a.Partition, a.Offset, a.Environment, a.Invocation = of.Record.Topic, of.Record.Partition, of.Record.Offset, of.Environment, of.Invocation
		}
		if kind == AttentionLost {
			a.Place, a.Filter = PlaceEvents, "fn="+quoted(name)+" lost"
		}
		all = append(all, a)
	}
	return all
}

func has(all []Attention, kind AttentionKind, name string) bool {
	for i := range all {
		if all[i].Kind == kind && all[i].Name == name {
			return true
		}
	}
	return false
}

// kindOf is the line that a group of violations is told in.
func kindOf(g *order.Group) AttentionKind {
	switch {
	case g.Rule == order.Lost:
		return AttentionLost
	case g.Class == order.OfLoss:
		return AttentionOpen
	case g.Class == order.OfDuplicate:
		return AttentionDuplicate
	}
	return AttentionOrder
}

// ofLine calls f with the groups that a line tells of, worst first.
func ofLine(r *order.Report, kind AttentionKind, name string, f func(*order.Group)) {
	for i := range r.Groups {
		if g := &r.Groups[i]; kindOf(g) == kind && (g.Function == name || g.Function == "" && g.Topic == name) {
			f(g)
		}
	}
}

// orderText tells of all groups of a line: how many, by which rule most, where, how far,
// and why.
func orderText(r *order.Report, kind AttentionKind, name string) string {
	var worst *order.Group
	var n uint64
	ofLine(r, kind, name, func(g *order.Group) {
		if worst == nil {
			worst = g
		}
		n += g.Count
	})
	if kind != AttentionOrder {
		return lossText(kind, n, worst)
	}
	if worst.Rule == order.KeyInTwoPartitions {
		return counted(worst.Count, "key") + " in more than one partition, which have no order among each other"
	}
	text := records(disordered(r, name)) + " out of key order: " + worst.Rule.ID() + " " + worst.Rule.String() + placesOf(r, worst)
	if worst.Worst > 0 {
		text += ", at most " + oneOrMany(worst.Worst, "place", "places") + " late"
	}
	if why := causesOf(r, name); why != "" {
		text += "; mostly " + why
	}
	return text
}

// lossText tells of records that are lost, open or handled twice.
func lossText(kind AttentionKind, n uint64, worst *order.Group) string {
	text := records(n) + " lost"
	switch {
	case kind == AttentionDuplicate:
		text = records(n) + " handled or delivered more than once"
	case worst.Rule == order.Stuck:
		text = records(n) + " not handled when the run ended"
	case kind == AttentionOpen:
		text = records(n) + " committed before they had ended: a crash would have lost them"
	}
	if k := len(worst.Witnesses); k > 0 {
		of := &worst.Witnesses[k-1]
		text += ", e.g. " + of.Earlier.Record.Topic + "/" + strconv.Itoa(int(of.Earlier.Record.Partition)) + "@" + strconv.FormatInt(of.Earlier.Record.Offset, 10)
		if why := of.Why(); why != "" {
			text += ": " + why
		}
	}
	return text
}

// disordered is how many records of a function were out of order.
func disordered(r *order.Report, function string) uint64 {
	var n uint64
	for i := range r.Mappings {
		if r.Mappings[i].Function == function {
			n += r.Mappings[i].Disordered
		}
	}
	return n
}

// placesNamed is how many partitions, and causes, a line names.
const (
	placesNamed = 3
	causesNamed = 2
)

// placesOf names the partitions in which a rule was broken most.
func placesOf(r *order.Report, worst *order.Group) string {
	text, n := "", 0
	for i := range r.Groups { // of one rule, the most frequent first
		g := &r.Groups[i]
		if g.Rule != worst.Rule || g.Mapping != worst.Mapping || g.Partition < 0 {
			continue
		}
		if n++; n > placesNamed {
			return text + " …"
		}
		if n > 1 {
			text += ","
		}
		text += " p" + strconv.Itoa(int(g.Partition)) + " " + strconv.FormatUint(g.Count, 10)
	}
	return text
}

// causesOf names the most frequent causes.
func causesOf(r *order.Report, function string) string {
	for i := range r.Mappings {
		m := &r.Mappings[i]
		if m.Function != function || m.Disordered == 0 {
			continue
		}
		text, n := "", 0
		for _, c := range m.Causes {
			if c.Cause == order.UnknownCause || n == causesNamed {
				continue
			}
			if n++; n > 1 {
				text += ", "
			}
			text += c.Cause.String()
		}
		return text
	}
	return ""
}
