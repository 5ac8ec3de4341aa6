package function

import "github.com/coldbrook-dev/coldbrook/emulator/platform"

// Supersede calls order, which stops environments of a function because their code is
// an older one, and returns what is closed when nothing of an environment runs any
// more: of each that order stopped or killed, and of each that goes on. Those that
// order launches are not among them.
func (p *Pool) Supersede(f platform.FunctionID, order func()) (stopped, going []<-chan struct{}) {
	before := p.of(f)
	order()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range before {
		if p.environments[e.id] == e {
			going = append(going, e.gone)
		} else {
			stopped = append(stopped, e.gone)
		}
	}
	return stopped, going
}

// of returns the environments of a function that run.
func (p *Pool) of(f platform.FunctionID) []*environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*environment
	for _, e := range p.environments {
		if e.template == p.templates[f] {
			all = append(all, e)
		}
	}
	return all
}
