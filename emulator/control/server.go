package control

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Target is what the control API drives. Its methods are called by many
// goroutines.
type Target interface {
	// Status returns what the instance is doing, a value for encoding/json.
	Status() any
	// Stop asks for an orderly end, and returns at once.
	Stop(reason string)
	// Abort asks for an end at once, and returns at once.
	Abort()
	// Set changes keys of the configuration, each KEY=VALUE, all or none, and returns
	// what was changed, a value for encoding/json. Its error is one for each mistake,
	// joined.
	Set(ctx context.Context, assignments []string) (any, error)
	// Settings returns every key that Set can change, with its value, a value for
	// encoding/json. Undo takes back the last change that Set made, and returns as Set does.
	Settings() any
	Undo(ctx context.Context) (any, error)
	// Reload makes new revisions of functions and starts processes again; no names are
	// all functions. Release lets the batches of functions go on that are held until the
	// next revision. Both return what was done, a value for encoding/json, also beside an
	// error, which is one for each name that it was not done for, joined.
	Reload(ctx context.Context, names []string) (any, error)
	Release(ctx context.Context, functions []string) (any, error)
	// Pause has the world stand still, Resume has it go on, and Step has a paused world do
	// one thing, or steps of them, 1 to StepsMost. They return what is to be told of it, a
	// value for encoding/json; Step also beside an error.
	Pause(ctx context.Context) (any, error)
	Resume(ctx context.Context) (any, error)
	Step(ctx context.Context, steps int) (any, error)
	// Order returns what the check of order has found so far, a value for encoding/json;
	// nil if there is none.
	Order() any
	// Journal writes what the journal holds, as a journal file; with follow it goes on
	// until the instance ends, and calls flush when what it wrote should be seen.
	Journal(ctx context.Context, w io.Writer, flush func(), follow bool) error
	FaultTarget
	ReadyTarget
}

// Server is the control API of this process, and its claim on the project's
// folder.
type Server struct {
	instance Instance
	endpoint *endpoint
	lock     *os.File
	http     http.Server
	ended    chan struct{} // closed when the instance has ended
	serving  sync.WaitGroup
	close    sync.Once
}

// Listen claims the project's folder dir for this process and opens the address
// of the control API. It returns a *RunningError if an instance runs there.
// Serve follows when the instance is up, Close in any case.
func Listen(dir string) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open control API: %w", err)
	}
	lock, err := claim(dir)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(dir, Folder)
	s := &Server{lock: lock, ended: make(chan struct{})}
	s.instance = Instance{PID: os.Getpid(), path: filepath.Join(folder, fileName)}
	removeDead(dir)
	// The folder can be older than us, and more open than a socket allows.
	if err = os.Chmod(folder, 0o700); err == nil {
		s.endpoint, err = listen(dir)
	}
	if err != nil {
		s.release()
		return nil, fmt.Errorf("open control API: %w", err)
	}
	return s, nil
}

// removeDead removes what an instance left that was killed. The caller holds
// the lock.
func removeDead(dir string) {
	dead, err := describe(dir)
	if err != nil {
		return
	}
	os.Remove(dead.path)
	if folder := filepath.Dir(dead.Socket); strings.HasPrefix(filepath.Base(folder), folderPrefix) {
		os.Remove(dead.Socket)
		os.Remove(folder)
	}
}

// Addresses are where an instance is reached by others than its control API, each
// host:port: its broker, and its Invoke API, which may be "".
type Addresses struct{ Kafka, Invoke string }

// Serve lets the instance be found and driven: it writes run.json with its
// addresses and the version of Coldbrook, and answers from now on. It does not
// block.
func (s *Server) Serve(target Target, at Addresses, version string) error {
	s.instance.Kafka, s.instance.Invoke = at.Kafka, at.Invoke
	s.instance.Version, s.instance.Started = version, time.Now()
	s.instance.Socket, s.instance.Token = s.endpoint.socket, s.endpoint.token
	if s.endpoint.socket == "" {
		s.instance.Address = s.endpoint.Addr().String()
	}
	s.http.Handler = s.handler(target)
	s.http.ReadHeaderTimeout = probeTimeout
	s.serving.Go(func() { s.http.Serve(s.endpoint) })
	if err := s.instance.write(); err != nil {
		return fmt.Errorf("write %s: %w", s.instance.path, err)
	}
	return nil
}

// Close ends the control API and removes all it made. Clients that wait for the
// end learn of it. It is idempotent and safe on a nil Server.
func (s *Server) Close() {
	if s == nil {
		return
	}
	s.close.Do(func() {
		// Whoever waits for the end may start the next instance: they are told
		// when the claim is given back, not before.
		os.Remove(s.instance.path)
		s.endpoint.Close()
		s.endpoint.remove()
		s.release()
		close(s.ended)
		// Answers under way get a moment; a client that is stuck gets no more.
		ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
		defer cancel()
		if err := s.http.Shutdown(ctx); err != nil {
			s.http.Close()
		}
		s.serving.Wait()
	})
}

// release gives the claim on the folder back.
func (s *Server) release() {
	path := s.lock.Name()
	// While it is held, or it could be the next holder's.
	os.Remove(path)
	s.lock.Close()
	if runtime.GOOS == "windows" { // which removes no open file, nor one that others opened
		os.Remove(path)
	}
	os.Remove(filepath.Dir(path)) // if nothing else is in it
}

func (s *Server) handler(target Target) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(target.Status())
	})
	mux.HandleFunc("POST /v1/stop", func(w http.ResponseWriter, r *http.Request) {
		var order stopOrder
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&order); err != nil {
			http.Error(w, "read order: "+err.Error(), http.StatusBadRequest)
			return
		}
		if order.AtOnce {
			target.Abort()
		} else {
			target.Stop(order.Reason)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("POST /v1/set", func(w http.ResponseWriter, r *http.Request) { answerSet(w, r, target) })
	mux.HandleFunc("GET /v1/settings", func(w http.ResponseWriter, _ *http.Request) { answerSettings(w, target) })
	mux.HandleFunc("POST /v1/undo", func(w http.ResponseWriter, r *http.Request) { answerUndo(w, r, target) })
	mux.HandleFunc("POST /v1/reload", func(w http.ResponseWriter, r *http.Request) { answerOrder(w, r, target.Reload) })
	mux.HandleFunc("POST /v1/release", func(w http.ResponseWriter, r *http.Request) { answerOrder(w, r, target.Release) })
	mux.HandleFunc("POST /v1/pause", func(w http.ResponseWriter, r *http.Request) { answerPause(w, r, target.Pause) })
	mux.HandleFunc("POST /v1/resume", func(w http.ResponseWriter, r *http.Request) { answerPause(w, r, target.Resume) })
	mux.HandleFunc("POST /v1/step", func(w http.ResponseWriter, r *http.Request) { answerStep(w, r, target) })
	mux.HandleFunc("GET /v1/order", func(w http.ResponseWriter, _ *http.Request) { answerOrderReport(w, target) })
	mux.HandleFunc("GET /v1/journal", func(w http.ResponseWriter, r *http.Request) { answerJournal(w, r, target) })
	handleFaults(mux, target)
	handleReadiness(mux, target)
	mux.HandleFunc("GET /v1/ended", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.ended:
		case <-r.Context().Done():
		}
	})
	return s.guard(mux)
}

// guard lets nobody in without the token, where there is one.
func (s *Server) guard(next http.Handler) http.Handler {
	if s.endpoint.token == "" {
		return next
	}
	want := []byte("Bearer " + s.endpoint.token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// stopOrder is the body of POST /v1/stop.
type stopOrder struct {
	Reason string `json:"reason"`
	AtOnce bool   `json:"atOnce"`
}
