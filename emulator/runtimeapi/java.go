package runtimeapi

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

var (
	javaRuntime = regexp.MustCompile(`^java(8\.al2|\d+)$`)
	javaVersion = regexp.MustCompile(`version "((?:1\.)?(\d+)[^"]*)"`)
	javaHandler = regexp.MustCompile(`^[\p{L}_$][\p{L}\p{N}_$.]*(::[\p{L}_$][\p{L}\p{N}_$]*)?$`)
)

// javaClient is the main class of AWS's client of the Runtime API for Java, which loads the
// handler that is its argument, and clientFile how that class is called in an archive.
const (
	javaClient = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
	clientFile = "com/amazonaws/services/lambda/runtime/api/client/AWSLambda.class"
)

// JavaClientError is returned by New for a handler in Java whose class path has no client of
// the Runtime API, which Config.JavaClient can add.
type JavaClientError struct{ Runtime string }

func (e *JavaClientError) Error() string {
	return fmt.Sprintf("runtime %s needs the library com.amazonaws:aws-lambda-java-runtime-interface-client, which is not in the class path of the code", e.Runtime)
}

// Hint says what to do about it.
func (e *JavaClientError) Hint() string {
	return "install Maven, with which it is fetched once; or add it to the dependencies"
}

// findJava finds a JVM, and the class path of a handler that was built by Maven, Gradle or
// AWS's own tools.
func findJava(c *Config) (program, []string, error) {
	switch {
	case !javaHandler.MatchString(c.Handler):
		return program{}, nil, mistake("it is package.Class::method", "handler %q", c.Handler)
	case runtime.GOOS != "linux":
		return program{}, nil, mistake("give a command: that speaks the Runtime API", "runtime %s: AWS's client of the Runtime API runs on Linux only", c.Runtime)
	}
	release := strings.TrimSuffix(javaRuntime.FindStringSubmatch(c.Runtime)[1], ".al2")
	found, ok := askJava()
	if !ok {
		return program{}, nil, &MissingError{c.Runtime, "Java " + release}
	}
	path := classPath(c)
	if len(path) == 0 {
		return program{}, nil, mistake("build it with build:, as in mvn package dependency:copy-dependencies", "handler %q: no classes in %q: there is none of %s", c.Handler, c.Code, strings.Join(classFolders, ", "))
	}
	if !hasClient(path) {
		if c.JavaClient == "" {
			return program{}, nil, &JavaClientError{c.Runtime}
		}
		path = append(path, filepath.Join(c.JavaClient, "*"))
	}
	// The compiler stops at its first level, as on AWS: what starts soon matters more.
	args := []string{"-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1", "-cp", strings.Join(path, string(os.PathListSeparator)), javaClient, c.Handler}
	return program{path: found.path, args: args}, otherRelease(c, found, pin{}, "Java", release), nil
}

// askJava finds the JVM of JAVA_HOME, or else of PATH.
func askJava() (found interpreter, ok bool) {
	path := filepath.Join(os.Getenv("JAVA_HOME"), "bin", "java")
	if os.Getenv("JAVA_HOME") == "" || !isFile(path) {
		var err error
		if path, err = exec.LookPath("java"); err != nil {
			return interpreter{}, false
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), versionLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-version").CombinedOutput()
	version := javaVersion.FindSubmatch(out)
	if err != nil || version == nil {
		return interpreter{}, false
	}
	return interpreter{path: path, full: string(version[1]), release: string(version[2])}, true
}

// classFolders are where classes are, from the folder of the code: of Maven, of Gradle, and
// as they are in an archive for AWS. * are all archives in a folder.
var classFolders = []string{"target/classes", "target/dependency/*", "build/classes/java/main", "build/classes/kotlin/main", "build/resources/main",
	"build/dependency/*", "lib/*", "target/*.jar", "build/libs/*.jar"}

// classPath is what there is of the class path of a function, with its layers.
func classPath(c *Config) []string {
	var path []string
	for _, folder := range classFolders {
		full := filepath.Join(c.Code, filepath.FromSlash(folder))
		switch base, isJar := strings.CutSuffix(full, ".jar"); {
		case isJar:
			path = append(path, archivesIn(filepath.Dir(base))...)
		case isFolder(strings.TrimSuffix(full, string(filepath.Separator)+"*")):
			path = append(path, full)
		}
	}
	class, _, _ := strings.Cut(c.Handler, "::")
	if isFile(filepath.Join(c.Code, filepath.FromSlash(strings.ReplaceAll(class, ".", "/"))+".class")) {
		path = append([]string{c.Code}, path...)
	}
	if len(path) == 0 {
		path = archivesIn(c.Code)
	}
	for _, folder := range c.layerFolders("java/lib") {
		path = append(path, filepath.Join(folder, "*"))
	}
	return path
}

// archivesIn are the archives of classes in a folder: not those of sources and the like. One
// that has all dependencies in it comes first.
func archivesIn(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, entry := range entries {
		name := entry.Name()
		isOther := strings.HasPrefix(name, "original-") || strings.HasSuffix(name, "-sources.jar") || strings.HasSuffix(name, "-javadoc.jar") || strings.HasSuffix(name, "-tests.jar")
		if strings.HasSuffix(name, ".jar") && !isOther {
			found = append(found, filepath.Join(folder, name))
		}
	}
	size := func(path string) int64 {
		info, err := os.Stat(path)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(size(b), size(a)) })
	return found
}

// hasClient reports whether a class path has AWS's client of the Runtime API.
func hasClient(path []string) bool {
	for _, entry := range path {
		archives := []string{entry}
		if folder, ok := strings.CutSuffix(entry, "*"); ok {
			archives = archivesIn(folder)
		}
		if slices.ContainsFunc(archives, isClient) {
			return true
		}
	}
	return false
}

func isClient(path string) bool {
	if filepath.Ext(path) != ".jar" {
		return isFile(filepath.Join(path, filepath.FromSlash(clientFile)))
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return false // the JVM says it better
	}
	defer archive.Close()
	return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == clientFile })
}
