package profile

import (
	"math"
	"math/big"
	"time"
)

// Lognormal is the table of a lognormal distribution given by its median and
// its 99th percentile, cut off at one in ten thousand on either side. A p99
// that is not above p50 gives p50 always.
//
// It computes with integers, so that a table is the same on every processor.
func Lognormal(p50, p99 time.Duration) *Quantiles {
	if p99 <= p50 || p50 <= 0 {
		return Constant(max(int64(p50), 0))
	}
	q := &Quantiles{P: probabilities(), Value: make([]int64, points)}
	roots := ratioRoots(int64(p99), int64(p50))
	for i, exponent := range normalExponents {
		factor := power(roots, max(exponent, -exponent))
		v := big.NewInt(int64(p50))
		if exponent >= 0 {
			v.Rsh(v.Mul(v, factor), ratioBits)
		} else {
			v.Quo(v.Lsh(v, ratioBits), factor)
		}
		q.Value[i] = math.MaxInt64
		if v.IsInt64() {
			q.Value[i] = v.Int64()
		}
	}
	q.Value[indexP99] = int64(p99) // exactly what was asked for
	for i := indexP99 + 1; i < points; i++ {
		q.Value[i] = max(q.Value[i], int64(p99))
	}
	return q
}

// ratioBits is how many binary places a ratio of two durations has here.
const ratioBits = 96

// exponentBits is how many binary places an exponent has.
const exponentBits = 32

// ratioRoots returns the ratio a/b and its roots: element k is the ratio to the
// power 2^-k.
func ratioRoots(a, b int64) []*big.Int {
	roots := make([]*big.Int, exponentBits+1)
	r := new(big.Int).Lsh(big.NewInt(a), ratioBits)
	roots[0] = r.Quo(r, big.NewInt(b))
	for k := 1; k < len(roots); k++ {
		s := new(big.Int).Lsh(roots[k-1], ratioBits)
		roots[k] = s.Sqrt(s)
	}
	return roots
}

// power returns the ratio to the power exponent, which has exponentBits binary
// places and is below 2.
func power(roots []*big.Int, exponent int64) *big.Int {
	product := new(big.Int).Lsh(big.NewInt(1), ratioBits)
	for k, root := range roots {
		if exponent&(1<<(exponentBits-k)) != 0 {
			product.Rsh(product.Mul(product, root), ratioBits)
		}
	}
	return product
}
