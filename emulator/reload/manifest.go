package reload

import (
	"encoding/json"
	"os"
)

// readJSON reads a file of JSON, such as a package.json.
func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
