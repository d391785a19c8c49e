terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# The token is read from ~/.puppetlabs/token, where `puppet-access login` leaves it, or from PE_TOKEN.
provider "pe" {
  server_url   = "https://pe.example.com:8143"
  ca_cert_file = "/etc/puppetlabs/puppet/ssl/certs/ca.pem"

  default_userdata = {
    managed_by = "terraform"
  }
}
