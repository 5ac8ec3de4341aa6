package broker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Kafka's error codes of a login.
const (
	unsupportedMechanism = 33 // UNSUPPORTED_SASL_MECHANISM
	illegalLogin         = 34 // ILLEGAL_SASL_STATE
	loginFailed          = 58 // SASL_AUTHENTICATION_FAILED
)

// maxToken is the longest token of a login, in bytes. Kafka has 512 KiB
// (sasl.server.max.receive.size); those of clients have some 2 KiB.
const maxToken = 64 << 10

// errLoggedOut ends a connection once the answer to its failed login is written.
var errLoggedOut = errors.New("the login failed")

// login is how far a connection is with SASL. It belongs to the goroutine that calls
// conn.Read: the gate answers a login itself, and kfake is asked for its versions in its
// place, so that the answers come in order.
type login struct {
	mechanism string
	exchange  exchange // nil before a handshake, and when it is done
	// raw says that tokens come without a header, as after SaslHandshake version 0.
	raw  bool
	user string
	done bool
	// failed says that nothing more is taken from the connection.
	failed bool
}

// exchange is one login by one mechanism. step takes a token of the client and returns
// the answer to it; done says that it was the last. An error, a *refusedLogin, ends it.
// user is who it is, as far as is known; it may be said after a failure, too.
type exchange interface {
	step(token []byte) (answer []byte, done bool, err error)
	user() string
}

// refusedLogin is why a login failed: text is for the client, why for the journal.
type refusedLogin struct{ text, why string }

func (e *refusedLogin) Error() string { return e.why }

// refuse returns a refusedLogin that says the same to both.
func refuse(format string, a ...any) error {
	text := fmt.Sprintf(format, a...)
	return &refusedLogin{text: text, why: text}
}

// substitute is what the client is answered in place of kfake's answer.
type substitute struct {
	answer []byte
	last   bool // the connection ends behind it
}

// isLogin reports whether the gate answers requests of key as part of a login.
func isLogin(key int16) bool { return key == saslHandshake || key == saslAuthenticate }

// checkDemands refuses a request that comes before the login that is required.
func (c *conn) checkDemands(key int16) error {
	if !c.demands.login || c.login.done || isLogin(key) || key == apiVersions {
		return nil
	}
	return bad("%s before a login, and kafka.sasl is required: set the client's security.protocol to SASL_PLAINTEXT or SASL_SSL, and a sasl.mechanism", kmsg.NameForKey(key))
}

// passLogin answers a request of a login. It returns the frame that kfake gets in its
// place.
func (c *conn) passLogin(f frame, r *request) ([]byte, error) {
	if len(f.body) > maxToken {
		return nil, bad("%s of length %d over the limit of %d", kmsg.NameForKey(f.key), len(f.body), maxToken)
	}
	req := kmsg.RequestForKey(f.key)
	req.SetVersion(f.version)
	if err := req.ReadFrom(f.body); err != nil {
		return nil, bad("%s v%d does not parse", kmsg.NameForKey(f.key), f.version)
	}
	var resp kmsg.Response
	switch req := req.(type) {
	case *kmsg.SASLHandshakeRequest:
		resp = c.handshake(req)
	case *kmsg.SASLAuthenticateRequest:
		resp = c.authenticate(req)
	}
	correlation := binary.BigEndian.AppendUint32(nil, uint32(f.correlation))
	r.instead = &substitute{answer: encode(resp, correlation), last: c.login.failed}
	return askVersions(f.correlation), nil
}

// askVersions is the frame of a request that changes nothing and that kfake always
// answers.
func askVersions(correlation int32) []byte {
	frame := binary.BigEndian.AppendUint32(nil, shortestFrame)
	frame = binary.BigEndian.AppendUint16(frame, uint16(apiVersions))
	frame = binary.BigEndian.AppendUint16(frame, 0)
	frame = binary.BigEndian.AppendUint32(frame, uint32(correlation))
	return binary.BigEndian.AppendUint16(frame, 0xffff) // no client id
}

// offerHandshake returns the answer to ApiVersions with version 0 of SaslHandshake, which
// kfake has not: librdkafka takes a broker without it for one without SASL.
func offerHandshake(r *request, answer []byte) ([]byte, error) {
	resp := kmsg.NewPtrApiVersionsResponse()
	resp.SetVersion(r.version)
	if len(answer) < 10 || binary.BigEndian.Uint16(answer[8:]) != 0 {
		return answer, nil // an error, in the layout of version 0
	}
	if err := resp.ReadFrom(answer[8:]); err != nil {
		return nil, fmt.Errorf("rewrite the answer to ApiVersions v%d: %w", r.version, err)
	}
	for i := range resp.ApiKeys {
		if resp.ApiKeys[i].ApiKey == saslHandshake {
			resp.ApiKeys[i].MinVersion = 0
		}
	}
	changed := resp.AppendTo(append(make([]byte, 4, len(answer)), answer[4:8]...)) // its header has no tags in any version
	binary.BigEndian.PutUint32(changed, uint32(len(changed)-4))
	return changed, nil
}

// handshake answers which mechanism is spoken from now on. One that is not known does not
// end the connection: the client may ask for another, as with Kafka.
func (c *conn) handshake(req *kmsg.SASLHandshakeRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.SASLHandshakeResponse)
	resp.SupportedMechanisms = c.g.logins.mechanisms()
	c.login.exchange, c.login.raw, c.login.mechanism = nil, false, req.Mechanism
	x, why := c.g.logins.exchange(req.Mechanism)
	if why != "" {
		resp.ErrorCode = unsupportedMechanism
		c.warn(fmt.Sprintf("a client asks for SASL by %s: %s", printable(req.Mechanism), why))
		return resp
	}
	c.login.exchange, c.login.raw = x, req.Version == 0
	return resp
}

// authenticate answers the next token of a login.
func (c *conn) authenticate(req *kmsg.SASLAuthenticateRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.SASLAuthenticateResponse)
	if c.login.exchange == nil || c.login.raw {
		resp.ErrorCode, resp.ErrorMessage = illegalLogin, new("SaslAuthenticate without a SaslHandshake of version 1 before it")
		c.login.failed = true
		return resp
	}
	answer, err := c.advance(req.SASLAuthBytes)
	if err != nil {
		resp.ErrorCode, resp.ErrorMessage = loginFailed, new(err.text)
		return resp
	}
	resp.SASLAuthBytes = answer
	return resp
}

// advance takes a token, and journals a login that fails.
func (c *conn) advance(token []byte) ([]byte, *refusedLogin) {
	l := &c.login
	answer, done, err := l.exchange.step(token)
	if err != nil {
		refused, ok := errors.AsType[*refusedLogin](err)
		if !ok {
			refused = &refusedLogin{text: err.Error(), why: err.Error()}
		}
		c.warn(fmt.Sprintf("the login of user %s by %s failed: %s", printable(l.exchange.user()), l.mechanism, refused.why))
		l.exchange, l.failed, l.done = nil, true, false
		return nil, refused
	}
	if done {
		l.user, l.done, l.raw = l.exchange.user(), true, false
		l.exchange = nil
	}
	if answer == nil {
		answer = []byte{}
	}
	return answer, nil
}

// nextToken reads a token that comes without a header, its length first.
func (c *conn) nextToken() error {
	if _, err := io.ReadFull(c.in, c.head[:4]); err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(c.head[:4])
	if size > maxToken {
		return bad("a token of a login of length %d over the limit of %d", size, maxToken)
	}
	token := make([]byte, size)
	if _, err := io.ReadFull(c.in, token); err != nil {
		return err
	}
	answer, refused := c.advance(token)
	if refused != nil {
		return errLoggedOut // before SaslAuthenticate there was no way to say why
	}
	raw := binary.BigEndian.AppendUint32(nil, uint32(len(answer)))
	r := request{key: saslAuthenticate, client: c.client, instead: &substitute{answer: append(raw, answer...)}}
	if !c.enqueue(r) {
		return io.EOF
	}
	c.out = askVersions(r.correlation)
	return nil
}

// warn journals what is wrong with a login. The text names no password and no token.
func (c *conn) warn(text string) {
	o := c.whose.owner.Load()
	c.g.b.notify(journal.Entry{
		Kind: journal.Warning, Function: o.Function, Environment: o.Environment, Process: o.Process, Text: text,
		Measured: journal.Measured{Address: c.RemoteAddr().String(), Client: c.client},
	})
}

// printable is a name of the client's, quoted and not too long.
func printable(name string) string {
	const longest = 100
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "") + "..."
	}
	return fmt.Sprintf("%q", name)
}
