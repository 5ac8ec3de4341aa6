package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator/query"
	"github.com/coldbrook-dev/coldbrook/emulator/report"
	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// redactOptions are the flags that say what is replaced in a recording.
type redactOptions struct {
	places []string
	seed   string
}

func (o *redactOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.places, "redact", nil, "replace what stands at these `PLACES` by pseudonyms: key, v.customer.email, h.user, v; several with commas")
	f.StringVar(&o.seed, "redact-seed", "", "make the pseudonyms from this `TEXT`, the same in all recordings that have it (default: others in each)")
}

// redactor returns what replaces, nil if nothing is to be.
func (o *redactOptions) redactor(cmd *cobra.Command) (*fixtures.Redactor, error) {
	if len(o.places) == 0 {
		if cmd.Flags().Changed("redact-seed") {
			return nil, usage(cmd, "--redact-seed needs --redact")
		}
		return nil, nil
	}
	if cmd.Flags().Changed("redact-seed") && o.seed == "" {
		return nil, usage(cmd, "--redact-seed is empty")
	}
	var secrets []fixtures.Secret
	for _, text := range o.places {
		places, err := query.ParsePlaces(text)
		if e, ok := errors.AsType[*query.Error](err); ok {
			return nil, &usageError{err: fmt.Errorf("--redact: column %d: %s", e.Column, e.Message), hint: e.Hint()}
		}
		for _, p := range places {
			secrets = append(secrets, secretOf(p))
		}
	}
	seed := o.seed
	if seed == "" {
		seed = rand.Text()
	}
	return fixtures.NewRedactor(seed, secrets), nil
}

func secretOf(p query.Place) fixtures.Secret {
	s := fixtures.Secret{Of: fixtures.OfValue, Header: p.Header}
	switch {
	case p.Header != "":
		s.Of = fixtures.OfHeader
	case p.Field.Name == "key":
		s.Of = fixtures.OfKey
	}
	for _, step := range p.Steps {
		s.Path = append(s.Path, fixtures.SecretStep{Name: step.Name, Index: step.Index})
	}
	return s
}

// sayNotJSON says what was replaced as a whole because a path leads into it and it is no
// JSON, and where nothing was replaced although it was asked for.
func sayNotJSON(w io.Writer, r *fixtures.Redactor, topics []string, records int64) {
	if r == nil {
		return
	}
	var parts []string
	for _, t := range topics {
		if n := r.NotJSON(t); n > 0 {
			parts = append(parts, fmt.Sprintf("%s of %s", report.Count(uint64(n)), t))
		}
	}
	if len(parts) > 0 {
		fmt.Fprintf(w, "note: --redact leads into JSON, but these are none and were replaced as a whole: %s\n", strings.Join(parts, ", "))
	}
	if records > 0 && r.Changed() == 0 {
		fmt.Fprintln(w, "note: --redact found nothing to replace")
	}
}
