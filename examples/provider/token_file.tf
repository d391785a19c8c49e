provider "pe" {
  server_url   = "https://pe.example.com:8143"
  ca_cert_file = "/etc/puppetlabs/puppet/ssl/certs/ca.pem"
  token_file   = "~/.puppetlabs/pipeline-token"
}
