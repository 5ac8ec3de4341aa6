package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is which Coldbrook this is.
type build struct {
	Version string `json:"version"`
	// Revision is the commit it was built from, and Modified whether it was
	// changed; empty where it was built outside of a repository.
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func thisBuild() build {
	b := build{Version: "unknown", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

func versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print which Coldbrook this is",
		Args:  noArguments,
	}
	format := addFormat(cmd, "an object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return thisBuild().write(cmd.OutOrStdout(), format.json())
	}
	return cmd
}

func (b build) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, b)
	}
	revision := ""
	if b.Revision != "" {
		revision = b.Revision[:min(len(b.Revision), 12)] + ", "
		if b.Modified {
			revision = b.Revision[:min(len(b.Revision), 12)] + " modified, "
		}
	}
	_, err := fmt.Fprintf(w, "coldbrook %s (%s%s, %s/%s)\n", b.Version, revision, b.Go, b.OS, b.Arch)
	return readerGone(err)
}

// writeJSON writes a result as one line of JSON.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return readerGone(e.Encode(v))
}
