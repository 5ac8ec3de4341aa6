package serverless

// What runtime stands where a file names none: the framework's own defaults are those of
// versions that are gone.
const (
	defaultNode   = "nodejs22.x"
	defaultPython = "python3.13"
)
