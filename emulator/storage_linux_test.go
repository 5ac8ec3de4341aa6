package emulator_test

import (
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kgo"
)

// TestStorageIsReported writes 600 MB, of which the disk has nothing, into /tmp with
// each invocation: one warning tells of it, unless the function has as much.
func TestStorageIsReported(t *testing.T) {
	for limit, want := range map[int64]string{
		0:         `600 MB of temporary files are over its ephemeralStorage of 512MB: on AWS a write fails with "No space left on device", here none does`,
		600 << 20: "",
	} {
		cfg := pythonConfig(t, "  import tempfile\n  with open(tempfile.gettempdir() + '/x', 'wb') as f: f.truncate(600 << 20)\n")
		cfg.CPU, cfg.Functions[0].EphemeralStorage = "off", limit
		cfg.Functions[0].Events[0].BatchSize = 1
		s := start(t, cfg)
		s.run()
		s.produce(&kgo.Record{Topic: "in", Value: []byte("one")}, &kgo.Record{Topic: "in", Value: []byte("two")})
		var warned []string
		ended := 0
		s.await(func(e *journal.Entry) bool {
			if e.Kind == journal.Warning && strings.Contains(e.Text, "temporary files") {
				warned = append(warned, e.Text)
			}
			if e.Kind == journal.InvocationEnded {
				ended++
			}
			return ended == 2
		})
		if got := strings.Join(warned, "\n"); got != want {
			t.Errorf("with %d: got %q, want %q", limit, got, want)
		}
		s.end()
	}
}

func TestValidateStorage(t *testing.T) {
	for size, want := range map[int64]string{
		511 << 20:     "functions.f.ephemeralStorage: 511MB is under the minimum of 512MB",
		10_241 << 20:  "functions.f.ephemeralStorage: 10241MB is over the limit of 10240MB",
		512<<20 + 512: "is not in steps of 1MB",
		10_240 << 20:  "",
	} {
		cfg := emulator.Config{Functions: []emulator.Function{{Name: "f", EphemeralStorage: size}}}
		err := cfg.Validate()
		if says := err != nil && strings.Contains(err.Error(), "ephemeralStorage"); says != (want != "") || want != "" && !strings.Contains(err.Error(), want) {
			t.Errorf("%d: got %v, want %q", size, err, want)
		}
	}
}
