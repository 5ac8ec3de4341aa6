// Package control is how a running instance of Coldbrook is found and driven
// from other terminals: a file that describes it, .coldbrook/run.json in the
// project's folder, and a control API, HTTP with JSON, on a unix socket that
// only the user can open (where there is none, on a loopback port with a
// token). It knows nothing of the emulator but the Target it is given.
//
// A project folder has at most one instance. What says so is a lock on the
// file .coldbrook/lock, which the system takes away when the process ends, be
// it by kill -9; the descriptions of dead instances are recognised by it.
//
// Verbs:
//
//	GET  /v1/status   what Target.Status returns, as JSON
//	POST /v1/stop     {"reason": "...", "atOnce": false}: asks for the end
//	POST /v1/set      ["KEY=VALUE", ...]: what Target.Set returns, or what it refuses
//	GET  /v1/settings what Target.Settings returns, as JSON
//	POST /v1/undo     what Target.Undo returns, or why nothing was undone
//	POST /v1/pause    no body: the world stands still
//	POST /v1/resume   no body: it goes on
//	POST /v1/step     {"steps": 1}: a paused world does so many things
//	GET  /v1/order    what Target.Order returns, as JSON; 404 if it checks none
//	GET  /v1/journal  what Target.Journal writes; with ?follow=1 until the end
//	GET  /v1/readiness what Target.Readiness returns, as JSON
//	GET  /v1/ended    answers when the instance has ended
//
// Goroutines: Server.Serve starts one, net/http's accept loop, which owns one
// per connection; Server.Close waits for the first and closes the others.
//
// Non-obvious: the socket's path may be too long for the system (some 100
// bytes), and project folders may be on file systems that have no sockets; then
// it is put in a folder of its own below the system's temporary one, and the
// description says where. The file lock is removed at the end while it is held;
// whoever locks it must look whether it is still there.
package control
