// Package puppettype tells whether values fit Puppet data types, such as the metadata of tasks and plans gives for their
// parameters, and says what is wrong in words for people.
//
// Verdicts are those of the Puppet language (its specification, chapter "Data Type System"), for values that arrive as JSON:
//
//   - A number with neither fraction nor exponent is an Integer, any other a Float, and neither is the other. HCL has one type of
//     number, so that 1.0 is sent as 1 and never fits a Float: that is what the server would say too. See [Problem.Hint].
//   - null is undef.
//   - Sensitive[T] accepts what T accepts, because the server wraps what it is given.
//   - JSON has no Timestamp, Timespan, SemVer, Regexp, Binary, URI, Callable, default or the like, so that these types accept
//     nothing but an object in Puppet's own notation for rich data, which has the key "__ptype".
//   - A type that is not known here accepts anything: an alias of a module, an object type, a resource type.
//   - A pattern that Go's regular expressions cannot express accepts every string.
//
// The package knows neither Terraform nor HTTP.
package puppettype
