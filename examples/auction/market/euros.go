package market

import "fmt"

// limit is the highest amount, in cents, that is taken for meant.
const limit = 1_000_000_000_000

// Euros converts an amount in cents to euro cents, rounded down. Its error says
// what is wrong with the amount or the currency; name is what the amount is.
func Euros(name string, amount int64, currency string) (int64, error) {
	if amount < 0 {
		return 0, fmt.Errorf("%s %d is negative", name, amount)
	}
	if amount > limit {
		return 0, fmt.Errorf("%s %d is over the limit of %d", name, amount, int64(limit))
	}
	perMille, ok := rate(currency)
	if !ok {
		return 0, fmt.Errorf("currency %q is not known", currency)
	}
	return amount * perMille / 1000, nil
}

// rate returns what a thousand of a currency are in euros.
func rate(currency string) (int64, bool) {
	switch currency {
	case "EUR":
		return 1000, true
	case "USD":
		return 920, true
	case "GBP":
		return 1170, true
	case "CHF":
		return 1060, true
	}
	return 0, false
}
