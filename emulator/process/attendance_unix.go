//go:build unix

package process

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
)

// markVariable is set in the environment of every program that is started. Its
// value is the run, a dot and a number.
const markVariable = "COLDBROOK_PROCESS"

// attendance knows which groups live. It is one per program because what
// depends on it is the kernel's state of this program: its children, and the
// guardian that outlives it.
var attendance = &register{groups: map[int]bool{}}

// run names this run of the program: 16 hexadecimal digits.
var run = sync.OnceValue(func() string {
	var random [8]byte
	rand.Read(random[:])
	return hex.EncodeToString(random[:])
})

// register is who is there: while anybody is, the guardian watches.
type register struct {
	mu       sync.Mutex // guards all below; held while the guardian is told, which keeps the order
	started  int
	present  int
	groups   map[int]bool
	guardian *guardian
	janitor  func() // stops it
}

// enter announces a program to come and returns its mark, KEY=VALUE.
func (r *register) enter() (mark string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.present == 0 {
		if r.guardian, err = guard(r.prefix()); err != nil {
			return "", err
		}
		r.janitor = startJanitor(r)
	}
	r.present++
	r.started++
	return fmt.Sprintf("%s%d", r.prefix(), r.started), nil
}

// prefix is what the marks of all programs of this run begin with.
func (r *register) prefix() string { return markVariable + "=" + run() + "." }

// add tells the guardian of a group.
func (r *register) add(group int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.groups[group] = true
	if r.guardian.tell('+', group) == nil {
		return
	}
	// Somebody killed it. If it cannot be replaced, the next one tries again.
	r.guardian.dismiss()
	if g, err := guard(r.prefix()); err == nil {
		r.guardian = g
		for group := range r.groups {
			g.tell('+', group)
		}
	}
}

// leave takes back an enter; group is 0 if there was no add.
func (r *register) leave(group int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if group != 0 {
		delete(r.groups, group)
		r.guardian.tell('-', group)
	}
	if r.present--; r.present == 0 {
		r.guardian.dismiss()
		r.janitor()
	}
}

// has reports whether group is a living one.
func (r *register) has(group int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.groups[group]
}
