terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "ssh_password" {
  type      = string
  ephemeral = true
}

resource "pe_task" "appliance" {
  task  = "facts"
  scope = { nodes = ["appliance.example.com"] }

  targets = [{
    hostnames = ["appliance.example.com"]
    transport = "ssh"
    user      = "maintenance"
    password  = var.ssh_password
  }]
}
