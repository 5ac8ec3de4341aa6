package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// errNoOrder is what an instance answers that does not check order.
var errNoOrder = errors.New("the instance does not check order")

// answerOrderReport sends what the check of order has found so far.
func answerOrderReport(w http.ResponseWriter, target Target) {
	report := target.Order()
	if report == nil {
		http.Error(w, errNoOrder.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(report)
}

// Order stores in report, a pointer to what its Target.Order returns, what the check of
// order has found so far.
func (c *Client) Order(ctx context.Context, report any) error {
	answer, err := c.do(ctx, http.MethodGet, "order", nil)
	if err != nil {
		return fmt.Errorf("ask for order: %w", err)
	}
	if err := json.Unmarshal(answer, report); err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	return nil
}
