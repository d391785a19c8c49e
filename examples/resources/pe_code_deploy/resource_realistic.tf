variable "commit" {
  description = "SHA of the commit of the control repository that was pushed, from CI."
  type        = string
  default     = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a"
}

# What was pushed comes to all compilers.
resource "pe_code_deploy" "release" {
  environments = ["production", "staging"]

  triggers = {
    commit = var.commit
  }

  timeouts {
    create = "45m"
  }
}

# Then Puppet runs on the web servers with it.
resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }

  triggers = {
    code = pe_code_deploy.release.deploy_signatures["production"]
  }
}
