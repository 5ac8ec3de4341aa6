package emulatortest

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// digestBuffer is how many bytes are hashed at a time.
const digestBuffer = 32 << 10

// digest is the SHA-256 of the modelled part of journal entries, one behind the
// other: two runs that have the same are the same, whatever machine they ran on.
type digest struct {
	hash   hash.Hash
	buffer []byte
}

func newDigest() digest {
	return digest{hash: sha256.New(), buffer: make([]byte, 0, digestBuffer+1<<10)}
}

func (d *digest) add(e *journal.Entry) {
	d.buffer = e.AppendModelled(d.buffer)
	if len(d.buffer) >= digestBuffer {
		d.flush()
	}
}

func (d *digest) flush() {
	d.hash.Write(d.buffer)
	d.buffer = d.buffer[:0]
}

// sum returns the digest of all that was added, in hex. More can be added.
func (d *digest) sum() string {
	d.flush()
	return hex.EncodeToString(d.hash.Sum(nil))
}
