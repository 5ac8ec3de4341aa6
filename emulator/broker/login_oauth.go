package broker

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// oauthLogin is OAUTHBEARER (RFC 7628): "n,[a=NAME],\x01auth=Bearer TOKEN\x01\x01". Any
// token does. The libraries for MSK send a presigned URL as one.
type oauthLogin struct{ name string }

func (l *oauthLogin) user() string { return l.name }

// step takes the one token that there is.
func (l *oauthLogin) step(token []byte) ([]byte, bool, error) {
	header, rest, found := strings.Cut(string(token), "\x01")
	pairs, ended := strings.CutSuffix(rest, "\x01\x01")
	flags := strings.Split(header, ",")
	if !found || !ended || len(flags) != 3 || flags[0] != "n" {
		return nil, false, refuse("Invalid OAUTHBEARER client first message")
	}
	bearer := ""
	for pair := range strings.SplitSeq(pairs, "\x01") {
		if value, ok := strings.CutPrefix(pair, "auth="); ok {
			bearer = value
		}
	}
	scheme, bearer, _ := strings.Cut(bearer, " ")
	if bearer = strings.TrimSpace(bearer); !strings.EqualFold(scheme, "bearer") || bearer == "" {
		return nil, false, refuse("Invalid OAUTHBEARER client first message: 'auth' names no bearer token")
	}
	l.name = bearerName(bearer)
	if named, ok := strings.CutPrefix(flags[1], "a="); ok && named != "" {
		l.name = named
	}
	return nil, true, nil
}

// bearerName is whom a token is of: the subject of a JSON web token, or the access key of
// a presigned URL. Nothing is verified. It is empty where it cannot be told.
func bearerName(token string) string {
	if parts := strings.Split(token, "."); len(parts) == 3 {
		var claims struct {
			Subject string `json:"sub"`
		}
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil && json.Unmarshal(payload, &claims) == nil {
			return claims.Subject
		}
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(token, "="))
	if err != nil {
		return ""
	}
	signed, err := url.Parse(string(text))
	if err != nil {
		return ""
	}
	return accessKey(signed.Query().Get("X-Amz-Credential"))
}

// accessKey is the first part of a credential: KEY/date/region/service/aws4_request.
func accessKey(credential string) string {
	key, _, _ := strings.Cut(credential, "/")
	return key
}
