# Sets the password of the application's user each time the database is created or changes. The password is ephemeral, so that it is neither
# in the state nor in a plan file.
variable "password" {
  type      = string
  ephemeral = true
}

# Stands for a database that another provider manages.
resource "terraform_data" "database" {
  input = { version = "17" }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.pe_task.set_password]
    }
  }
}

action "pe_task" "set_password" {
  config {
    task             = "accounts::set_password"
    scope            = { query = "nodes[certname] { certname ~ \"^db\" }" }
    params           = { user = "app" }
    sensitive_params = { password = var.password }

    max_failed_percent = 10
    on_interrupt       = "stop"

    timeouts {
      invoke = "10m"
    }
  }
}
