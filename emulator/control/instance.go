package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Folder is the name of the folder, in that of the project, that everything
// about a running instance is in.
const Folder = ".coldbrook"

// fileName is the name of the description in Folder.
const fileName = "run.json"

// Instance describes a running instance, as run.json holds it.
type Instance struct {
	PID int `json:"pid"`
	// Kafka is the address of the broker, host:port.
	Kafka string `json:"kafka"`
	// Invoke is the address of the Invoke API, host:port; "" if there is none.
	Invoke string `json:"invoke,omitempty"`
	// Socket is the absolute path of the unix socket of the control API; if
	// there is none, the API is at Address, host:port, and wants Token.
	Socket  string `json:"socket,omitempty"`
	Address string `json:"address,omitempty"`
	Token   string `json:"token,omitempty"`
	// Started is when it started, and Version which Coldbrook it is.
	Started time.Time `json:"started"`
	Version string    `json:"version"`

	// path is the file the description was read from.
	path string
}

// Path is the file the description was read from.
func (i *Instance) Path() string { return i.path }

// Dir is the folder of the project.
func (i *Instance) Dir() string { return filepath.Dir(filepath.Dir(i.path)) }

// NotRunningError is returned by Find and Read when there is no instance.
type NotRunningError struct {
	// Path is where it was looked for: a folder, or a run.json.
	Path string
	// PID is that of the instance that left its description behind when it
	// died; 0 if there is no description.
	PID int
}

func (e *NotRunningError) Error() string {
	if e.PID != 0 {
		return fmt.Sprintf("the instance that %s describes (pid %d) is not running any more", e.Path, e.PID)
	}
	return fmt.Sprintf("no running instance found in %s or a folder above it", e.Path)
}

// Hint says what to do.
func (e *NotRunningError) Hint() string {
	return "start one with coldbrook dev, or name it with --instance DIR"
}

// Find returns the running instance of the project that dir is in: that of dir
// itself or of the nearest folder above it. It returns a *NotRunningError if
// there is none.
func Find(dir string) (*Instance, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find instance: %w", err)
	}
	var dead *NotRunningError
	for d := dir; ; d = filepath.Dir(d) {
		i, err := Read(d)
		if err == nil {
			return i, nil
		}
		// One that died must not hide one that runs further up.
		e, gone := errors.AsType[*NotRunningError](err)
		if !gone {
			return nil, err
		}
		if e.PID != 0 && dead == nil {
			dead = e
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	if dead != nil {
		return nil, dead
	}
	return nil, &NotRunningError{Path: dir}
}

// Read returns the running instance that path describes, a run.json or the
// folder of a project. It returns a *NotRunningError if there is none.
func Read(path string) (*Instance, error) {
	i, err := describe(path)
	if err != nil {
		return nil, err
	}
	if !i.alive() {
		return nil, &NotRunningError{Path: i.path, PID: i.PID}
	}
	return i, nil
}

// describe reads a description, also that of a dead instance.
func describe(path string) (*Instance, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("read instance: %w", err)
	}
	file := path
	if filepath.Ext(path) != ".json" {
		file = filepath.Join(path, Folder, fileName)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &NotRunningError{Path: path}
	}
	if err != nil {
		return nil, fmt.Errorf("read instance: %w", err)
	}
	i := &Instance{path: file}
	if err := json.Unmarshal(text, i); err != nil {
		return nil, fmt.Errorf("read instance: %s: %w", file, err)
	}
	return i, nil
}

// alive reports whether somebody answers at the control API's address: a pid
// alone can be somebody else's by now.
func (i *Instance) alive() bool {
	network, address := i.endpoint()
	conn, err := net.DialTimeout(network, address, probeTimeout)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// probeTimeout is how long an instance may take to accept a connection; the
// system accepts it even while the process is stopped.
const probeTimeout = 2 * time.Second

func (i *Instance) endpoint() (network, address string) {
	if i.Socket != "" {
		return "unix", i.Socket
	}
	return "tcp", i.Address
}

// write puts the description into its place at once: readers see all of it or
// nothing.
func (i *Instance) write() error {
	text, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(i.path), fileName+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), i.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
