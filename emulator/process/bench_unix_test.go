//go:build unix

package process

import (
	"syscall"
	"testing"
)

// BenchmarkFreezeThaw is what freezing costs an invocation.
func BenchmarkFreezeThaw(b *testing.B) {
	p, err := Start(Spec{Shell: "exec sleep 1000"})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Stop(0)
	for b.Loop() {
		p.Freeze()
		p.Thaw()
	}
}

// BenchmarkStartStop is a program from nothing to nothing, while another runs.
func BenchmarkStartStop(b *testing.B) {
	other, err := Start(Spec{Shell: "exec sleep 1000"})
	if err != nil {
		b.Fatal(err)
	}
	defer other.Stop(0)
	for b.Loop() {
		p, err := Start(Spec{Path: "sleep", Args: []string{"1000"}})
		if err != nil {
			b.Fatal(err)
		}
		p.Stop(0)
	}
}

// BenchmarkFamily is one look at all processes of the system.
func BenchmarkFamily(b *testing.B) {
	g := group{pid: syscall.Getpid(), mark: "COLDBROOK_PROCESS=none", known: map[int]uint64{}}
	for b.Loop() {
		g.family()
	}
}
