package sam

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// start reads where the code of a function is and how it starts. It is false, and said why,
// if the function cannot be taken.
func (r *reader) start(f *function) bool {
	return r.isCode(f) && r.runtime(f) && r.code(f) && r.handler(f)
}

// leave says why a function is left out; it returns false.
func (r *reader) leave(v plan.Verdict, at tree.Place, why, advice string) bool {
	r.say(v, at, why+": the function is left out", advice)
	return false
}

// isCode says whether a function is code in a folder, which is all that the emulator runs.
func (r *reader) isCode(f *function) bool {
	p := f.properties
	const noContainers = "the emulator runs code from folders, no container images"
	if image := p.Get("ImageUri").Or(r.values.shallow(p.Get("Code")).Get("ImageUri")); image != nil {
		return r.leave(plan.Dropped, image.At, noContainers, "")
	}
	if kind := r.values.value(p.Get("PackageType")); kind.IsScalar() && kind.Scalar == "Image" {
		return r.leave(plan.Dropped, kind.At, noContainers, "")
	}
	if inline := p.Get("InlineCode").Or(r.values.shallow(p.Get("Code")).Get("ZipFile")); inline != nil {
		return r.leave(plan.Dropped, inline.At, "its code stands in the template, which is not written out", "put it into a file and name its folder in CodeUri or Code")
	}
	return true
}

// code finds the folder of the code.
func (r *reader) code(f *function) bool {
	key := "CodeUri"
	if typeOf(f.resource) == lambdaFunction {
		key = "Code"
	}
	defer r.about(f.id, key)()
	given := f.properties.Get(key)
	if asset := f.resource.Get("Metadata").Get("aws:asset:path"); asset.Is(tree.Text) { // of the CDK
		return r.folder(f, asset, asset.Scalar)
	}
	v := r.values.value(given)
	switch {
	case r.values.isBroken(v):
		return r.leave(plan.Wrong, given.At, "its code cannot be found", "")
	case v == nil && key == "CodeUri":
		r.say(plan.Changed, f.at, "there is no CodeUri: the folder of the template is taken, as sam does", "")
		return r.folder(f, &tree.Node{At: f.at}, ".")
	case v == nil:
		return r.leave(plan.Wrong, f.at, "it has no code", "give the folder in Code")
	case !v.IsScalar():
		return r.leave(plan.Dropped, v.At, "its code is only in S3", "give the folder of the code in "+key)
	}
	if why, yes := r.values.isOpen(v); yes {
		return r.leave(plan.NeedsValue, v.At, why.reason, why.advice)
	}
	return r.folder(f, v, v.Scalar)
}

// folder takes a folder, relative to the template, or what stands for one: an archive that
// a build makes in it.
func (r *reader) folder(f *function, at *tree.Node, name string) bool {
	if strings.Contains(name, "://") || strings.HasPrefix(name, "arn:") {
		return r.leave(plan.Dropped, at.At, fmt.Sprintf("%s is only in the cloud", name), "give the folder of the code")
	}
	clean := path.Clean(filepath.ToSlash(name))
	switch strings.ToLower(path.Ext(clean)) {
	case ".zip", ".jar":
		return r.archive(f, at, clean)
	}
	info, err := os.Stat(r.local(clean))
	switch {
	case err != nil:
		return r.missing(f, at, clean)
	case !info.IsDir():
		return r.leave(plan.Wrong, at.At, fmt.Sprintf("%s is not a folder", name), "give the folder of the code")
	}
	f.config.Code = clean
	return true
}

// local is a path of the template on this machine.
func (r *reader) local(name string) string {
	if file := filepath.FromSlash(name); filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(r.dir, filepath.FromSlash(name))
}

func (r *reader) has(names ...string) bool {
	_, err := os.Stat(r.local(path.Join(names...)))
	return err == nil
}

// above is the nearest folder from one on upwards, within that of the template, in which one
// of the files is; "" if there is none.
func (r *reader) above(folder string, files ...string) string {
	for !path.IsAbs(folder) && folder != ".." && !strings.HasPrefix(folder, "../") {
		for _, file := range files {
			if r.has(folder, file) {
				return folder
			}
		}
		if folder == "." {
			break
		}
		folder = path.Dir(folder)
	}
	return ""
}

// archive takes the project that an archive is built from: Java's, for a jar.
func (r *reader) archive(f *function, at *tree.Node, name string) bool {
	if root := r.above(path.Dir(name), "pom.xml", "build.gradle", "build.gradle.kts"); root != "" && strings.HasPrefix(f.config.Runtime, "java") {
		f.config.Code = root
		r.say(plan.Changed, at.At, fmt.Sprintf("%s is built from %s, which is taken", name, root), "")
		return true
	}
	return r.leave(plan.Wrong, at.At, fmt.Sprintf("%s is an archive, which is not unpacked", name), "give the folder that it is made of")
}

// missing takes the project that a folder is built from by npm run build, if there is one.
func (r *reader) missing(f *function, at *tree.Node, name string) bool {
	root := r.above(path.Dir(name), "package.json")
	if root == "" || !strings.HasPrefix(f.config.Runtime, "nodejs") || !r.hasBuildScript(root) || path.IsAbs(name) {
		return r.leave(plan.Wrong, at.At, fmt.Sprintf("there is no folder %s", name), "")
	}
	inside := strings.TrimPrefix(strings.TrimPrefix(name, root), "/")
	f.config.Code, f.config.Build = root, "npm run build"
	f.config.Handler = inside + "/"
	r.say(plan.Changed, at.At, fmt.Sprintf("there is no folder %s yet: npm run build of %s makes it", name, path.Join(root, "package.json")), "")
	return true
}
