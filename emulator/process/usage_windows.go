package process

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// meter asks the job object, which knows the whole family.
type meter struct{ group *group }

func (m *meter) open(g *group) { m.group = g }
func (m *meter) close()        { m.group = nil }

// jobAccounting is JOBOBJECT_BASIC_ACCOUNTING_INFORMATION of winnt.h. Times are in
// units of 100 ns.
type jobAccounting struct {
	totalUserTime, totalKernelTime            int64
	thisPeriodUserTime, thisPeriodKernelTime  int64
	totalPageFaults, totalProcesses           uint32
	activeProcesses, totalTerminatedProcesses uint32
}

func (m *meter) cpu() (time.Duration, bool) {
	if m.group == nil {
		return 0, false
	}
	var used jobAccounting
	err := windows.QueryInformationJobObject(m.group.job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&used)), uint32(unsafe.Sizeof(used)), nil)
	return time.Duration(used.totalUserTime+used.totalKernelTime) * 100, err == nil
}

// peakMemory is not measured: a job knows what was committed, not what was
// resident.
func (*meter) peakMemory() (int64, bool)   { return 0, false }
func (*meter) surveyMemory() (int64, bool) { return 0, false }
