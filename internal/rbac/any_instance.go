// SPDX-License-Identifier: MPL-2.0

package rbac

// AnyInstance stands for every instance in a permission.
const AnyInstance = "*"
