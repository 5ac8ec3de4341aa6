package function

import "slices"

// Work is what an environment is at: an invocation, or, where that is 0, its init.
type Work struct {
	Function    string
	Environment uint32
	Invocation  uint64
}

// AtWork returns what the environments are at of which an answer is still to come, by
// environment. What was delivered, or handed to Finish, before is not in it.
func (p *Pool) AtWork() []Work {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Work
	for id, e := range p.environments {
		if e.owes.Load() > 0 {
			all = append(all, Work{Function: e.template.Name, Environment: uint32(id), Invocation: e.invocation.Load()})
		}
	}
	slices.SortFunc(all, func(a, b Work) int { return int(a.Environment) - int(b.Environment) })
	return all
}
