package process

// receive waits for output and hands on its lines. It returns how many bytes
// there were.
func (p *pipe) receive() (int, error) {
	n, err := p.file.Read(p.room()) // nobody else takes the turn: flush cannot read without waiting
	<-p.turn
	defer func() { p.turn <- struct{}{} }()
	p.took(n)
	return n, err
}

// flush does nothing: what is in a pipe cannot be read without waiting.
func (p *pipe) flush() {}
