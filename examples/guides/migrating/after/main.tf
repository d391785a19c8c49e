terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

resource "pe_task" "restart" {
  task   = "service"
  params = { action = "restart", name = "httpd" }
  scope  = { query = "inventory[certname] { facts.role = \"web\" }" }

  triggers = {
    release = "2026.11"
  }
}
