package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// How long certificates are valid. That of a run is made at its start; systems refuse
// more than 825 days.
const (
	authorityYears = 10
	leafDays       = 397
)

// authorityNames are what the Kafka can be reached by from this machine and its containers.
var authorityNames = []string{"localhost", "host.docker.internal"}

// makeAuthority makes an authority that can vouch for this machine only, whoever gets hold
// of its key (RFC 5280, 4.2.1.10): trusting it is no risk. project is said in its name.
func makeAuthority(project string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("development CA: %w", err)
	}
	name := "Coldbrook development CA"
	if project != "" {
		name += " of " + project
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: name, Organization: []string{"Coldbrook"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(authorityYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: authorityNames,
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
			{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	made, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("development CA: %w", err)
	}
	parsed, err := x509.ParseCertificate(made)
	if err != nil {
		return nil, fmt.Errorf("development CA: %w", err)
	}
	return &authority{certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made}), parsed: parsed, key: key}, nil
}

// leaf makes the certificate of a run. Its key is in memory only.
func (a *authority) leaf() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certificate of the Kafka: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "localhost", Organization: []string{"Coldbrook"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, leafDays),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: authorityNames, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	made, err := x509.CreateCertificate(rand.Reader, template, a.parsed, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("certificate of the Kafka: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{made, a.parsed.Raw}, PrivateKey: key}, nil
}

// serial is a random serial number of 127 bits.
func serial() *big.Int {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // it never fails
	raw[0] &= 0x7f
	return new(big.Int).SetBytes(raw[:])
}
