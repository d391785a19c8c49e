// SPDX-License-Identifier: MPL-2.0

// Package httpapi is the one way in which this provider speaks HTTP to a Puppet Enterprise service.
//
// It knows about TLS, tokens, retries, limits, error bodies and redaction, and nothing about Terraform or about any
// single endpoint. A [Transport] is shared by every service of one PE; [Transport.Service] binds it to a base URL.
package httpapi
