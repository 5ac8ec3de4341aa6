package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// refusal is one thing that is wrong with an order, with what can be done about it.
type refusal struct {
	Text   string `json:"error"`
	Advice string `json:"hint,omitempty"`
}

func (r *refusal) Error() string { return r.Text }

// Hint says what to do.
func (r *refusal) Hint() string { return r.Advice }

// setAnswer is the answer to POST /v1/set: what was changed, or why nothing was.
type setAnswer struct {
	Turned  json.RawMessage `json:"turned,omitempty"`
	Refused []*refusal      `json:"refused,omitempty"`
}

func answerSet(w http.ResponseWriter, r *http.Request, target Target) {
	var assignments []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&assignments); err != nil {
		http.Error(w, "read order: "+err.Error(), http.StatusBadRequest)
		return
	}
	var answer setAnswer
	turned, err := target.Set(r.Context(), assignments)
	if err == nil {
		answer.Turned, err = json.Marshal(turned)
	}
	answer.Refused = refusals(err)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(&answer)
}

// refusals are the errors that one was joined from.
func refusals(err error) []*refusal {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*refusal
		for _, e := range joined.Unwrap() {
			all = append(all, refusals(e)...)
		}
		return all
	}
	r := &refusal{Text: err.Error()}
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		r.Advice = h.Hint()
	}
	return []*refusal{r}
}

// Set changes keys of the instance's configuration, each KEY=VALUE, all or none. What
// was changed is stored in turned, a pointer to what its Target.Set returns. It
// returns what the instance refuses, each with its Hint, joined.
func (c *Client) Set(ctx context.Context, assignments []string, turned any) error {
	body, err := json.Marshal(assignments)
	if err != nil {
		return err
	}
	raw, err := c.do(ctx, http.MethodPost, "set", body)
	if err != nil {
		return fmt.Errorf("set: %w", err)
	}
	return readTurned(raw, turned)
}

// readTurned reads what was changed, or why nothing was.
func readTurned(raw []byte, turned any) error {
	var answer setAnswer
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	var errs []error
	for _, r := range answer.Refused {
		errs = append(errs, r)
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return json.Unmarshal(answer.Turned, turned)
}
