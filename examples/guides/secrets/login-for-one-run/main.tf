terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "login" {
  description = "The user that the pipeline runs as."
  type        = string
}

variable "password" {
  description = "Password of that user."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# To log in, no token is needed.
provider "pe" {
  alias = "login"
}

ephemeral "pe_token" "run" {
  provider = pe.login
  login    = var.login
  password = var.password
  lifetime = "2h"
}

# Everything else uses the token, which is revoked at the end of the run.
provider "pe" {
  token = ephemeral.pe_token.run.token
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
  triggers    = { release = "2026.11" }
}
