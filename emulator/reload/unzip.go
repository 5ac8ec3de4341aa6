package reload

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// unzippedMost is how many bytes a layer may have: that of a function with its layers, 250
// MB (page gettingstarted-limits).
const unzippedMost = 250 << 20

// Unzip unpacks an archive into a folder below into that is called after its name and
// content, and returns that folder. What was unpacked before is not unpacked again. It
// returns an error if the archive cannot be read, is larger than 250 MiB, or has a file that
// would lie outside; then nothing is left of it. It is safe for concurrent use.
func Unzip(archive, into string) (string, error) {
	name, err := contentName(archive)
	if err != nil {
		return "", fmt.Errorf("unpack %q: %w", archive, err)
	}
	dir := filepath.Join(into, name)
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir, nil
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return "", fmt.Errorf("unpack %q: %w", archive, err)
	}
	fresh, err := os.MkdirTemp(into, ".new-")
	if err != nil {
		return "", fmt.Errorf("unpack %q: %w", archive, err)
	}
	defer os.RemoveAll(fresh) // it is there only if something went wrong, or somebody was quicker
	if err := unzip(archive, fresh); err != nil {
		return "", fmt.Errorf("unpack %q: %w", archive, err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if info, statErr := os.Stat(dir); statErr != nil || !info.IsDir() {
			return "", fmt.Errorf("unpack %q: %w", archive, err)
		}
	}
	return dir, nil
}

// contentName is the name of an archive with the beginning of the hash of what is in it.
func contentName(archive string) (string, error) {
	file, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	name := strings.TrimSuffix(filepath.Base(archive), filepath.Ext(archive))
	return name + "-" + hex.EncodeToString(hash.Sum(nil)[:8]), nil
}

func unzip(archive, dir string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	left := int64(unzippedMost)
	for _, f := range z.File {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			return fmt.Errorf("%q leads out of it", f.Name)
		}
		n, err := unzipFile(f, filepath.Join(dir, filepath.FromSlash(f.Name)), left)
		if err != nil {
			return fmt.Errorf("%q: %w", f.Name, err)
		}
		left -= n
	}
	return nil
}

var errTooLarge = errors.New("a layer has more than 250 MiB")

// unzipFile unpacks a file of at most so many bytes, or makes a folder. Links are not
// followed, nor made: a link's text would be a file.
func unzipFile(f *zip.File, path string, most int64) (int64, error) {
	if f.FileInfo().IsDir() {
		return 0, os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, err
	}
	packed, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer packed.Close()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, cmp.Or(f.Mode().Perm(), 0o644)|0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(file, io.LimitReader(packed, most+1))
	if err = errors.Join(err, file.Close()); err == nil && n > most {
		err = errTooLarge
	}
	return n, err
}
