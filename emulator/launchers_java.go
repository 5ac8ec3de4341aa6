package emulator

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/journal"
)

// buildCommand is the command that builds a function: the user's, or, for Java that Maven
// builds, one that leaves the classes and what they depend on where they are looked for.
func (e *Emulator) buildCommand(f *Function) string {
	if f.Build != "" || len(f.Command) > 0 || !strings.HasPrefix(f.Runtime, "java") {
		return f.Build
	}
	if _, err := os.Stat(filepath.Join(e.path(f.Code), "pom.xml")); err != nil {
		return ""
	}
	maven := "mvn"
	if _, err := os.Stat(filepath.Join(e.path(f.Code), "mvnw")); err == nil {
		maven = "./mvnw"
	}
	return maven + " -q -B -DskipTests package dependency:copy-dependencies -DincludeScope=runtime"
}

// javaClientPom has Maven fetch AWS's client of the Runtime API, and what that depends on.
const javaClientPom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.coldbrook</groupId>
  <artifactId>java-client</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>aws-lambda-java-runtime-interface-client</artifactId>
      <version>` + javaClientVersion + `</version>
    </dependency>
  </dependencies>
</project>
`

const javaClientVersion = "2.4.1"

// javaClient is the folder of AWS's client of the Runtime API for Java: in the user's cache,
// where Maven puts it when it is needed first. "" means that there is no Maven.
func (e *Emulator) javaClient(ctx context.Context, f *Function, note func(journal.Entry)) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", nil // there is no home: the user's own dependencies have to do
	}
	dir := filepath.Join(cache, "coldbrook", "java-client-"+javaClientVersion)
	lib := filepath.Join(dir, "lib")
	if _, err := os.Stat(lib); err == nil {
		return lib, nil
	}
	if _, err := exec.LookPath("mvn"); err != nil {
		return "", nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("fetch the Java client of the Runtime API: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pom.xml"), []byte(javaClientPom), 0o644); err != nil {
		return "", fmt.Errorf("fetch the Java client of the Runtime API: %w", err)
	}
	// What is there only in part is not taken for all of it.
	fresh, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return "", fmt.Errorf("fetch the Java client of the Runtime API: %w", err)
	}
	defer os.RemoveAll(fresh) // it is there only if something went wrong, or somebody was quicker
	spec := e.buildSpec(f, 1)
	spec.Dir, spec.Command = dir, "mvn -q -B dependency:copy-dependencies -DoutputDirectory="+filepath.Base(fresh)
	if _, err := e.runBuild(ctx, f, spec, note); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, lib); err != nil {
		if _, statErr := os.Stat(lib); statErr != nil {
			return "", fmt.Errorf("fetch the Java client of the Runtime API: %w", err)
		}
	}
	return lib, nil
}
