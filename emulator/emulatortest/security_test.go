package emulatortest_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/emulatortest"
)

// A project that requires TLS and logins runs in virtual time as it is, and what is made
// for it there is valid in the real world.
func TestSecuredProjectInVirtualTime(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	cfg := emulator.Config{
		Dir: dir, Kafka: emulator.Kafka{TLS: "required", SASL: "required", Users: map[string]string{"alice": "secret"}},
		Topics: []emulator.Topic{{Name: "in", Partitions: 1}},
	}
	emulatortest.Run(t, cfg, func(t *testing.T, w *emulatortest.World) {
		w.Produce("in", emulatortest.Record("k", "v"))
		w.Advance(time.Minute)
	})
	text, err := os.ReadFile(filepath.Join(dir, ".coldbrook", "ca", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	made, err := x509.ParseCertificate(block.Bytes)
	if err != nil || made.NotAfter.Before(now.AddDate(9, 0, 0)) {
		t.Errorf("the CA is valid until %v, %v", made.NotAfter, err)
	}
}
