package function

import "sync"

// Disk is the temporary files of an environment, its /tmp. They outlive its
// processes: when those have ended, because they crashed or were killed, others
// that are launched in the environment find the files as they were. It is safe for
// concurrent use.
type Disk struct {
	mu     sync.Mutex // guards all below
	folder string
	rid    func()
}

// Use returns the folder of the disk. The first time, create makes it, and says
// how to get rid of it; it is called under a lock, and must not wait.
func (d *Disk) Use(create func() (folder string, remove func(), err error)) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.folder != "" {
		return d.folder, nil
	}
	folder, remove, err := create()
	if err != nil {
		return "", err
	}
	d.folder, d.rid = folder, remove
	return folder, nil
}

// inUse reports whether there is a folder.
func (d *Disk) inUse() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.folder != ""
}

// remove gets rid of the folder, if there is one.
func (d *Disk) remove() {
	d.mu.Lock()
	rid := d.rid
	d.folder, d.rid = "", nil
	d.mu.Unlock()
	if rid != nil {
		rid()
	}
}

// home is what an environment keeps over its launches.
type home struct {
	disk *Disk
	last *environment // guarded by Pool.mu, until the home is nobody's any more
}

// awaitBefore returns when nothing runs any more of what was launched in the
// environment before, where both use one disk. A handler within this process is
// not waited for: it may take its time to notice that it was killed.
func (e *environment) awaitBefore() {
	if e.before == nil {
		return
	}
	if e.home.disk.inUse() {
		<-e.before.gone
	}
	e.before = nil // else each holds all before it
}
