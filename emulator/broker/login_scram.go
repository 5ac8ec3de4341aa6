package broker

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
)

// scramIterations is Kafka's default and minimum.
const scramIterations = 4096

// scramHash is the hash of a mechanism.
func scramHash(mechanism string) func() hash.Hash {
	if mechanism == mechanismScram1 {
		return sha256.New
	}
	return sha512.New
}

// scramUser is what a server keeps of a password (RFC 5802, 3).
type scramUser struct{ salt, storedKey, serverKey []byte }

func newScramUser(h func() hash.Hash, password string) scramUser {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // it never fails
	return saltedUser(h, password, salt)
}

func saltedUser(h func() hash.Hash, password string, salt []byte) scramUser {
	u := scramUser{salt: salt}
	salted, err := pbkdf2.Key(h, password, u.salt, scramIterations, h().Size())
	if err != nil {
		panic(err) // only for keys that are too long
	}
	stored := h()
	stored.Write(keyed(h, salted, "Client Key"))
	u.storedKey, u.serverKey = stored.Sum(nil), keyed(h, salted, "Server Key")
	return u
}

func keyed(h func() hash.Hash, key []byte, text string) []byte {
	mac := hmac.New(h, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// scramLogin is SCRAM (RFC 5802) without channel binding, as Kafka has it.
type scramLogin struct {
	mechanism string
	users     map[string]scramUser
	name      string
	first     string // the client's first message without its header, and the answer to it
	nonce     string
}

func newScramLogin(mechanism string, users map[string]scramUser) *scramLogin {
	return &scramLogin{mechanism: mechanism, users: users}
}

func (l *scramLogin) user() string { return l.name }

// step takes the first message, and then the last.
func (l *scramLogin) step(token []byte) ([]byte, bool, error) {
	if l.first == "" {
		return l.begin(string(token))
	}
	return l.end(string(token))
}

// begin answers "n,[a=NAME],n=NAME,r=NONCE[,...]" with nonce, salt and iterations.
func (l *scramLogin) begin(message string) ([]byte, bool, error) {
	header := strings.SplitN(message, ",", 3)
	if len(header) != 3 || header[0] != "n" {
		return nil, false, refuse("Invalid SCRAM client first message")
	}
	attributes := strings.SplitN(header[2], ",", 3)
	if len(attributes) < 2 {
		return nil, false, refuse("Invalid SCRAM client first message")
	}
	name, named := strings.CutPrefix(attributes[0], "n=")
	nonce, fresh := strings.CutPrefix(attributes[1], "r=")
	l.name = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name)
	if !named || !fresh || l.name == "" || nonce == "" {
		return nil, false, refuse("Invalid SCRAM client first message")
	}
	user, ok := l.users[l.name]
	if !ok {
		return nil, false, l.wrong("there is no such user in kafka.users")
	}
	l.nonce = nonce + rand.Text()
	answer := fmt.Sprintf("r=%s,s=%s,i=%d", l.nonce, base64.StdEncoding.EncodeToString(user.salt), scramIterations)
	l.first = header[2] + "," + answer
	return []byte(answer), false, nil
}

// end answers "c=biws,r=NONCE,p=PROOF" with the server's signature. As for Kafka, what the
// nonce ends with counts: older librdkafka puts the client's in front of it once more.
func (l *scramLogin) end(message string) ([]byte, bool, error) {
	at := strings.LastIndex(message, ",p=")
	if at < 0 || !strings.HasSuffix(message[:at], l.nonce) || !strings.HasPrefix(message, "c=") {
		return nil, false, refuse("Invalid SCRAM client final message")
	}
	proof, err := base64.StdEncoding.DecodeString(message[at+len(",p="):])
	h, user := scramHash(l.mechanism), l.users[l.name]
	if err != nil || len(proof) != h().Size() {
		return nil, false, refuse("Invalid SCRAM client final message")
	}
	signed := l.first + "," + message[:at]
	subtle.XORBytes(proof, proof, keyed(h, user.storedKey, signed))
	stored := h()
	stored.Write(proof)
	if subtle.ConstantTimeCompare(stored.Sum(nil), user.storedKey) != 1 {
		return nil, false, l.wrong("the password is not that of kafka.users")
	}
	return []byte("v=" + base64.StdEncoding.EncodeToString(keyed(h, user.serverKey, signed))), true, nil
}

// wrong refuses a login with the words of Kafka, which do not say what was wrong.
func (l *scramLogin) wrong(why string) error {
	return &refusedLogin{
		text: "Authentication failed during authentication due to invalid credentials with SASL mechanism " + l.mechanism,
		why:  why,
	}
}
