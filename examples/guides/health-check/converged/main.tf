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

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }
  triggers    = { release = var.release }
}

# A second run that must find nothing left to change. With noop, it changes nothing itself.
resource "pe_deploy" "check" {
  environment       = "production"
  scope             = { query = "inventory[certname] { facts.role = \"web\" }" }
  noop              = true
  expect_no_changes = true
  triggers          = { deploy = pe_deploy.web.id }
}
