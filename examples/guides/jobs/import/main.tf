terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

import {
  to = pe_deploy.web
  id = "1"
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }

  triggers = {
    release = "2026.11"
  }
}
