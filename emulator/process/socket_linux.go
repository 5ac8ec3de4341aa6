package process

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// socketOf is the client's socket of a connection as links in /proc/PID/fd name it, "" if
// there is none. The kernel is asked for the one socket, which takes microseconds; where it
// may not be asked, the tables of all sockets are read, which takes milliseconds.
func socketOf(client, server netip.AddrPort) string {
	inode, err := askForInode(client, server)
	switch {
	case err == nil && inode != 0:
		return fmt.Sprintf("socket:[%d]", inode)
	case err == nil, errors.Is(err, unix.ENOENT):
		return ""
	}
	return socketInTables(client, server)
}

// What is asked for and answered: see sock_diag(7).
const (
	diagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	diagHeader   = 16 // struct nlmsghdr
	diagRequest  = diagHeader + 56
	diagInode    = diagHeader + 68 // of struct inet_diag_msg
)

// diagPatience is how long the kernel may take, which it never does.
var diagPatience = unix.Timeval{Usec: 100_000}

// askForInode is the inode of the client's socket of a connection. A client that is
// connected by IPv6 to an address of IPv4, as of Java, is found like others. It is ENOENT
// if there is no such connection.
func askForInode(client, server netip.AddrPort) (uint32, error) {
	if !client.Addr().Is4() || !server.Addr().Is4() {
		return 0, unix.EAFNOSUPPORT
	}
	file, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return 0, err
	}
	defer unix.Close(file)
	if err := unix.SetsockoptTimeval(file, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &diagPatience); err != nil {
		return 0, err
	}
	if err := unix.Sendto(file, diagRequestFor(client, server), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return 0, err
	}
	answer := make([]byte, 1024)
	n, _, err := unix.Recvfrom(file, answer, 0)
	if err != nil {
		return 0, err
	}
	return inodeIn(answer[:n])
}

// diagRequestFor asks for the one socket that has both ends.
func diagRequestFor(client, server netip.AddrPort) []byte {
	native, m := binary.NativeEndian, make([]byte, diagRequest)
	native.PutUint32(m, diagRequest)
	native.PutUint16(m[4:], diagByFamily)
	native.PutUint16(m[6:], unix.NLM_F_REQUEST)
	r := m[diagHeader:]
	r[0], r[1] = unix.AF_INET, unix.IPPROTO_TCP
	native.PutUint32(r[4:], ^uint32(0)) // of any state
	binary.BigEndian.PutUint16(r[8:], client.Port())
	binary.BigEndian.PutUint16(r[10:], server.Port())
	copy(r[12:], client.Addr().AsSlice())
	copy(r[28:], server.Addr().AsSlice())
	native.PutUint64(r[48:], ^uint64(0)) // no cookie
	return m
}

// inodeIn is the inode in an answer.
func inodeIn(answer []byte) (uint32, error) {
	if len(answer) < diagHeader+4 {
		return 0, unix.EBADMSG
	}
	switch binary.NativeEndian.Uint16(answer[4:]) {
	case unix.NLMSG_ERROR:
		return 0, unix.Errno(-int32(binary.NativeEndian.Uint32(answer[diagHeader:])))
	case diagByFamily:
		if len(answer) >= diagInode+4 {
			return binary.NativeEndian.Uint32(answer[diagInode:]), nil
		}
	}
	return 0, unix.EBADMSG
}

// socketInTables is socketOf by the tables of all sockets: see proc_pid_net(5). A client
// that is connected by IPv6 to an address of IPv4 stands in the table of the former.
func socketInTables(client, server netip.AddrPort) string {
	ends := " " + hexadecimal(client, false) + " " + hexadecimal(server, false) + " "
	if inode := inodeOf("/proc/self/net/tcp", ends); inode != "" {
		return "socket:[" + inode + "]"
	}
	ends = " " + hexadecimal(client, true) + " " + hexadecimal(server, true) + " "
	if inode := inodeOf("/proc/self/net/tcp6", ends); inode != "" {
		return "socket:[" + inode + "]"
	}
	return ""
}

// inodeOf is the inode in the line of a table of sockets that has both ends.
func inodeOf(table, ends string) string {
	file, err := os.Open(table)
	if err != nil {
		return ""
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		if !bytes.Contains(scanner.Bytes(), []byte(ends)) {
			continue
		}
		fields := bytes.Fields(scanner.Bytes())
		const inode = 9
		if len(fields) > inode && string(fields[inode]) != "0" {
			return string(fields[inode])
		}
	}
	return ""
}

// hexadecimal is an end of a connection as the tables of sockets have it: each four bytes
// of the address in the order of this machine, then the port.
func hexadecimal(end netip.AddrPort, asIPv6 bool) string {
	address := end.Addr().AsSlice()
	if wide := end.Addr().As16(); asIPv6 {
		address = wide[:]
	}
	var text []byte
	for word := range slices.Chunk(address, 4) {
		text = fmt.Appendf(text, "%08X", binary.NativeEndian.Uint32(word))
	}
	return string(fmt.Appendf(text, ":%04X", end.Port()))
}
