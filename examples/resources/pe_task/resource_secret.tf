variable "password" {
  type      = string
  ephemeral = true
}

# The password is sent to the server and stored nowhere. Raise the version when it changes.
resource "pe_task" "password" {
  task   = "accounts::set_password"
  params = { user = "deploy" }
  scope  = { nodes = ["node1.example.com"] }

  sensitive_params         = { password = var.password }
  sensitive_params_version = 1
}
