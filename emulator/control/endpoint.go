package control

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
)

// pathMax is the longest path of a unix socket: sun_path has 104 bytes on
// macOS and 108 on Linux, with a zero at the end.
const pathMax = 103

// folderPrefix begins the name of a temporary folder for a socket.
const folderPrefix = "coldbrook-"

// endpoint is where the control API listens.
type endpoint struct {
	net.Listener
	// socket is its path; "" for loopback, which wants token.
	socket, token string
	// folder is the temporary folder made for the socket, "" if there is none.
	folder string
}

// listen opens the control API's address for the project in dir.
func listen(dir string) (*endpoint, error) {
	if runtime.GOOS == "windows" {
		return listenLoopback()
	}
	// What is left of a dead instance; the caller holds the lock.
	path := filepath.Join(dir, Folder, "control.sock")
	os.Remove(path)
	if e, err := listenUnix(path); err == nil {
		return e, nil
	}
	folder, err := os.MkdirTemp("", folderPrefix) // mode 0700
	if err != nil {
		return nil, err
	}
	e, err := listenUnix(filepath.Join(folder, "control.sock"))
	if err != nil {
		os.Remove(folder)
		return listenLoopback()
	}
	e.folder = folder
	return e, nil
}

func listenUnix(path string) (*endpoint, error) {
	if len(path) > pathMax {
		return nil, fmt.Errorf("listen %s: path is longer than %d bytes", path, pathMax)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	// The folder is the user's own already; this is for a copy of its rights.
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	return &endpoint{Listener: l, socket: path}, nil
}

func listenLoopback() (*endpoint, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &endpoint{Listener: l, token: rand.Text()}, nil
}

// remove removes what the listener leaves in the file system. The socket itself
// goes when the listener is closed.
func (e *endpoint) remove() {
	if e.folder != "" {
		os.Remove(e.folder)
	}
}
