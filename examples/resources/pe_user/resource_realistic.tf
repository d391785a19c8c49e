# A service account of the pipeline. Its password is in no state and in no plan.
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
}

data "pe_role" "code_deployers" {
  display_name = "Code Deployers"
}

resource "pe_user" "ci" {
  login        = "ci"
  display_name = "Continuous integration"
  email        = "ci@example.com"
  role_ids     = [data.pe_role.code_deployers.id]

  # Another number replaces the user, with the password that the variable has then.
  password         = var.password
  password_version = 1
}
