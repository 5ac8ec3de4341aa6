package emulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func TestAuthorityStaysTheSame(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	var got [8]*authority
	for i := range got { // runs that begin at once agree
		all.Go(func() {
			a, err := openAuthority(dir)
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = a
		})
	}
	all.Wait()
	for _, a := range got {
		if a == nil || !bytes.Equal(a.certificate, got[0].certificate) {
			t.Fatal("there are two authorities")
		}
	}
	entries, err := os.ReadDir(filepath.Join(dir, ".coldbrook"))
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want the folder ca only", entries, err)
	}
	info, err := os.Stat(filepath.Join(dir, ".coldbrook", "ca", authorityKey))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key: got %v, %v, want the mode 0600", info, err)
	}
}

// The authority vouches for this machine and for nothing else, even in wrong hands.
func TestAuthorityIsOfThisMachine(t *testing.T) {
	a, err := openAuthority("")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.parsed)
	for name, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "localhost": true, "host.docker.internal": true,
		"example.com": false, "10.0.0.1": false, "b-1.demo.kafka.us-east-1.amazonaws.com": false,
	} {
		leaf, err := a.leaf()
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(leaf.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parsed.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); (err == nil) != want {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	old := authorityNames
	defer func() { authorityNames = old }()
	authorityNames = []string{"example.com"} // as if the key were stolen
	stolen, err := a.leaf()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(stolen.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Verify(x509.VerifyOptions{Roots: roots, DNSName: "example.com"}); err == nil {
		t.Error("the authority vouches for example.com")
	}
}

func TestBrokenAuthorityIsSaid(t *testing.T) {
	dir := t.TempDir()
	if _, err := openAuthority(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ".coldbrook", "ca", authorityKey)); err != nil {
		t.Fatal(err)
	}
	_, err := openAuthority(dir)
	broken, ok := errors.AsType[*authorityError](err)
	if !ok || !strings.Contains(broken.Hint(), "remove the folder") || !strings.Contains(err.Error(), authorityKey) {
		t.Errorf("got %v", err)
	}
}

func TestSecuredRun(t *testing.T) {
	for _, name := range []string{"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "KAFKA_SSL_CA_LOCATION"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	other, err := openAuthority("") // of the user's company, say
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "own.pem")
	if err := os.WriteFile(own, other.certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NODE_EXTRA_CA_CERTS", own)
	t.Setenv("ALICE_PASSWORD", "secret")
	e, err := Start(t.Context(), Config{
		Dir: t.TempDir(), Topics: []Topic{{Name: "in", Partitions: 1}},
		Kafka: Kafka{Port: new(0), TLS: "required", SASL: "required", Users: map[string]string{"alice": "${env:ALICE_PASSWORD}"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = e.Run(ctx) })
	defer running.Wait()
	defer cancel()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(e.Authority()) {
		t.Fatal("there is no certificate")
	}
	secured := []kgo.Opt{kgo.DialTLSConfig(&tls.Config{RootCAs: roots}), kgo.SASL(scram.Auth{User: "alice", Pass: "secret"}.AsSha512Mechanism())}
	for _, c := range []struct {
		address string
		opts    []kgo.Opt
		want    bool
	}{{e.KafkaAddr(), secured, true}, {e.KafkaAddr(), secured[:1], false}, {e.KafkaAddr(), nil, false}, {e.CommandKafka(), nil, true}} {
		client, err := kgo.NewClient(append(c.opts, kgo.SeedBrokers(c.address), kgo.RequestRetries(0))...)
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Ping(ctx); (err == nil) != c.want {
			t.Errorf("%s with %d options: got %v, want %v", c.address, len(c.opts), err, c.want)
		}
		client.Close()
	}
	env := e.TrustEnviron()
	if !slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "NODE_EXTRA_CA_CERTS=") }) {
		t.Errorf("got %q, want NODE_EXTRA_CA_CERTS among them", env)
	}
	for _, v := range env {
		name, file, _ := strings.Cut(v, "=")
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, e.Authority()) {
			t.Errorf("%s: the authority is not in %s: %v", name, file, err)
		}
		if name == "NODE_EXTRA_CA_CERTS" && !bytes.Contains(text, other.certificate) {
			t.Errorf("%s: the user's own is not in %s", name, file)
		}
	}
}

func TestSecurityThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		kafka Kafka
		want  string
	}{
		{Kafka{TLS: "yes"}, `kafka.tls: "yes" is not one of off, auto, required`},
		{Kafka{SASL: "plain"}, `kafka.sasl: "plain" is not one of off, any, required`},
		{Kafka{Users: map[string]string{"a": "b"}}, "kafka.users: users have no effect without kafka.sasl"},
		{Kafka{SASL: "any", Users: map[string]string{"a": ""}}, "kafka.users.a: the password is empty"},
		{Kafka{SASL: "any", Users: map[string]string{" ": "b"}}, "the user has no name"},
		{Kafka{SASL: "any", Users: map[string]string{"a": "${env:NOT_SET_ANYWHERE}"}}, "kafka.users.a: ${env:NOT_SET_ANYWHERE}: NOT_SET_ANYWHERE is not set"},
		{Kafka{SASL: "any", Users: map[string]string{"a": "${env:NOT_SET_ANYWHERE:-}"}}, "kafka.users.a: the password is empty"},
	} {
		if err := (Config{Kafka: c.kafka}).Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.kafka, err, c.want)
		}
	}
}

// A password may look like what only variables of functions can name.
func TestPasswordsAreNoReferences(t *testing.T) {
	for _, password := range []string{"${kafka.bootstrap}", "${", "a${b}", "$5{", "${env:NOT_SET_ANYWHERE:-x}"} {
		if err := (Config{Kafka: Kafka{SASL: "any", Users: map[string]string{"a": password}}}).Validate(); err != nil {
			t.Errorf("%s: got %v", password, err)
		}
	}
}

// What the journal says of a changed file names no password.
func TestPasswordsAreNotShown(t *testing.T) {
	now := Config{Kafka: Kafka{SASL: "any", Users: map[string]string{"alice": "old-secret"}}}
	next := Config{Kafka: Kafka{SASL: "any", Users: map[string]string{"alice": "new-secret"}}}
	tn := &turn{parts: &parts{config: now}, next: next}
	tn.top()
	if len(tn.refused) != 1 || strings.Contains(tn.refused[0].String(), "secret") || !strings.Contains(tn.refused[0].String(), "alice") {
		t.Errorf("got %v", tn.refused)
	}
}
