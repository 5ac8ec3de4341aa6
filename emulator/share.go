package emulator

import (
	"cmp"
	"runtime"

	"github.com/coldbrook-dev/coldbrook/emulator/platform"
	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// What Config.CPU and Config.MemoryLimit can be; the first is the default.
var (
	cpuModes    = []string{"project", cpuEnforced, "off"}
	memoryModes = []string{"enforce", "report", "off"}
)

// cpuEnforced throttles, where processor time is measured and processes can be
// stopped.
const cpuEnforced = "enforce"

// share checks what is said about processors and memory.
func (v *validation) share() {
	v.cpu("cpu", v.config.CPU)
	for i := range v.config.Functions {
		f := &v.config.Functions[i]
		v.cpu(Path(Path("functions", f.Name), "cpu"), f.CPU)
	}
	v.oneOf("memoryLimit", v.config.MemoryLimit, memoryModes)
	v.oneOf("logs", v.config.Logs, logModes)
}

func (v *validation) cpu(path, mode string) {
	if mode == cpuEnforced && runtime.GOOS != "linux" {
		v.add(path, mode, "throttling the processor works on Linux only", "write project: durations are what the share would have made them")
		return
	}
	v.oneOf(path, mode, cpuModes)
}

// resolveShare sets the share of a processor, and what is billed. A handler within
// this process is not measured.
func (c *Config) resolveShare(p *profile.Profile, f *Function, r *platform.Function) {
	r.Memory = cmp.Or(f.Memory, p.Function.MemoryDefault)
	if mode := cmp.Or(f.CPU, c.CPU, cpuModes[0]); mode == cpuModes[0] && !f.isInProcess() {
		r.MemoryPerCPU = p.Function.MemoryPerCPU
	}
	r.Billing = platform.Billing{Step: int64(p.Billing.Step), Init: p.Billing.Init}
}

// throttled is the memory that buys a processor, for a function whose processes are
// throttled to their share of one, else 0. In virtual time none is: what a process
// uses is not the same in every run.
func (e *Emulator) throttled(f *Function) int64 {
	if e.world.Virtual() || cmp.Or(f.CPU, e.parts().config.CPU) != cpuEnforced {
		return 0
	}
	return e.cfg.functionProfile(f).Function.MemoryPerCPU
}

// memoryMode is what is done about memory.
func (c *Config) memoryMode() string { return cmp.Or(c.MemoryLimit, memoryModes[0]) }

// freezes says whether environments are frozen between invocations.
func (c *Config) freezes() bool { return c.Freeze == nil || *c.Freeze }

// limitsMemory says whether a process is killed that has too much. In virtual time
// it is not: how much it has is not the same in every run.
func (e *Emulator) limitsMemory() bool {
	return !e.world.Virtual() && e.parts().config.memoryMode() == memoryModes[0]
}

// usedMemory is what the journal gets to know of memory.
func (e *Emulator) usedMemory(bytes int64) int64 {
	if e.parts().config.memoryMode() == memoryModes[2] {
		return 0
	}
	return bytes
}
