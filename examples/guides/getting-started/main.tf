terraform {
  required_version = ">= 1.8"

  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Where Puppet Enterprise is, and who asks, comes from the environment.
provider "pe" {}

# Which nodes this is about: a PQL query, or a list of certnames.
locals {
  web_servers = "inventory[certname] { facts.role = \"web\" }"
}

# 1. Run Puppet on them, once, and wait.
resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = local.web_servers }
  noop        = true

  # A new value runs Puppet again.
  triggers = {
    run = "1"
  }
}

# 2. Then run a task, whose results are values.
resource "pe_task" "openssl" {
  task            = "package"
  params          = { action = "status", name = "openssl" }
  scope           = { query = local.web_servers }
  capture_results = "all" # of every node, and not only of those that failed

  triggers = {
    deploy = pe_deploy.web.id
  }
}

output "openssl" {
  description = "The installed version of openssl on each node."
  value       = { for node, entry in pe_task.openssl.results : node => entry.result.version }
}
