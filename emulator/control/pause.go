package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// StepsMost is how many steps one order may ask for.
const StepsMost = 10_000

// stepOrder is the body of POST /v1/step.
type stepOrder struct {
	Steps int `json:"steps"`
}

// answerPause has the world stand still, or go on.
func answerPause(w http.ResponseWriter, r *http.Request, carryOut func(context.Context) (any, error)) {
	done, err := carryOut(r.Context())
	writeAnswer(w, done, err)
}

func answerStep(w http.ResponseWriter, r *http.Request, target Target) {
	var order stepOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&order); err != nil {
		http.Error(w, "read order: "+err.Error(), http.StatusBadRequest)
		return
	}
	if order.Steps < 1 || order.Steps > StepsMost {
		http.Error(w, fmt.Sprintf("steps: %d is not within 1 and %d", order.Steps, StepsMost), http.StatusBadRequest)
		return
	}
	done, err := target.Step(r.Context(), order.Steps)
	writeAnswer(w, done, err)
}

// Pause has the world of the instance stand still. What its Target.Pause returns is stored
// in paused, a pointer. It returns what the instance refuses, with its Hint.
func (c *Client) Pause(ctx context.Context, paused any) error {
	return c.post(ctx, "pause", nil, paused)
}

// Resume has the world go on. It stores and returns as Pause does.
func (c *Client) Resume(ctx context.Context, resumed any) error {
	return c.post(ctx, "resume", nil, resumed)
}

// Step has a paused world do steps things, 1 to StepsMost. What was done is stored in
// stepped, a pointer to what the instance's Target.Step returns, also beside an error.
func (c *Client) Step(ctx context.Context, steps int, stepped any) error {
	body, err := json.Marshal(stepOrder{Steps: steps})
	if err != nil {
		return err
	}
	return c.post(ctx, "step", body, stepped)
}
