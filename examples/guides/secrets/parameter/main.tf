terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "password" {
  type      = string
  ephemeral = true
}

variable "password_version" {
  description = "Raise it when the password has changed."
  type        = number
  default     = 1
}

# The password is sent to the server and stored nowhere.
resource "pe_task" "password" {
  task   = "accounts::set_password"
  params = { user = "deploy" }
  scope  = { nodes = ["node1.example.com"] }

  sensitive_params         = { password = var.password }
  sensitive_params_version = var.password_version
}
