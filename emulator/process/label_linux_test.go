package process

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"testing"
)

func init() {
	helpers["dial"] = func() {
		conn, err := net.Dial(os.Getenv("DIAL_NETWORK"), os.Getenv("DIAL"))
		if err != nil {
			fmt.Println(err)
			return
		}
		var b [1]byte
		_, _ = conn.Read(b[:]) // until it is closed
	}
}

// server is a listener whose next connection is told.
type server struct {
	net.Listener
	t testing.TB
}

func newServer(t testing.TB) server {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return server{ln, t}
}

// next are both ends of the next connection, the client's first.
func (s server) next() (client, server netip.AddrPort) {
	s.t.Helper()
	c, err := s.Accept()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c.RemoteAddr().(*net.TCPAddr).AddrPort(), c.LocalAddr().(*net.TCPAddr).AddrPort()
}

// TestLabelOfAConnection: the leader's, a child's, an orphan's that left the group, and
// one of IPv6 to an address of IPv4 are told; a stranger's is nobody's.
func TestLabelOfAConnection(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("setsid is not there")
	}
	s := newServer(t)
	self := "'" + os.Args[0] + "'"
	_, port, _ := net.SplitHostPort(s.Addr().String())
	dial := func(address string) []string { return []string{"DIAL=" + address, "DIAL_NETWORK=tcp"} }
	out := newTranscript()
	for _, c := range []struct{ label, shell, address string }{
		{"leader", "", s.Addr().String()},
		{"child", self + " & wait", s.Addr().String()},
		{"orphan", "sh -c 'setsid " + os.Args[0] + " & exit 0'; exec sleep 1000", s.Addr().String()},
		{"mapped", "", "[::ffff:127.0.0.1]:" + port},
	} {
		spec := helper(t, "dial", dial(c.address)...)
		if spec.Label, spec.Output = c.label, out.add; c.shell != "" {
			spec.Path, spec.Args, spec.Shell = "", nil, c.shell
		}
		p := start(t, spec)
		client, server := s.next()
		if got := LabelOf(client, server); got != c.label {
			t.Errorf("%s: got %q (%s)", c.label, got, out)
		}
		asked, table := socketOf(client, server), socketInTables(client, server)
		if asked == "" || asked != table {
			t.Errorf("%s: the kernel says %q, its tables %q", c.label, asked, table)
		}
		p.Stop(0)
		if got := LabelOf(client, server); got != "" {
			t.Errorf("%s: got %q when it has ended", c.label, got)
		}
	}
	labelled := helper(t, "dial", dial("127.0.0.1:1")...)
	labelled.Shell, labelled.Path, labelled.Args, labelled.Label = "exec sleep 1000", "", nil, "idle"
	start(t, labelled)
	start(t, helper(t, "dial", dial(s.Addr().String())...)) // without a label
	if client, server := s.next(); LabelOf(client, server) != "" {
		t.Errorf("without a label: got %q", LabelOf(client, server))
	}
	own, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if client, server := s.next(); LabelOf(client, server) != "" {
		t.Errorf("of this program: got %q", LabelOf(client, server))
	}
}

func TestEndsAsTheTablesHaveThem(t *testing.T) {
	if got, want := hexadecimal(netip.MustParseAddrPort("127.0.0.1:9092"), false), "0100007F:2384"; got != want {
		t.Skipf("got %s, not %s: this machine has another order", got, want)
	}
	if got, want := hexadecimal(netip.MustParseAddrPort("127.0.0.1:80"), true), "0000000000000000FFFF00000100007F:0050"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatLsofSays(t *testing.T) {
	const out = "p812\ng810\nf23\nn127.0.0.1:50123->127.0.0.1:9092\np900\ng900\nf7\nn127.0.0.1:9092->127.0.0.1:50123\n"
	client, server := netip.MustParseAddrPort("127.0.0.1:50123"), netip.MustParseAddrPort("127.0.0.1:9092")
	if pid, pgrp := holderIn(out, client, server); pid != 812 || pgrp != 810 {
		t.Errorf("got %d of %d, want 812 of 810", pid, pgrp)
	}
	if pid, _ := holderIn(out, server, client); pid != 900 {
		t.Errorf("the other end: got %d, want 900", pid)
	}
	if pid, pgrp := holderIn("p1\n\nfoo", client, server); pid != 0 || pgrp != 0 {
		t.Errorf("got %d of %d, want none", pid, pgrp)
	}
}

// BenchmarkLabelOf is what a connection costs at the common address: of one of ten leaders,
// and of nobody.
func BenchmarkLabelOf(b *testing.B) {
	for range 10 {
		p, err := Start(Spec{Shell: "sleep 1000; :", Label: "x"})
		if err != nil {
			b.Fatal(err)
		}
		defer p.Stop(0)
	}
	s := newServer(b)
	p, err := Start(Spec{Path: os.Args[0], Env: append(os.Environ(), "PROCESS_TEST_HELPER=dial", "DIAL_NETWORK=tcp", "DIAL="+s.Addr().String()), Label: "it"})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Stop(0)
	client, server := s.next()
	b.Run("found", func(b *testing.B) {
		for b.Loop() {
			if LabelOf(client, server) != "it" {
				b.Fatal("not found")
			}
		}
	})
	own, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer own.Close()
	client, server = s.next()
	b.Run("nobody", func(b *testing.B) {
		for b.Loop() {
			if LabelOf(client, server) != "" {
				b.Fatal("found")
			}
		}
	})
}
