package broker

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
)

// mskVersion is the one version of AWS_MSK_IAM that there is.
const mskVersion = "2020_10_22"

// mskLogin is AWS_MSK_IAM as aws-msk-iam-auth describes it: one JSON object with what was
// signed, and one in answer. Any signature does.
type mskLogin struct{ name string }

func (l *mskLogin) user() string { return l.name }

// step takes the one token that there is.
func (l *mskLogin) step(token []byte) ([]byte, bool, error) {
	var signed struct {
		Version    string `json:"version"`
		Action     string `json:"action"`
		Credential string `json:"x-amz-credential"`
		Signature  string `json:"x-amz-signature"`
	}
	if err := json.Unmarshal(token, &signed); err != nil {
		return nil, false, refuse("AWS_MSK_IAM: the payload is no JSON object of texts")
	}
	l.name = accessKey(signed.Credential)
	switch {
	case signed.Version != mskVersion:
		return nil, false, refuse("AWS_MSK_IAM: version %s is not %s", printable(signed.Version), mskVersion)
	case signed.Action != "kafka-cluster:Connect":
		return nil, false, refuse("AWS_MSK_IAM: action %s is not kafka-cluster:Connect", printable(signed.Action))
	case l.name == "" || signed.Signature == "":
		return nil, false, refuse("AWS_MSK_IAM: x-amz-credential or x-amz-signature is missing")
	}
	return fmt.Appendf(nil, `{"version":%q,"request-id":%q}`, mskVersion, requestID()), true, nil
}

// requestID is a random UUID. Clients log it and look at nothing in it.
func requestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
