package reload

import "syscall"

// remote is the file systems whose changes may be made elsewhere, by the number
// that statfs gives.
var remote = map[uint32]string{
	0x6969: "nfs", 0x517b: "smb", 0xff534d42: "cifs", 0xfe534d42: "smb2", 0x65735546: "fuse", 0x01021997: "9p",
	0x5346414f: "afs", 0x00c36400: "ceph", 0x786f4256: "vboxsf",
}

// remoteSystem is the name of the file system of a folder, if it does not tell
// what is changed elsewhere; otherwise empty.
func remoteSystem(folder string) string {
	var stat syscall.Statfs_t
	if syscall.Statfs(folder, &stat) != nil {
		return ""
	}
	return remote[uint32(stat.Type)]
}
