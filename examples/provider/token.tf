variable "pe_token" {
  description = "RBAC token, for example from TF_VAR_pe_token."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "pe" {
  server_url   = "https://pe.example.com:8143"
  ca_cert_file = "/etc/puppetlabs/puppet/ssl/certs/ca.pem"
  token        = var.pe_token
}
