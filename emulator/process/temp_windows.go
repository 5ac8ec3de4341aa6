package process

func tempPrefix() string { return "coldbrook-" }
