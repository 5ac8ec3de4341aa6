package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// authority makes a certificate for 127.0.0.1 that vouches for itself, with its files.
func authority(t *testing.T) (own tls.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own, err = tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	return own, certFile, keyFile
}

// secureKafka starts a Kafka with users and TLS, and a record in the topic t.
func secureKafka(t *testing.T, own tls.Certificate) (address string) {
	t.Helper()
	leaf, err := x509.ParseCertificate(own.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "t"), kfake.EnableSASL(), kfake.Superuser("PLAIN", "ann", "secret"),
		kfake.Superuser("SCRAM-SHA-256", "bob", "secret"), kfake.Superuser("SCRAM-SHA-512", "cleo", "secret"),
		kfake.TLS(&tls.Config{Certificates: []tls.Certificate{own}, ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	address = c.ListenAddrs()[0]
	o := secureOptions{tls: true, user: "ann", passwordEnv: "TEST_PASSWORD"}
	o.sasl.value = "plain"
	opts, err := o.options()
	if err != nil {
		t.Fatal(err)
	}
	opts = append(opts, kgo.DialTLSConfig(&tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}}))
	produceAs(t, address, opts, &kgo.Record{Topic: "t", Value: []byte("v")})
	return address
}

// TestRecordSecurely: each way of saying who one is, over TLS; and what is wrong otherwise.
func TestRecordSecurely(t *testing.T) {
	t.Setenv("TEST_PASSWORD", "secret")
	t.Setenv("TEST_WRONG", "wrong")
	own, cert, key := authority(t)
	address := secureKafka(t, own)
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("secret\r\nmore"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ flags, problem string }{
		{"--ca CERT --sasl plain --user ann --password-env TEST_PASSWORD", ""},
		{"--tls --ca CERT --cert CERT --key KEY --sasl scram-sha-256 --user bob --password-file PASSWORD", ""},
		{"--ca CERT --sasl scram-sha-512 --user cleo --password-file PASSWORD", ""},
		{"--ca CERT --sasl scram-sha-512 --user cleo --password-env TEST_WRONG", "reach Kafka at"},
		{"--ca CERT --sasl scram-sha-256 --user nobody --password-env TEST_PASSWORD", "reach Kafka at"},
		{"--tls --sasl plain --user ann --password-env TEST_PASSWORD", "certificate"},
		{"--ca KEY --sasl plain --user ann --password-env TEST_PASSWORD", "has no certificate in PEM"},
		{"--ca CERT --cert KEY --key CERT --sasl plain --user ann --password-env TEST_PASSWORD", "--cert"},
		{"--ca CERT --sasl plain --user ann --password-file NONE", "is empty"},
		{"--ca none.pem", "none.pem"},
	} {
		path := filepath.Join(t.TempDir(), "r.jsonl")
		flags := strings.NewReplacer("CERT", cert, "KEY", key, "NONE", empty, "TEST_PASSWORD", "TEST_PASSWORD", "PASSWORD", password).Replace(test.flags)
		args := append([]string{"record", "t", "-o", path, "--until", "end", "--brokers", address}, strings.Fields(flags)...)
		var stdout, stderr bytes.Buffer
		status := run(context.Background(), args, &stdout, &stderr)
		switch {
		case test.problem == "" && (status != 0 || !strings.Contains(stdout.String(), ": 1 record")):
			t.Errorf("%s: got %d, %s%s", test.flags, status, &stdout, &stderr)
		case test.problem != "" && (status != 1 || !strings.Contains(stderr.String(), test.problem)):
			t.Errorf("%s: got %d, %s, want %s", test.flags, status, &stderr, test.problem)
		}
		if strings.Contains(stderr.String()+stdout.String(), "secret") {
			t.Errorf("%s: it tells the password: %s", test.flags, &stderr)
		}
	}
}
