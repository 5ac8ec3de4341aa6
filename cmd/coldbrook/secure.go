package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/twmb/franz-go/pkg/kgo"
	saslplain "github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// secureOptions are the flags of commands that reach a Kafka with TLS and SASL. There is no
// flag for a password itself: arguments can be seen by all users of a machine, and stay in
// the history of shells.
type secureOptions struct {
	tls                             bool
	ca, cert, key                   string
	sasl                            choice
	user, passwordEnv, passwordFile string
}

func (o *secureOptions) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.tls, "tls", false, "with --brokers: encrypt the connection")
	f.StringVar(&o.ca, "ca", "", "the PEM `FILE` with who vouches for the brokers (default: those of the system); sets --tls, like --cert")
	f.StringVar(&o.cert, "cert", "", "the PEM `FILE` with a certificate of yours that the brokers ask for")
	f.StringVar(&o.key, "key", "", "the PEM `FILE` with the key of --cert")
	o.sasl.allowed = []string{"plain", "scram-sha-256", "scram-sha-512"}
	f.Var(&o.sasl, "sasl", "with --brokers: how to say who you are")
	f.StringVar(&o.user, "user", "", "the user of --sasl")
	f.StringVar(&o.passwordEnv, "password-env", "", "the environment `VARIABLE` with the password")
	f.StringVar(&o.passwordFile, "password-file", "", "the `FILE` with the password, in its first line")
	for _, name := range []string{"ca", "cert", "key", "password-file"} {
		cmd.MarkFlagFilename(name)
	}
	cmd.RegisterFlagCompletionFunc("sasl", cobra.FixedCompletions(o.sasl.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// secureFlags are the names of the flags.
var secureFlags = []string{"tls", "ca", "cert", "key", "sasl", "user", "password-env", "password-file"}

// check returns what is wrong with the flags, which need brokers to go to.
func (o *secureOptions) check(cmd *cobra.Command, brokers []string) error {
	for _, name := range secureFlags {
		if cmd.Flags().Changed(name) && len(brokers) == 0 {
			return usage(cmd, "--%s needs --brokers: the Kafka of a running instance asks its own commands for neither TLS nor a login", name)
		}
	}
	switch sasl := o.sasl.value != ""; {
	case (o.cert == "") != (o.key == ""):
		return usage(cmd, "--cert and --key belong together")
	case sasl && o.user == "":
		return usage(cmd, "--sasl %s needs --user", o.sasl.value)
	case sasl && (o.passwordEnv == "") == (o.passwordFile == ""):
		return usage(cmd, "--sasl %s needs --password-env or --password-file", o.sasl.value)
	case !sasl && (o.user != "" || o.passwordEnv != "" || o.passwordFile != ""):
		return usage(cmd, "--user and a password need --sasl %s", strings.Join(o.sasl.allowed, ", "))
	}
	return nil
}

// given reports whether the Kafka is to be reached with TLS or as a user.
func (o *secureOptions) given() bool {
	return o.tls || o.ca != "" || o.cert != "" || o.sasl.value != ""
}

// options are those of the Kafka client.
func (o *secureOptions) options() ([]kgo.Opt, error) {
	var all []kgo.Opt
	if o.tls || o.ca != "" || o.cert != "" {
		c, err := o.tlsConfig()
		if err != nil {
			return nil, err
		}
		all = append(all, kgo.DialTLSConfig(c))
	}
	if o.sasl.value == "" {
		return all, nil
	}
	password, err := o.password()
	if err != nil {
		return nil, err
	}
	switch o.sasl.value {
	case "plain":
		all = append(all, kgo.SASL(saslplain.Auth{User: o.user, Pass: password}.AsMechanism()))
	case "scram-sha-256":
		all = append(all, kgo.SASL(scram.Auth{User: o.user, Pass: password}.AsSha256Mechanism()))
	case "scram-sha-512":
		all = append(all, kgo.SASL(scram.Auth{User: o.user, Pass: password}.AsSha512Mechanism()))
	}
	return all, nil
}

func (o *secureOptions) tlsConfig() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.ca != "" {
		text, err := os.ReadFile(o.ca)
		if err != nil {
			return nil, fmt.Errorf("--ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("--ca: %s has no certificate in PEM, -----BEGIN CERTIFICATE-----", o.ca)
		}
	}
	if o.cert != "" {
		own, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, fmt.Errorf("--cert %s, --key %s: %w", o.cert, o.key, err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return c, nil
}

func (o *secureOptions) password() (string, error) {
	if o.passwordEnv != "" {
		password, ok := os.LookupEnv(o.passwordEnv)
		if !ok {
			return "", fmt.Errorf("--password-env: there is no variable %s", o.passwordEnv)
		}
		return password, nil
	}
	text, err := os.ReadFile(o.passwordFile)
	if err != nil {
		return "", fmt.Errorf("--password-file: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if first = strings.TrimSuffix(first, "\r"); first == "" {
		return "", fmt.Errorf("--password-file: the first line of %s is empty", o.passwordFile)
	}
	return first, nil
}

// explained adds to the error of a Kafka that could not be reached what to try.
func (o *secureOptions) explained(err error, brokers []string) error {
	if err == nil || len(brokers) == 0 || errors.Is(err, errInterrupted) {
		return err
	}
	if h, ok := err.(*hinted); ok {
		err = h.err
	}
	hint := "is it this address? a Kafka that wants TLS or a user does not answer without --tls or --sasl"
	if o.given() {
		hint = "are these the address, --sasl, --user and password? a Kafka without TLS does not answer with --tls, and some need another port for it"
	}
	return &hinted{err: err, hint: hint}
}
