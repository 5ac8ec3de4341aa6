package invokeapi

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
)

// How many things a list has at most, unless MaxItems asks for fewer; and the most
// that MaxItems may be (API model).
const (
	functionsAtOnce = 50
	mappingsAtOnce  = 100
	maxItems        = 10_000
)

// page says which of n things a list has, from first to before last, and the
// marker of the next list, "" where there is none.
func page(q url.Values, n, most int) (first, last int, next string, e *Error) {
	if text := q.Get("MaxItems"); text != "" {
		items, err := strconv.Atoi(text)
		switch {
		case err != nil:
			return 0, 0, "", refuse(http.StatusBadRequest, validationFailed, "MaxItems %s is not a number", quoted(text))
		case items < 1:
			return 0, 0, "", refuse(http.StatusBadRequest, validationFailed, textTooSmall, text, "maxItems", 1)
		case items > maxItems:
			return 0, 0, "", refuse(http.StatusBadRequest, validationFailed, textTooBig, text, "maxItems", maxItems)
		}
		most = min(most, items)
	}
	if marker := q.Get("Marker"); marker != "" {
		var err error
		if first, err = strconv.Atoi(marker); err != nil || first < 1 || first >= n {
			return 0, 0, "", refuse(http.StatusBadRequest, invalidParameter, "Marker %s is not from a list of these", quoted(marker))
		}
	}
	last = min(n, first+most)
	if last < n {
		next = strconv.Itoa(last)
	}
	return first, last, next, nil
}

// uuid writes a UUID of version 4, of which all but version and variant is given.
func uuid(u [16]byte) string {
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// derivedUUID is the same in every run.
func derivedUUID(kind, name string) string {
	hash := sha256.Sum256([]byte("coldbrook " + kind + " " + name))
	return uuid([16]byte(hash[:16]))
}
