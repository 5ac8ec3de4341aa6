package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// orderAnswer is the answer to an order that may be carried out in part: what was done,
// and what was not.
type orderAnswer struct {
	Done    json.RawMessage `json:"done,omitempty"`
	Refused []*refusal      `json:"refused,omitempty"`
}

// answerOrder has an order carried out that is a list of names.
func answerOrder(w http.ResponseWriter, r *http.Request, carryOut func(context.Context, []string) (any, error)) {
	var names []string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&names); err != nil {
		http.Error(w, "read order: "+err.Error(), http.StatusBadRequest)
		return
	}
	done, err := carryOut(r.Context(), names)
	writeAnswer(w, done, err)
}

// writeAnswer answers an order with what was done, and what was not.
func writeAnswer(w http.ResponseWriter, done any, err error) {
	answer := orderAnswer{Refused: refusals(err)}
	if answer.Done, err = json.Marshal(done); err != nil {
		answer.Refused = append(answer.Refused, refusals(err)...)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(&answer)
}

// Reload has functions and processes reloaded; no names are all functions. What was
// reloaded is stored in reloaded, a pointer to what the instance's Target.Reload returns,
// also beside an error. It returns what could not be reloaded, each with its Hint,
// joined.
func (c *Client) Reload(ctx context.Context, names []string, reloaded any) error {
	return c.order(ctx, "reload", names, reloaded)
}

// Release lets the batches of functions go on that are held until the next revision. It
// stores and returns as Reload does.
func (c *Client) Release(ctx context.Context, functions []string, released any) error {
	return c.order(ctx, "release", functions, released)
}

func (c *Client) order(ctx context.Context, verb string, names []string, done any) error {
	if names == nil {
		names = []string{}
	}
	return c.ask(ctx, http.MethodPost, verb, names, done)
}

// ask sends an order and stores what was done in done, also beside what was refused, which
// it returns, joined.
func (c *Client) ask(ctx context.Context, method, verb string, order, done any) error {
	body, err := json.Marshal(order)
	if err != nil {
		return err
	}
	return c.carry(ctx, method, verb, body, done)
}

// post gives an order, stores what was done in done, and returns what was not.
func (c *Client) post(ctx context.Context, verb string, body []byte, done any) error {
	return c.carry(ctx, http.MethodPost, verb, body, done)
}

func (c *Client) carry(ctx context.Context, method, verb string, body []byte, done any) error {
	raw, err := c.do(ctx, method, verb, body)
	if err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	var answer orderAnswer
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	var errs []error
	for _, r := range answer.Refused {
		errs = append(errs, r)
	}
	if len(answer.Done) > 0 {
		errs = append(errs, json.Unmarshal(answer.Done, done))
	}
	return errors.Join(errs...)
}
