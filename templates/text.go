package templates

import (
	"path/filepath"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/emulator/config"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// Text returns what is to stand in coldbrook.yaml for a plan. It is the same for the same
// plan, in the folder of the file that the plan was made from.
func Text(p *plan.Plan) []byte {
	header := []string{"Made by coldbrook init --from " + filepath.Base(p.Files[0]) + ", of which it is a copy: what is changed there later is not changed here."}
	return config.Write(&p.Config, header, p.Comments)
}

// Config returns the configuration of a plan, checked as coldbrook.yaml is: a run from the
// plan is a run from the file that Text would write. It returns a *config.Error, whose lines
// are those of Text.
func Config(p *plan.Plan) (emulator.Config, error) {
	name := config.FileName + " made from " + filepath.ToSlash(p.Files[0])
	return config.ParseIn(name, Text(p), p.Config.Dir)
}
