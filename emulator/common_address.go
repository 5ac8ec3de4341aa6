package emulator

import (
	"fmt"
	"net"
	"slices"
	"strings"
)

// usualPort is Kafka's own, which is in the variables of many a project.
const usualPort = "9092"

// commonAddress warns of functions whose variables hold an address of this machine with the
// port that all clients share, or with Kafka's usual port where this Kafka has another; ""
// if there are none. told says that the system tells whose a connection is, so that lineage
// needs no address of each environment's own.
func (e *Emulator) commonAddress(told bool) string {
	if e.world.Virtual() {
		return ""
	}
	var shared, elsewhere []string
	for i := range e.cfg.Functions {
		f := &e.cfg.Functions[i]
		if f.isInProcess() {
			continue
		}
		variables, err := e.environment(f)
		if err != nil {
			continue // said when the function is launched
		}
		for _, variable := range variables {
			name, value, _ := strings.Cut(variable, "=")
			at := Path(Path(Path("functions", f.Name), "env"), name)
			switch isCommon, isUsual := localPorts(value, e.KafkaAddr()); {
			case isCommon && !slices.Contains(shared, at):
				shared = append(shared, at)
			case isUsual && !slices.Contains(elsewhere, at):
				elsewhere = append(elsewhere, at)
			}
		}
	}
	switch {
	case len(elsewhere) > 0:
		return fmt.Sprintf("%s: a Kafka at port %s of this machine is not this one, which is at %s; ${kafka.bootstrap} is its address wherever it is",
			strings.Join(elsewhere, ", "), usualPort, e.KafkaAddr())
	case len(shared) > 0 && !told:
		return fmt.Sprintf("%s: what is produced at the address that all clients share is nobody's here; with ${kafka.bootstrap}, each environment's own, lineage is kept",
			strings.Join(shared, ", "))
	}
	return ""
}

// localPorts says whether one of the addresses in a list is that of kafka, by whatever name
// this machine has, and whether one has Kafka's usual port, where kafka has another.
func localPorts(list, kafka string) (isCommon, isUsual bool) {
	_, own, err := net.SplitHostPort(kafka)
	if err != nil {
		return false, false
	}
	for address := range strings.SplitSeq(list, ",") {
		if _, after, found := strings.Cut(address, "://"); found {
			address = after
		}
		host, port, err := net.SplitHostPort(strings.TrimSpace(address))
		if err != nil || !slices.Contains([]string{"localhost", "127.0.0.1", "::1", "0.0.0.0"}, strings.ToLower(host)) {
			continue
		}
		isCommon = isCommon || port == own
		isUsual = isUsual || port == usualPort && own != usualPort
	}
	return isCommon, isUsual
}
