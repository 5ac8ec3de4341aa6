package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkReady is from the start of the binary to a Kafka that accepts and
// functions that are listed; and beside it a start that does nothing else
// (coldbrook version). RSS-MB is what it takes in memory then.
func BenchmarkReady(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "coldbrook")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	project := b.TempDir()
	if out, err := exec.Command(binary, "init", "--runtime", "python", project).CombinedOutput(); err != nil {
		b.Fatalf("init: %v\n%s", err, out)
	}
	var ready, bare time.Duration
	var memory float64
	n := 0
	for b.Loop() {
		n++
		took, resident := timeReady(b, binary, project)
		ready += took
		memory = max(memory, resident)
		begun := time.Now()
		if err := exec.Command(binary, "version").Run(); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(begun)
	}
	b.ReportMetric(float64(ready.Microseconds())/1e3/float64(n), "ready-ms")
	b.ReportMetric(float64(bare.Microseconds())/1e3/float64(n), "bare-ms")
	b.ReportMetric(ready.Seconds()/bare.Seconds(), "ratio")
	b.ReportMetric(memory, "RSS-MB")
}

func timeReady(b *testing.B, binary, project string) (time.Duration, float64) {
	cmd := exec.Command(binary, "dev", "--kafka-port", "0", project)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "functions: ") {
	}
	took := time.Since(begun)
	memory := residentMB(cmd.Process.Pid)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	for lines.Scan() { // or it would block
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return took, memory
}

// residentMB is the memory of a process that is in RAM, in MiB; 0 where the
// system does not say.
func residentMB(pid int) float64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kB, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0
	}
	return kB / 1024
}
