package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func caCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ca [DIR]",
		Short: "print where the certificate is that clients of a Kafka with TLS must trust",
		Long: "Prints the file with the certificate of the project's development CA, which vouches for its Kafka with kafka.tls: auto or required, and makes the CA if there is none. " +
			"It stays the same between runs. Its key can vouch for this machine only: localhost, 127.0.0.1, ::1, host.docker.internal. Handlers and processes are told of it without this.",
		Example: "coldbrook ca\nNODE_EXTRA_CA_CERTS=$(coldbrook ca) node client.js\ncoldbrook ca --pem > ca.pem",
		Args:    folder,
	}
	asPEM := cmd.Flags().Bool("pem", false, "print the certificate itself, as PEM")
	format := addFormat(cmd, "an object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *asPEM && format.json() {
			return usage(cmd, "--pem and --format json exclude each other: the object has the certificate, too")
		}
		path, err := emulator.AuthorityFile(folderOf(args))
		if err != nil {
			return err
		}
		if !*asPEM && !format.json() {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), path)
			return readerGone(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if format.json() {
			return writeJSON(cmd.OutOrStdout(), certificateOfCA{Path: path, PEM: string(text)})
		}
		_, err = cmd.OutOrStdout().Write(text)
		return readerGone(err)
	}
	return cmd
}

// certificateOfCA is what ca prints as JSON.
type certificateOfCA struct {
	Path string `json:"path"`
	PEM  string `json:"pem"`
}
