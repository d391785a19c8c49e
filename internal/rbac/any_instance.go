package rbac

// AnyInstance stands for every instance in a permission.
const AnyInstance = "*"
