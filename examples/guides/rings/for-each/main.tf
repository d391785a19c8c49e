terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  type    = string
  default = "2026.11"
}

# One job for each tier. They run at the same time, and fail one by one.
resource "pe_deploy" "tier" {
  for_each    = { web = "web", database = "db" }
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = ${provider::pe::pql_string(each.value)} }" }
  triggers    = { release = var.release }
}

# After all of them.
resource "pe_task" "report" {
  task     = "facts"
  scope    = { nodes = ["node1.example.com"] }
  triggers = { for tier, deploy in pe_deploy.tier : tier => deploy.id }
}
