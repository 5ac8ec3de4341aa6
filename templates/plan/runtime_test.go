package plan

import "testing"

func TestRuntime(t *testing.T) {
	for name, want := range map[string]string{
		"nodejs24.x": "nodejs24.x", "nodejs18.x": "nodejs20.x", "nodejs12.x": "nodejs20.x", "nodejs21.x": "nodejs22.x", "nodejs99.x": "nodejs24.x",
		"nodejs4.3": "nodejs20.x", "nodejs": "nodejs20.x", "python3.9": "python3.10", "python2.7": "python3.10", "python3.12": "python3.12", "python3.99": "python3.14",
		"go1.x": "provided.al2023", "provided": "provided.al2023", "provided.al2": "provided.al2",
		"java8": "java8.al2", "java11": "java11", "java16": "java17", "java8.al2": "java8.al2", "dotnetcore3.1": "dotnet8", "dotnet6": "dotnet8", "ruby2.7": "ruby3.2",
		"perl5": "", "cobol85": "", "": "", "x.y.z": "",
	} {
		if got := Runtime(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
