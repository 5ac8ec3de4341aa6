package function

// Add adds a function: the next number is its. Its Launcher may be set until it is
// launched first.
func (p *Pool) Add(t *Template) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.templates = append(p.templates, t)
}
