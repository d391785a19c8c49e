// SPDX-License-Identifier: MPL-2.0

package pe

// Environment variables.
const (
	EnvServerURL          = "PE_SERVER_URL"
	EnvRBACURL            = "PE_RBAC_URL"
	EnvPuppetDBURL        = "PE_PUPPETDB_URL"
	EnvCodeManagerURL     = "PE_CODE_MANAGER_URL"
	EnvToken              = "PE_TOKEN"
	EnvTokenFile          = "PE_TOKEN_FILE" //nolint:gosec // the name of a variable, not a secret.
	EnvCACertFile         = "PE_CA_CERT_FILE"
	EnvClientCertFile     = "PE_CLIENT_CERT_FILE"
	EnvClientKeyFile      = "PE_CLIENT_KEY_FILE"
	EnvAllowHTTP          = "PE_ALLOW_HTTP"
	EnvInsecureSkipVerify = "PE_INSECURE_SKIP_VERIFY"
	EnvPreviewScopes      = "PE_PREVIEW_SCOPES"
)
