package broker

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/aws"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// pingErr is why a client cannot reach the broker, nil if it can.
func pingErr(t *testing.T, addr string, opts ...kgo.Opt) error {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(addr), kgo.ClientID("tester"), kgo.RequestRetries(0)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	return client.Ping(testContext(t))
}

func scramAs(user, password string) scram.Auth { return scram.Auth{User: user, Pass: password} }

func TestLoginsOfFranzGo(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	for _, c := range []struct {
		name      string
		mechanism sasl.Mechanism
	}{
		{"plain", plain.Auth{User: "whoever", Pass: "whatever"}.AsMechanism()},
		{"oauth", oauth.Auth{Token: "any.token"}.AsMechanism()},
		{"msk", aws.Auth{AccessKey: "AKIDEXAMPLE", SecretKey: "s", SessionToken: "t"}.AsManagedStreamingIAMMechanism()},
		{"scram 256", scramAs("alice", "secret").AsSha256Mechanism()},
		{"scram 512", scramAs("al,i=ce", "pässword").AsSha512Mechanism()},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{
				Topics: []Topic{{Name: "in", Partitions: 1}}, Notify: rec.notify,
				Security: Security{SASLRequired: true, Users: map[string]string{"alice": "secret", "al,i=ce": "pässword"}},
			})
			a := openAddress(t, b, Owner{Function: "f", Environment: 3})
			a.Begin(7)
			produce(t, newClient(t, a.Addr(), kgo.SASL(c.mechanism)), "in", "one")
			if e := rec.wait(t, journal.RecordsProduced, 1)[0]; e.Environment != 3 || e.Invocation != 7 {
				t.Errorf("got %+v, want it of environment 3, invocation 7", e)
			}
			if warned := rec.of(journal.Warning); len(warned) > 0 {
				t.Errorf("got %+v", warned)
			}
		})
	}
}

func TestWrongLogins(t *testing.T) {
	on := Security{SASL: true, Users: map[string]string{"alice": "secret"}}
	const invalid = "the login of user "
	for _, c := range []struct {
		name      string
		security  Security
		mechanism sasl.Mechanism
		want      error
		warning   string
	}{
		{"password", on, scramAs("alice", "wrong-password").AsSha512Mechanism(), kerr.SaslAuthenticationFailed,
			invalid + `"alice" by SCRAM-SHA-512 failed: the password is not that of kafka.users`},
		{"user", on, scramAs("mallory", "wrong-password").AsSha256Mechanism(), kerr.SaslAuthenticationFailed,
			invalid + `"mallory" by SCRAM-SHA-256 failed: there is no such user in kafka.users`},
		{"off", Security{}, plain.Auth{User: "u", Pass: "wrong-password"}.AsMechanism(), nil,
			`a client asks for SASL by "PLAIN": set kafka.sasl: any`},
		{"no users", Security{SASL: true}, scramAs("alice", "wrong-password").AsSha256Mechanism(), nil,
			`a client asks for SASL by "SCRAM-SHA-256": it needs users: set kafka.users: {NAME: PASSWORD}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := newRecorder()
			b := startBroker(t, Config{Notify: rec.notify, Security: c.security})
			err := pingErr(t, b.Addr(), kgo.SASL(c.mechanism))
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			e := rec.wait(t, journal.Warning, 1)[0]
			if e.Text != c.warning || strings.Contains(e.Text, "wrong-password") {
				t.Errorf("got %q, want %q", e.Text, c.warning)
			}
			if e.Measured.Address == "" || e.Measured.Client != "tester" {
				t.Errorf("got %+v, want the address and the client", e.Measured)
			}
		})
	}
}

func TestSASLIsOptionalUnlessRequired(t *testing.T) {
	b := startBroker(t, Config{Security: Security{SASL: true}})
	if err := pingErr(t, b.Addr()); err != nil {
		t.Errorf("any: got %v", err)
	}
	rec := newRecorder()
	b = startBroker(t, Config{Notify: rec.notify, Security: Security{SASLRequired: true}})
	if err := pingErr(t, b.Addr()); err == nil {
		t.Error("required: a client was served that did not log in")
	}
	if e := rec.wait(t, journal.BadFrame, 1)[0]; !strings.Contains(e.Reason, "before a login, and kafka.sasl is required") {
		t.Errorf("got %q", e.Reason)
	}
	internal := openAddress(t, b, Owner{Internal: true})
	if err := pingErr(t, internal.Addr()); err != nil {
		t.Errorf("the emulator's own: got %v", err)
	}
}

// wire is a client's end of a connection, spoken by hand.
type wire struct {
	io.ReadWriter
	t *testing.T
}

func (w wire) ask(req kmsg.Request, correlation int32) kmsg.Response {
	w.t.Helper()
	if _, err := w.Write(frameOf(req, correlation)); err != nil {
		w.t.Fatal(err)
	}
	return w.answerTo(req, correlation)
}

func (w wire) answerTo(req kmsg.Request, correlation int32) kmsg.Response {
	w.t.Helper()
	answer, err := readAnswer(w)
	if err != nil {
		w.t.Fatalf("no answer: %v", err)
	}
	if got := int32(binary.BigEndian.Uint32(answer)); got != correlation {
		w.t.Fatalf("got the answer to %d, want %d", got, correlation)
	}
	resp, body := req.ResponseKind(), answer[4:]
	if resp.IsFlexible() && resp.Key() != apiVersions {
		body = body[1:]
	}
	if err := resp.ReadFrom(body); err != nil {
		w.t.Fatal(err)
	}
	return resp
}

func handshakeRequest(version int16, mechanism string) *kmsg.SASLHandshakeRequest {
	req := kmsg.NewPtrSASLHandshakeRequest()
	req.SetVersion(version)
	req.Mechanism = mechanism
	return req
}

func authenticateRequest(version int16, token string) *kmsg.SASLAuthenticateRequest {
	req := kmsg.NewPtrSASLAuthenticateRequest()
	req.SetVersion(version)
	req.SASLAuthBytes = []byte(token)
	return req
}

func metadataRequest() *kmsg.MetadataRequest {
	req := kmsg.NewPtrMetadataRequest()
	req.SetVersion(9)
	return req
}

func TestLoginAgainOnTheSameConnection(t *testing.T) {
	b := startBroker(t, Config{Security: Security{SASLRequired: true}})
	w := wire{dial(t, b.Addr()), t}
	for i := range int32(3) {
		for v := range int16(3) {
			w.ask(handshakeRequest(1, "PLAIN"), 10*i)
			got := w.ask(authenticateRequest(v, "\x00u\x00p"), 10*i+1).(*kmsg.SASLAuthenticateResponse)
			if got.ErrorCode != 0 || got.SessionLifetimeMillis != 0 {
				t.Fatalf("v%d: got %+v", v, got)
			}
			w.ask(metadataRequest(), 10*i+2)
		}
	}
}

// A client may send its requests before it has the answers: these come in order.
func TestLoginIsAnsweredInOrder(t *testing.T) {
	b := startBroker(t, Config{Topics: []Topic{{Name: "in"}}, Security: Security{SASL: true}})
	w := wire{dial(t, b.Addr()), t}
	reqs := []kmsg.Request{metadataRequest(), handshakeRequest(1, "PLAIN"), authenticateRequest(2, "\x00u\x00p"), metadataRequest(),
		handshakeRequest(1, "OAUTHBEARER"), authenticateRequest(0, "n,a=me,\x01auth=Bearer x\x01\x01"), metadataRequest()}
	var all []byte
	for i, req := range reqs {
		all = append(all, frameOf(req, int32(i))...)
	}
	if _, err := w.Write(all); err != nil {
		t.Fatal(err)
	}
	for i, req := range reqs {
		w.answerTo(req, int32(i))
	}
}

// Before SaslAuthenticate, tokens came without a header.
func TestLoginByHandshakeVersion0(t *testing.T) {
	b := startBroker(t, Config{Security: Security{SASLRequired: true}})
	w := wire{dial(t, b.Addr()), t}
	w.ask(handshakeRequest(0, "PLAIN"), 1)
	if _, err := w.Write([]byte("\x00\x00\x00\x04\x00u\x00p")); err != nil {
		t.Fatal(err)
	}
	if answer, err := readAnswer(w); err != nil || len(answer) != 0 {
		t.Fatalf("got %q, %v, want an empty token", answer, err)
	}
	w.ask(metadataRequest(), 2)

	w = wire{dial(t, b.Addr()), t}
	w.ask(handshakeRequest(0, "PLAIN"), 1)
	if _, err := w.Write([]byte("\x00\x00\x00\x02\x00u")); err != nil {
		t.Fatal(err)
	}
	if answer, err := readAnswer(w); err == nil {
		t.Errorf("got %q, want the end of the connection", answer)
	}
}

func TestLoginThatFailsEndsTheConnection(t *testing.T) {
	b := startBroker(t, Config{Security: Security{SASL: true}})
	for name, c := range map[string]struct {
		before []kmsg.Request
		token  string
		code   int16
	}{
		"no handshake": {nil, "\x00u\x00p", illegalLogin},
		"no user":      {[]kmsg.Request{handshakeRequest(1, "PLAIN")}, "\x00\x00p", loginFailed},
		"no token":     {[]kmsg.Request{handshakeRequest(1, "OAUTHBEARER")}, "n,,\x01auth=Bearer \x01\x01", loginFailed},
		"msk version":  {[]kmsg.Request{handshakeRequest(1, "AWS_MSK_IAM")}, `{"version":"1"}`, loginFailed},
		"not json":     {[]kmsg.Request{handshakeRequest(1, "AWS_MSK_IAM")}, `[]`, loginFailed},
	} {
		t.Run(name, func(t *testing.T) {
			w := wire{dial(t, b.Addr()), t}
			for i, req := range c.before {
				w.ask(req, int32(i))
			}
			got := w.ask(authenticateRequest(2, c.token), 9).(*kmsg.SASLAuthenticateResponse)
			if got.ErrorCode != c.code || got.ErrorMessage == nil || *got.ErrorMessage == "" {
				t.Errorf("got %+v, want error %d with a message", got, c.code)
			}
			if _, err := readAnswer(w); !errors.Is(err, io.EOF) {
				t.Errorf("got %v, want the end of the connection", err)
			}
		})
	}
}

func TestBrokerOffersLogins(t *testing.T) {
	b := startBroker(t, Config{Security: Security{SASL: true, Users: map[string]string{"a": "b"}}})
	w := wire{dial(t, b.Addr()), t}
	for v := range int16(6) {
		req := kmsg.NewPtrApiVersionsRequest()
		req.SetVersion(v)
		req.ClientSoftwareName, req.ClientSoftwareVersion = "t", "1"
		offered := map[int16][2]int16{}
		for _, k := range w.ask(req, 1).(*kmsg.ApiVersionsResponse).ApiKeys {
			offered[k.ApiKey] = [2]int16{k.MinVersion, k.MaxVersion}
		}
		if offered[saslHandshake] != [2]int16{0, 1} || offered[saslAuthenticate] != [2]int16{0, 2} {
			t.Errorf("v%d: got %v, want SaslHandshake 0 to 1 and SaslAuthenticate 0 to 2", v, offered)
		}
	}
	got := w.ask(handshakeRequest(1, "GSSAPI"), 2).(*kmsg.SASLHandshakeResponse)
	if got.ErrorCode != unsupportedMechanism || strings.Join(got.SupportedMechanisms, " ") != "PLAIN OAUTHBEARER AWS_MSK_IAM SCRAM-SHA-256 SCRAM-SHA-512" {
		t.Errorf("got %+v", got)
	}
}

func TestBearerNames(t *testing.T) {
	presigned := base64.RawURLEncoding.EncodeToString([]byte("https://kafka.us-east-1.amazonaws.com/?Action=kafka-cluster%3AConnect&X-Amz-Credential=AKID%2F20261121%2Fus-east-1%2Fkafka-cluster%2Faws4_request"))
	jwt := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"service"}`)) + ".sig"
	for token, want := range map[string]string{presigned: "AKID", presigned + "==": "AKID", jwt: "service", "opaque": "", "a.b.c": "", "": ""} {
		if got := bearerName(token); got != want {
			t.Errorf("%s: got %q, want %q", token, got, want)
		}
	}
}

// TestScramVector is the example of RFC 7677, 3, as seen by the server.
func TestScramVector(t *testing.T) {
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
	const first = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	l := &scramLogin{mechanism: mechanismScram1, name: "user", nonce: nonce, first: first,
		users: map[string]scramUser{"user": saltedUser(scramHash(mechanismScram1), "pencil", salt)}}
	answer, done, err := l.step([]byte("c=biws,r=" + nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
	if want := "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="; err != nil || !done || string(answer) != want {
		t.Errorf("got %s, %v, %v, want %s", answer, done, err, want)
	}
}

func FuzzLogin(f *testing.F) {
	l := newLogins(&Security{SASL: true, Users: map[string]string{"alice": "secret"}})
	for i, token := range []string{"\x00u\x00p", "n,a=me,\x01auth=Bearer x\x01\x01", `{"version":"2020_10_22","action":"kafka-cluster:Connect"}`, "n,,n=alice,r=abc", "n,,n=alice,r=abc"} {
		f.Add(byte(i), []byte(token), []byte("c=biws,r=abc,p=AAAA"))
	}
	f.Fuzz(func(t *testing.T, which byte, first, second []byte) {
		mechanism := l.mechanisms()[int(which)%5]
		x, why := l.exchange(mechanism)
		if why != "" {
			t.Fatal(why)
		}
		_, done, err := x.step(first)
		if done && err != nil {
			t.Errorf("done, and %v", err)
		}
		if !done && err == nil {
			if _, done, err = x.step(second); done == (err != nil) {
				t.Errorf("got %v, %v: a second step ends it", done, err)
			}
			if done {
				t.Error("somebody without the password is logged in")
			}
		}
		if len(printable(x.user())) > 1000 {
			t.Errorf("a name of %d bytes", len(printable(x.user())))
		}
	})
}
