package profile

// points is how many points the tables of this package have, and indexP99 which
// of them is the 99th percentile.
const (
	points   = 31
	indexP99 = 27
)

// probabilities returns the points of the tables, in millionths: dense in the
// tails, because cold starts are not lognormal and their tails matter.
func probabilities() []int32 {
	return []int32{
		0, 5000, 10000, 20000, 30000, 50000, 100000, 150000, 200000, 250000,
		300000, 350000, 400000, 450000, 500000, 550000, 600000, 650000, 700000, 750000,
		800000, 850000, 900000, 950000, 960000, 970000, 980000, 990000, 995000, 999000,
		1000000,
	}
}

// normalExponents are the quantiles of the normal distribution at those points,
// in units of its 99th percentile, with exponentBits binary places; the first and
// the last are those of 0.0001 and 0.9999. A lognormal quantile is
// p50 * (p99/p50)^exponent.
var normalExponents = [points]int64{
	-6866150311, -4755566759, -4294967296, -3791687608, -3472372781,
	-3036773912, -2366035675, -1913491771, -1553824221, -1245261489,
	-968162620, -711389221, -467736375, -231999428, 0,
	231999428, 467736375, 711389221, 968162620, 1245261489,
	1553824221, 1913491771, 2366035675, 3036773912, 3232164676,
	3472372781, 3791687608, 4294967296, 4755566759, 5705271701,
	6866150311,
}
