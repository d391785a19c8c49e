provider "pe" {
  server_url       = "https://pe.example.com:8143"
  ca_cert_file     = "/etc/puppetlabs/puppet/ssl/certs/ca.pem"
  client_cert_file = "/etc/puppetlabs/puppet/ssl/certs/pipeline.example.com.pem"
  client_key_file  = "/etc/puppetlabs/puppet/ssl/private_keys/pipeline.example.com.pem"
}
