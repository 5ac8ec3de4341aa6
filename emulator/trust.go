package emulator

import (
	"bytes"
	"fmt"
	"os"
	"slices"
)

// systemRoots are the files in which systems keep whom they trust, as crypto/x509 has
// them, and that of macOS.
var systemRoots = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6
	"/etc/ssl/ca-bundle.pem",                            // OpenSUSE
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // CentOS, RHEL 7
	"/etc/ssl/cert.pem",                                 // Alpine, macOS
}

// TrustEnviron is what handlers, processes and commands get in their environment to trust
// the Kafka's certificate; none without kafka.tls, or without a folder of the project.
//
// KAFKA_SSL_CA_LOCATION is for the Kafka alone and names the authority, if this program's
// own environment does not have it. NODE_EXTRA_CA_CERTS adds to the roots of Node, and
// SSL_CERT_FILE takes the place of the system's: they name bundles of what this program's
// environment says, else of the system's roots for the latter, and the authority. What
// cannot be read is left as it is. AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE and the like are left
// alone: they are of clients of HTTPS, which nothing here speaks, and would take away the
// roots that these bring along.
func (e *Emulator) TrustEnviron() []string {
	if e.authority == nil {
		return nil
	}
	return slices.Clone(e.authority.environ)
}

// writeBundles writes what trusts others and the authority, and notes the variables.
func (a *authority) writeBundles() error {
	if a.folder == "" {
		return nil
	}
	if _, own := os.LookupEnv("KAFKA_SSL_CA_LOCATION"); !own {
		a.environ = append(a.environ, "KAFKA_SSL_CA_LOCATION="+a.path(authorityFile))
	}
	extra, roots := os.Getenv("NODE_EXTRA_CA_CERTS"), os.Getenv("SSL_CERT_FILE")
	if extra == "" {
		a.environ = append(a.environ, "NODE_EXTRA_CA_CERTS="+a.path(authorityFile))
	} else if err := a.bundle("NODE_EXTRA_CA_CERTS", extraFile, extra); err != nil {
		return err
	}
	if roots == "" {
		return a.bundle("SSL_CERT_FILE", bundleFile, systemRoots...)
	}
	return a.bundle("SSL_CERT_FILE", bundleFile, roots)
}

// bundle writes a file with the first of others that has certificates, and the authority,
// and notes it as a variable. Where none has, there is no file and no variable. Handlers of
// another run see the same file: it differs only if the others do.
func (a *authority) bundle(variable, file string, others ...string) error {
	for _, name := range others {
		text, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte("-----BEGIN CERTIFICATE-----")) {
			continue
		}
		if !bytes.Contains(text, a.certificate) { // we may be run by ourselves
			text = append(append(bytes.TrimRight(text, "\n"), '\n'), a.certificate...)
		}
		if err := replaceFile(a.path(file), text); err != nil {
			return fmt.Errorf("development CA: %w", err)
		}
		a.environ = append(a.environ, variable+"="+a.path(file))
		return nil
	}
	return nil
}

// replaceFile writes a file that others may be reading: they see the old or the new one.
func replaceFile(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	next := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		_ = os.Remove(next)
		return err
	}
	return nil
}
