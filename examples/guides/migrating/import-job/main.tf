terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

import {
  to = pe_task.restart
  id = "1"
}

resource "pe_task" "restart" {
  task   = "service"
  params = { action = "restart", name = "httpd" }
  scope  = { query = "inventory[certname] { facts.role = \"web\" }" }

  triggers = {
    release = "2026.11"
  }
}
