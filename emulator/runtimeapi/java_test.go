package runtimeapi

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// clientSource stands for AWS's client of the Runtime API: it answers with its argument.
const clientSource = `package com.amazonaws.services.lambda.runtime.api.client;
import java.net.URI;
import java.net.http.*;
public class AWSLambda {
  public static void main(String[] args) throws Exception {
    String at = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";
    HttpClient client = HttpClient.newHttpClient();
    for (;;) {
      var next = client.send(HttpRequest.newBuilder(URI.create(at + "next")).build(), HttpResponse.BodyHandlers.ofString());
      String id = next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").get();
      var body = HttpRequest.BodyPublishers.ofString("\"" + args[0] + "\"");
      client.send(HttpRequest.newBuilder(URI.create(at + id + "/response")).POST(body).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
`

func TestJavaHandlerIsStartedByTheClient(t *testing.T) {
	need(t, "javac")
	need(t, "java")
	if runtime.GOOS != "linux" {
		t.Skip("AWS's client runs on Linux only")
	}
	dir := project(t, map[string]string{"src/AWSLambda.java": clientSource, "target/classes/orders/Ship.class": ""})
	c := Config{FunctionName: "ship", Runtime: "java17", Code: dir, Handler: "orders.Ship::handle", Memory: 512 << 20}
	_, err := New(c)
	if lacking, ok := errors.AsType[*JavaClientError](err); !ok || !strings.Contains(lacking.Hint(), "Maven") {
		t.Fatalf("got %v, want a *JavaClientError", err)
	}
	out, err := exec.Command("javac", "-d", filepath.Join(dir, "target", "classes"), filepath.Join(dir, "src", "AWSLambda.java")).CombinedOutput()
	if err != nil {
		t.Skipf("javac: %v: %s", err, out)
	}
	if got := launch(t, c).succeeds(`{}`); got != `"orders.Ship::handle"` {
		t.Errorf("got %s, want the handler", got)
	}
}

func TestClassPath(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  []string
	}{
		"Maven":         {[]string{"target/classes/a/B.class", "target/dependency/x.jar", "src/main/java/a/B.java"}, []string{"target/classes", "target/dependency/*"}},
		"shaded":        {[]string{"target/classes/a/B.class", "target/orders-1.jar", "target/original-orders-1.jar", "target/orders-1-sources.jar"}, []string{"target/classes", "target/orders-1.jar"}},
		"Gradle":        {[]string{"build/classes/java/main/a/B.class", "build/libs/orders.jar"}, []string{"build/classes/java/main", "build/libs/orders.jar"}},
		"as an archive": {[]string{"a/B.class", "lib/x.jar"}, []string{".", "lib/*"}},
		"one archive":   {[]string{"orders.jar"}, []string{"orders.jar"}},
		"nothing":       {[]string{"src/main/java/a/B.java"}, nil},
	} {
		files := map[string]string{}
		for _, file := range test.files {
			files[file] = ""
		}
		dir := project(t, files)
		var got []string
		for _, entry := range classPath(&Config{Code: dir, Handler: "a.B::handle"}) {
			got = append(got, from(dir, entry))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestJavaThatCannotStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("AWS's client runs on Linux only")
	}
	dir := t.TempDir()
	c := Config{FunctionName: "ship", Runtime: "java21", Code: dir, Handler: "orders/Ship.handle"}
	if _, err := New(c); err == nil || !strings.Contains(err.Error(), `handler "orders/Ship.handle"`) {
		t.Errorf("got %v, want it to name the handler", err)
	}
	c.Handler = "orders.Ship::handle"
	t.Run("without Java", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		t.Setenv("JAVA_HOME", "")
		if _, err := New(c); err == nil || err.Error() != "runtime java21 needs Java 21, and there is none in PATH" {
			t.Errorf("got %v, want a *MissingError", err)
		}
	})
	bin := project(t, map[string]string{"bin/java": "#!/bin/sh\necho 'openjdk version \"21.0.1\" 2024' >&2\n"})
	if err := os.Chmod(filepath.Join(bin, "bin", "java"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JAVA_HOME", bin)
	if _, err := New(c); err == nil || !strings.Contains(err.Error(), "no classes in") {
		t.Errorf("got %v, want it to say that nothing was built", err)
	}
}
