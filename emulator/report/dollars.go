package report

import (
	"strconv"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Dollars writes a price, in units of profile.PriceUnit, with at least two decimals
// and no zeros behind them: "0.185", "0.0000166667", "12.00".
func Dollars(units int64) string {
	sign := ""
	if units < 0 {
		sign, units = "-", -units
	}
	fraction := strconv.FormatInt(profile.PriceUnit+units%profile.PriceUnit, 10)[1:]
	fraction = strings.TrimRight(fraction[2:], "0")
	whole := strconv.FormatInt(profile.PriceUnit+units%profile.PriceUnit, 10)[1:3]
	return sign + Count(uint64(units/profile.PriceUnit)) + "." + whole + fraction
}
