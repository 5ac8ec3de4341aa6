// Package reload sees that the code of functions was changed, and turns code into
// something that can be started: by the user's own command or, for Go code, with
// go build. What becomes of a change is for package emulator to decide.
//
// A build is a program with its family (package process): when its context
// ends, compiler and children are killed. Build runs in the goroutine of its
// caller, as do GoFolders and GoFiles, which say what a Go program is made of.
//
// A Watcher makes changes out of what the system tells of single folders. Words.
// A root is what its user asks for: a folder, or some files, and whose they are.
// A tree is what a root watches from one folder on: an include that leads
// elsewhere has its own. What is noise or bulk is not watched, as what git ignores
// is not; what an include names itself is lifted out of that. The print of a file
// is what is remembered of its text: a file is changed if its print is. Changes
// settle when nothing has followed for the debounce: see Watcher.Debounce.
//
// Goroutines of a Watcher. Run's own, which the events of the system, calls of
// Watch and its timer wake, owns all state (loop) and reads the files. A second
// one, which post wakes, calls Changed and Warn, so that these may take long or
// call Watch. A third is fsnotify's. All have ended when Run returns.
//
// Not emulated: git's file of rules for all repositories of a user
// (core.excludesFile), core.ignoreCase, and that "a**/b" is "a*/b" by git's
// documentation and more by git 2.39. A new mode is no change, even that a
// file may be executed. Of what is swapped two folders or more above a tree nothing
// is seen if the tree's own folders stay what they are. There is no polling: where
// the system does not tell, a warning says so.
//
// Non-obvious: a folder is watched before it is read, and each event only says
// where to look: no state is inferred from the order of events. A folder that is
// renamed takes its watches along, which would tell of it by its old name:
// forget ends them first. A call of Watch finds what was changed under the old
// roots before it takes the new ones, and never unwatches what both have. After
// an overflow, a new rule or a switched link all trees are walked again. fsnotify
// confuses two names of one folder: it is given real paths alone.
package reload
