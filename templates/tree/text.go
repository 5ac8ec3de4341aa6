package tree

import (
	"fmt"
	"io"
	"os"
)

// ReadText reads a file that is no template itself, such as a package.json, of at most 1 MiB.
// It returns an error for what is no regular file: reading a pipe would never end.
func ReadText(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err == nil && len(text) > maxText {
		err = fmt.Errorf("%s is over the limit of %d bytes", path, maxText)
	}
	return text, err
}
