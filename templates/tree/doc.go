// Package tree reads YAML and JSON files of others into one kind of tree, in which every
// value knows where it stands: SAM and CloudFormation templates with their short tags
// (!Ref, !Sub), Serverless Framework files with anchors, aliases and merge keys, and JSON.
//
// Unlike coldbrook.yaml, which is ours and strict, these files are not: what is legal in
// them is kept, whoever reads the tree says what of it means something to us.
//
// It starts no goroutine. A tree is never changed once it is read, so that it may be read
// by many; an alias is the same *Node as its anchor, so a walk over a whole tree must be
// bounded (Limit) or it visits what is shared as often as it is named.
package tree
