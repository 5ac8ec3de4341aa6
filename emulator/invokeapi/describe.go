package invokeapi

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// Documents of functions: shapes of the API model of botocore. What Coldbrook has
// no value for, such as the size of the code, is left out.
type (
	functionDocument struct {
		Configuration configuration
		Concurrency   *concurrency `json:",omitempty"`
	}

	concurrency struct {
		ReservedConcurrentExecutions *int `json:",omitempty"`
	}

	configuration struct {
		FunctionName, FunctionArn string
		Runtime                   string `json:",omitempty"`
		Role                      string
		Handler                   string `json:",omitempty"`
		Description               string
		Timeout                   int64 // seconds
		MemorySize                int64 // MB
		LastModified, Version     string
		Environment               *variables `json:",omitempty"`
		TracingConfig             mode
		RevisionID                string `json:"RevisionId"`
		State, LastUpdateStatus   string
		PackageType               string
		Architectures             []string
		EphemeralStorage          storage
		SnapStart                 snapStart
		LoggingConfig             logging
	}

	variables struct{ Variables map[string]string }
	mode      struct{ Mode string }
	storage   struct{ Size int64 } // MB
	snapStart struct{ ApplyOn, OptimizationStatus string }
	logging   struct{ LogFormat, LogGroup string }
)

// Defaults of AWS (platforms.md 1.1).
const (
	defaultMemory  = 128 << 20
	defaultStorage = 512 << 20
	defaultTimeout = 3 * time.Second
)

func (s *Server) getFunction(w http.ResponseWriter, r *http.Request, name string) *Error {
	f, e := s.resolve(name, r.URL.Query().Get("Qualifier"))
	if e != nil {
		return e
	}
	d := functionDocument{Configuration: s.configurationOf(&f)}
	if f.Reserved != nil {
		d.Concurrency = &concurrency{f.Reserved}
	}
	writeJSON(w, http.StatusOK, d)
	return nil
}

func (s *Server) getConfiguration(w http.ResponseWriter, r *http.Request, name string) *Error {
	f, e := s.resolve(name, r.URL.Query().Get("Qualifier"))
	if e == nil {
		writeJSON(w, http.StatusOK, s.configurationOf(&f))
	}
	return e
}

func (s *Server) getConcurrency(w http.ResponseWriter, _ *http.Request, name string) *Error {
	f, e := s.resolve(name, "")
	if e == nil {
		writeJSON(w, http.StatusOK, concurrency{f.Reserved})
	}
	return e
}

func (s *Server) listFunctions(w http.ResponseWriter, r *http.Request, _ string) *Error {
	q := r.URL.Query()
	if _, e := oneOf(q.Get("FunctionVersion"), "functionVersion", "", "ALL"); e != nil {
		return e
	}
	functions := s.platform.Functions()
	first, last, next, e := page(q, len(functions), functionsAtOnce)
	if e != nil {
		return e
	}
	document := struct {
		NextMarker string `json:",omitempty"`
		Functions  []configuration
	}{next, []configuration{}}
	for i := first; i < last; i++ {
		document.Functions = append(document.Functions, s.configurationOf(&functions[i]))
	}
	writeJSON(w, http.StatusOK, document)
	return nil
}

func (s *Server) configurationOf(f *Function) configuration {
	c := configuration{
		FunctionName: f.Name, FunctionArn: f.ARN, Runtime: f.Runtime, Handler: f.Handler,
		// There are no roles; clients expect one.
		Role:         "arn:aws:iam::" + strings.Split(s.arns, ":")[4] + ":role/coldbrook",
		Timeout:      int64((cmp.Or(f.Timeout, defaultTimeout) + time.Second - 1) / time.Second),
		MemorySize:   cmp.Or(f.Memory, defaultMemory) >> 20,
		LastModified: s.started.UTC().Format("2006-01-02T15:04:05.000-0700"), Version: latest,
		TracingConfig: mode{"PassThrough"}, RevisionID: derivedUUID("revision", f.Name),
		State: "Active", LastUpdateStatus: "Successful", PackageType: "Zip",
		Architectures:    []string{cmp.Or(f.Architecture, "x86_64")},
		EphemeralStorage: storage{cmp.Or(f.EphemeralStorage, defaultStorage) >> 20},
		SnapStart:        snapStart{"None", "Off"},
		LoggingConfig:    logging{"Text", "/aws/lambda/" + f.Name},
	}
	if len(f.Environment) > 0 {
		c.Environment = &variables{f.Environment}
	}
	return c
}
