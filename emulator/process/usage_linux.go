package process

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// meter measures a family. It is called with Process.mu held: reads of /proc do
// not wait for anybody. The files of the leader stay open, which halves the time
// of a read and cannot reach a stranger who was given the pid.
type meter struct {
	pid                    int
	stat, status, children int // files
	buf                    [4096]byte
	members                []int  // the living descendants, as last seen
	had                    []byte // what children was then
	peak                   int64
	surveyed               time.Time
}

// tick is the unit of times in /proc/PID/stat: 1/100 s on every architecture that
// Go runs on (USER_HZ).
const tick = 10 * time.Millisecond

func (m *meter) open(g *group) {
	m.pid = g.pid
	name := "/proc/" + strconv.Itoa(g.pid)
	m.stat, m.status = openProc(name+"/stat"), openProc(name+"/status")
	m.children = openProc(name + "/task/" + strconv.Itoa(g.pid) + "/children")
}

func openProc(path string) int {
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	return file
}

func (m *meter) close() {
	for _, file := range []int{m.stat, m.status, m.children} {
		if file >= 0 {
			syscall.Close(file)
		}
	}
	m.stat, m.status, m.children = -1, -1, -1
}

func (m *meter) read(file int) []byte {
	if file < 0 {
		return nil
	}
	n, err := syscall.Pread(file, m.buf[:], 0)
	if err != nil || n < 0 {
		return nil
	}
	return m.buf[:n]
}

func (m *meter) cpu() (time.Duration, bool) {
	used, ok := clockOf(m.pid)
	stat := m.read(m.stat)
	if !ok || len(stat) == 0 {
		return 0, false
	}
	used += reapedIn(stat)
	m.look()
	for _, pid := range m.members {
		own, ok := clockOf(pid)
		if !ok {
			continue // reaped meanwhile: it is in what its parent has reaped
		}
		used += own
		if text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil {
			used += reapedIn(text)
		}
	}
	return used, true
}

// clockOf reads the clock of the time that a process uses, all its threads
// together: see clock_getcpuclockid(3). It is far more exact than /proc/PID/stat.
func clockOf(pid int) (time.Duration, bool) {
	const wholeProcess = 2 // CPUCLOCK_SCHED of linux/posix-timers.h, not per thread
	var t unix.Timespec
	if unix.ClockGettime(int32(^pid<<3|wholeProcess), &t) != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// reapedIn returns what the children used that have ended and were waited for:
// fields 16 and 17 of /proc/PID/stat, see proc_pid_stat(5).
func reapedIn(stat []byte) time.Duration {
	const first = 3 // the field behind the name
	n, used := first, time.Duration(0)
	for field := range bytes.FieldsSeq(stat[bytes.LastIndexByte(stat, ')')+1:]) {
		if n == 16 || n == 17 {
			used += time.Duration(leadingNumber(field)) * tick
		}
		if n++; n > 17 {
			break
		}
	}
	return used
}

// leadingNumber reads the digits that text begins with.
func leadingNumber(text []byte) (n int64) {
	for _, c := range text {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// look finds the living descendants. Most leaders have none, and those of others
// seldom change: whether they have is one read. Children of other threads than the
// first, and of children, are looked for by surveyMemory.
func (m *meter) look() {
	if now := m.read(m.children); !bytes.Equal(now, m.had) {
		m.had = append(m.had[:0], now...)
		m.search()
	}
}

// search finds the descendants of all threads.
func (m *meter) search() {
	m.members = m.members[:0]
	for next, pid := -1, m.pid; ; pid = m.members[next] {
		m.members = append(m.members, childrenOf(pid)...)
		if next++; next == len(m.members) {
			return
		}
	}
}

// childrenOf lists the children of all threads of a process.
func childrenOf(pid int) []int {
	folder := "/proc/" + strconv.Itoa(pid) + "/task/"
	dir, err := os.Open(folder)
	if err != nil {
		return nil
	}
	threads, _ := dir.Readdirnames(-1)
	dir.Close()
	var children []int
	for _, thread := range threads {
		text, _ := os.ReadFile(folder + thread + "/children")
		for field := range bytes.FieldsSeq(text) {
			children = append(children, int(leadingNumber(field)))
		}
	}
	return children
}

// surveyPeriod is how often the memory of a family is added up at most: it takes
// a tenth of a millisecond for each process and more.
const surveyPeriod = 50 * time.Millisecond

func (m *meter) peakMemory() (int64, bool) {
	own := kilobytesOf(m.read(m.status), "VmHWM:")
	if own == 0 {
		return 0, false
	}
	m.peak = max(m.peak, own)
	if m.look(); len(m.members) > 0 && time.Since(m.surveyed) > surveyPeriod {
		m.surveyed = time.Now()
		m.peak = max(m.peak, m.resident())
	}
	return m.peak, true
}

// surveyMemory is peakMemory that looks everywhere.
func (m *meter) surveyMemory() (int64, bool) {
	m.search()
	m.surveyed = time.Time{}
	return m.peakMemory()
}

// resident is what the family has in memory now. Of a page that several have,
// each counts its part.
func (m *meter) resident() int64 {
	sum := proportional(m.pid)
	for _, pid := range m.members {
		sum += proportional(pid)
	}
	return sum
}

func proportional(pid int) int64 {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	return kilobytesOf(text, "Pss:")
}

// kilobytesOf returns the bytes that a line "name:   123 kB" says.
func kilobytesOf(text []byte, name string) int64 {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			return leadingNumber(bytes.TrimLeft(rest, " \t")) << 10
		}
	}
	return 0
}
