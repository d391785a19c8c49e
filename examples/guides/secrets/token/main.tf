terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "pe_token" {
  description = "RBAC token, for example from TF_VAR_pe_token."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "pe" {
  token = var.pe_token
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
  triggers    = { release = "2026.11" }
}
