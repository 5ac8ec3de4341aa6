package world

// A ring has room for maxBuffered bytes once it has grown, which it starts to do
// from minBuffered. Both are powers of two. An answer of Kafka with a batch of a
// thousand small records fits in without a wait.
const (
	minBuffered = 1 << 10
	maxBuffered = 256 << 10
)

// ring is a queue of bytes.
type ring struct {
	bytes       []byte
	start, size int // of what is queued, in bytes; it may go over the end
}

// write queues as much of p as there is room for and returns how much.
func (r *ring) write(p []byte) int {
	n := min(len(p), maxBuffered-r.size)
	if n == 0 {
		return 0
	}
	r.grow(r.size + n)
	end := (r.start + r.size) & (len(r.bytes) - 1)
	if copied := copy(r.bytes[end:], p[:n]); copied < n {
		copy(r.bytes, p[copied:n])
	}
	r.size += n
	return n
}

// read moves queued bytes to p and returns how many.
func (r *ring) read(p []byte) int {
	n := min(len(p), r.size)
	if copied := copy(p[:n], r.bytes[r.start:]); copied < n {
		copy(p[copied:n], r.bytes)
	}
	if r.size -= n; r.size == 0 {
		r.start = 0 // so that the next write is in one piece
		return n
	}
	r.start = (r.start + n) & (len(r.bytes) - 1)
	return n
}

// grow makes room for size bytes in all, at most maxBuffered.
func (r *ring) grow(size int) {
	if size <= len(r.bytes) {
		return
	}
	length := max(minBuffered, len(r.bytes))
	for length < size {
		length *= 2
	}
	bytes := make([]byte, length)
	queued := r.size
	r.read(bytes[:queued])
	r.bytes, r.size = bytes, queued // start is 0 since the last of it was read
}
