package reload

import (
	"hash/fnv"
	"io"
	"os"
)

// print is what is remembered of a file: two that are equal mean that nothing
// was changed. The zero value is a file that is not there.
type print struct {
	there bool
	size  int64
	// sum is a hash of the text; of files over maxSummed, and those that cannot
	// be read, the time of the last change in nanoseconds.
	sum uint64
}

// maxSummed is up to which size the text of a file is read, in bytes.
const maxSummed = 16 << 20

// printOf reads a file. Whatever is no file, a folder or a pipe, is not there.
func printOf(path string) print {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return print{}
	}
	p := print{there: true, size: info.Size(), sum: uint64(info.ModTime().UnixNano())}
	if p.size > maxSummed {
		return p
	}
	file, err := os.Open(path)
	if err != nil {
		return p
	}
	defer file.Close()
	sum := fnv.New64a()
	n, err := io.Copy(sum, io.LimitReader(file, maxSummed+1))
	if err != nil || n > maxSummed {
		return p
	}
	return print{there: true, size: n, sum: sum.Sum64()}
}

// sizeOf is the size of a file, 0 if it is not there.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}
