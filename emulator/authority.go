package emulator

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Where the development authority of a project is kept, below its folder, and its files.
const (
	authorityFolder = ".coldbrook/ca"
	authorityFile   = "ca.pem"
	authorityKey    = "ca-key.pem"
	bundleFile      = "bundle.pem"
	extraFile       = "extra.pem"
)

// authority is the development authority of a project: it vouches for the Kafka of runs
// there, and can for nothing else (authority_make.go). It stays the same between runs, so
// that a client may keep trusting it.
type authority struct {
	folder      string // absolute; "" if it is in memory only
	certificate []byte // PEM
	parsed      *x509.Certificate
	key         *ecdsa.PrivateKey
	environ     []string // variables that writeBundles noted
}

// AuthorityFile returns the file with the certificate of the development authority of a
// project, absolute, and makes both if there is none. The folder must be there.
func AuthorityFile(dir string) (string, error) {
	if dir == "" {
		dir = "."
	}
	a, err := openAuthority(dir)
	if err != nil {
		return "", err
	}
	return a.path(authorityFile), nil
}

func (a *authority) path(file string) string { return filepath.Join(a.folder, file) }

// openAuthority reads the authority of a project, or makes it. That of no project is in
// memory.
func openAuthority(dir string) (*authority, error) {
	if dir == "" {
		return makeAuthority("")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("development CA: %w", err)
	}
	folder := filepath.Join(dir, filepath.FromSlash(authorityFolder))
	a, err := readAuthority(folder)
	if !errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	if a, err = makeAuthority(filepath.Base(dir)); err != nil {
		return nil, err
	}
	// Of two runs that make one at once, the first counts.
	if err = a.keep(folder); errors.Is(err, fs.ErrExist) {
		return readAuthority(folder)
	}
	return a, err
}

// authorityError is an authority that cannot be used.
type authorityError struct {
	folder string
	err    error
}

func (e *authorityError) Error() string {
	return "development CA in " + e.folder + ": " + e.err.Error()
}
func (e *authorityError) Unwrap() error { return e.err }

// Hint says what to do about it.
func (e *authorityError) Hint() string {
	return "remove the folder; the next run makes another CA, which clients that trust this one must be given"
}

// readAuthority reads what keep wrote. It returns fs.ErrNotExist if there is no folder.
func readAuthority(folder string) (*authority, error) {
	if _, err := os.Stat(folder); err != nil {
		return nil, fmt.Errorf("development CA: %w", err)
	}
	a := &authority{folder: folder}
	if err := a.read(); err != nil {
		return nil, &authorityError{folder, err}
	}
	return a, nil
}

func (a *authority) read() error {
	var err error
	if a.certificate, err = os.ReadFile(a.path(authorityFile)); err != nil {
		return fmt.Errorf("%v", err) // that the folder is not whole is not that there is none
	}
	key, err := os.ReadFile(a.path(authorityKey))
	if err != nil {
		return fmt.Errorf("%v", err)
	}
	pair, err := tls.X509KeyPair(a.certificate, key)
	if err != nil {
		return err
	}
	own, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	a.key, a.parsed = own, pair.Leaf
	switch {
	case !ok || !pair.Leaf.IsCA:
		return fmt.Errorf("%s is no CA with a key for ECDSA", authorityFile)
	case time.Now().After(pair.Leaf.NotAfter):
		return fmt.Errorf("it was valid until %s", pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// keep writes the files, all at once. It returns fs.ErrExist if the folder is there.
func (a *authority) keep(folder string) error {
	parent := filepath.Dir(folder)
	if err := os.Mkdir(parent, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("development CA: %w", err)
	}
	made, err := os.MkdirTemp(parent, "ca-") // its mode is 0700
	if err != nil {
		return fmt.Errorf("development CA: %w", err)
	}
	defer os.RemoveAll(made)
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return fmt.Errorf("development CA: %w", err)
	}
	for name, text := range map[string][]byte{
		authorityFile: a.certificate,
		authorityKey:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		".gitignore":  []byte("*\n"),
	} {
		if err := os.WriteFile(filepath.Join(made, name), text, 0o600); err != nil {
			return fmt.Errorf("development CA: %w", err)
		}
	}
	if err := os.Rename(made, folder); err != nil {
		if _, missing := os.Stat(folder); missing == nil {
			return fs.ErrExist
		}
		return fmt.Errorf("development CA: %w", err)
	}
	a.folder = folder
	return nil
}
