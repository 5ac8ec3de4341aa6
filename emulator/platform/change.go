package platform

import "slices"

// Change is rules that are changed while the machine runs. They count from the next
// decision on: what was drawn, set or told to a handler before, such as the deadline
// of an invocation that runs, stays.
type Change struct {
	// Function and Mapping say whose rules they are; one of FunctionRules and
	// MappingRules is set.
	Function      FunctionID
	Mapping       MappingID
	FunctionRules *Function
	MappingRules  *Mapping
	// Limits are those of all functions together, if they are set.
	Limits *Limits
}

// Limits are the limits of a Config that functions share.
type Limits struct{ AccountConcurrency, MaxProcesses int32 }

// Limits are the limits of all functions together as they are now.
func (m *Machine) Limits() Limits { return Limits{m.cfg.AccountConcurrency, m.cfg.MaxProcesses} }

// FunctionRules are the rules of a function as they are now.
func (m *Machine) FunctionRules(id FunctionID) *Function {
	r := *m.functions[id].rules
	return &r
}

// MappingRules are the rules of a mapping as they are now.
func (m *Machine) MappingRules(id MappingID) *Mapping {
	r := *m.mappings[id].rules
	return &r
}

// Fixed says why a mapping cannot go on with other rules, "" if it can: what its
// records are kept for is decided when they come.
func (r *Mapping) Fixed(next *Mapping) string {
	switch {
	case next.needsRecords() && !r.needsRecords():
		return "the mapping has not kept what it must know of each record"
	case next.Pollers != r.Pollers || next.PollersMin != r.PollersMin || next.PollersMax != r.PollersMax || next.ScaleEvery != r.ScaleEvery:
		return "how many pollers there can be is fixed at the start"
	case next.OnFailure != r.OnFailure:
		return "the destination is connected at the start"
	case next.Order != r.Order || next.Lanes != r.Lanes:
		return "records are dealt to lanes when they come"
	case next.OnePartition != r.OnePartition || next.Async != r.Async:
		return "a connector is no event source mapping"
	}
	return ""
}

// changed takes new rules. What a rule of another kind depends on stays as it was.
func (m *Machine) changed(c *Change) {
	if r := c.FunctionRules; r != nil && !m.functions[c.Function].removed {
		m.changeFunction(m.functions[c.Function], *r)
	}
	if r := c.MappingRules; r != nil && !m.mappings[c.Mapping].removed {
		m.changeMapping(m.mappings[c.Mapping], *r)
	}
	if l := c.Limits; l != nil {
		m.changeLimits(*l)
	}
}

// changeLimits takes other limits of all functions together. What is open above them
// stays; what waits for room starts at the end of the Step.
func (m *Machine) changeLimits(l Limits) {
	m.unreserved.most += l.AccountConcurrency - m.cfg.AccountConcurrency
	m.cfg.AccountConcurrency, m.cfg.MaxProcesses = l.AccountConcurrency, l.MaxProcesses
	for _, f := range m.functions {
		if f.rules.Reserved < 0 && !f.removed {
			m.changeRate(f)
			m.wakeRates(f)
		}
	}
	m.wakeAll(&m.unreserved)
}

func (m *Machine) changeFunction(f *function, next Function) {
	now := f.rules
	next.Name = now.Name
	next.settleDebugged()
	reserved := next.Reserved
	next.Reserved = now.Reserved
	*now = next
	if reserved != now.Reserved && now.Provisioned == 0 {
		m.reserve(f, reserved)
	}
}

// Fixed says why a function cannot go on with other rules, "" if it can.
func (r *Function) Fixed(next *Function) string {
	if next.Reserved != r.Reserved && r.Provisioned > 0 {
		return "the function has provisioned concurrency, which is part of it"
	}
	return ""
}

// reserve moves a function from one limit to another, with what is open and what
// waits.
func (m *Machine) reserve(f *function, reserved int32) {
	before := f.limit
	waiting := slices.DeleteFunc(slices.Clone(before.waiting), func(b *batch) bool { return b.function != f.id })
	for _, b := range waiting {
		before.leave(b)
	}
	m.unreserved.most += f.setAside()
	f.rules.Reserved = reserved
	m.unreserved.most -= f.setAside()
	m.setLimit(f)
	m.changeRate(f)
	for _, list := range [][]*environment{f.live, m.queued, m.behind} {
		for _, e := range list {
			if b := e.batch; b != nil && b.function == f.id && b.under != nil {
				b.under.open--
				b.under = f.limit
				b.under.open++
			}
		}
	}
	for _, b := range waiting {
		b.limited = true
		f.limit.waiting = append(f.limit.waiting, b)
	}
	m.wakeAll(before)
	m.wakeAll(f.limit)
	m.wakeAll(&m.unreserved)
	m.wakeRates(f)
}

// changeRate gives a function the rates of its new concurrency. What was used of the
// old ones is used.
func (m *Machine) changeRate(f *function) {
	requests := f.requests
	requests.has(m.now) // refills it
	m.setRate(f)
	f.requests.level, f.requests.at = min(f.requests.level, requests.level), m.now
}

// wakeAll lets as many batches try again as a limit allows that was raised.
func (m *Machine) wakeAll(l *limit) {
	free := l.most - l.open
	for _, b := range l.waiting {
		if free <= 0 {
			return
		}
		if b.timer.index == 0 {
			m.timers.set(&b.timer, m.now, retryTimer)
			free--
		}
	}
}

func (m *Machine) changeMapping(mp *mapping, next Mapping) {
	now := mp.rules
	if m.functions[now.Function].rules.Debugged {
		next.settleDebugged()
	}
	if now.Fixed(&next) != "" {
		return
	}
	next.Name, next.Topic, next.Function = now.Name, now.Topic, now.Function
	next.PayloadBase, next.PayloadPartition = now.PayloadBase, now.PayloadPartition
	onReload := now.onReload()
	*now = next
	m.turnOnReload(mp, onReload)
	mp.setCredit()
	for i := range mp.partitions {
		if p := &mp.partitions[i]; p.assigned && !p.revoking {
			m.grant(mp, p)
		}
	}
	for _, pl := range mp.pollers {
		m.form(pl)
	}
}
