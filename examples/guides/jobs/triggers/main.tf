terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# What Puppet reads from Terraform, for example through Hiera.
locals {
  settings = {
    backend     = "app.example.com"
    max_clients = 200
  }
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }

  # The values themselves. A comment, or a change elsewhere in this file, runs nothing.
  triggers = {
    settings = sha256(jsonencode(local.settings))
  }
}

# Each time Puppet has run, and only then.
resource "pe_task" "restart" {
  task     = "service"
  params   = { action = "restart", name = "httpd" }
  scope    = { query = "inventory[certname] { facts.role = \"web\" }" }
  triggers = { deploy = pe_deploy.web.id }
}
