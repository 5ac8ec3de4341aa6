package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// answerSettings sends what can be changed.
func answerSettings(w http.ResponseWriter, target Target) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(target.Settings())
}

// answerUndo takes the last change back. What is refused is said as for set.
func answerUndo(w http.ResponseWriter, r *http.Request, target Target) {
	var answer setAnswer
	turned, err := target.Undo(r.Context())
	if err == nil {
		answer.Turned, err = json.Marshal(turned)
	}
	answer.Refused = refusals(err)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(&answer)
}

// Settings stores in settings, a pointer to what the instance's Target.Settings returns,
// every key that Set can change, with its value.
func (c *Client) Settings(ctx context.Context, settings any) error {
	answer, err := c.do(ctx, http.MethodGet, "settings", nil)
	if err != nil {
		return fmt.Errorf("ask for settings: %w", err)
	}
	if err := json.Unmarshal(answer, settings); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	return nil
}

// Undo takes the last change back that Set made. What was changed is stored in turned, a
// pointer to what the instance's Target.Undo returns. It returns what Set returns.
func (c *Client) Undo(ctx context.Context, turned any) error {
	raw, err := c.do(ctx, http.MethodPost, "undo", nil)
	if err != nil {
		return fmt.Errorf("undo: %w", err)
	}
	return readTurned(raw, turned)
}
