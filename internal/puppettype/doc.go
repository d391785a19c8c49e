// SPDX-License-Identifier: MPL-2.0

// Package puppettype checks values against Puppet data types, such as those of parameters in the metadata of tasks and plans, and
// describes for people what is wrong.
//
// It follows the Puppet language (its specification, chapter "Data Type System"), for values that arrive as JSON:
//
//   - A number with neither fraction nor exponent is an Integer, any other a Float, and neither is the other. HCL has one type of
//     number, so 1.0 is sent as 1 and never fits a Float, as the server would also say. See [Problem.Hint].
//   - null is undef.
//   - Sensitive[T] accepts what T accepts, because the server wraps what it is given.
//   - JSON has no Timestamp, Timespan, SemVer, Regexp, Binary, URI, Callable, default or the like, so these types accept
//     nothing but an object in Puppet's own notation for rich data, which has the key "__ptype".
//   - A type that is not known here accepts anything: an alias of a module, an object type, a resource type.
//   - A pattern that Go's regular expressions cannot express accepts every string.
//
// The package knows neither Terraform nor HTTP.
package puppettype
