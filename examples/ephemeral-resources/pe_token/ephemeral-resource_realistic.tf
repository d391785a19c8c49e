variable "password" {
  description = "Password of the user that the pipeline runs as."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Where Puppet Enterprise is comes from the environment. To log in, no token is needed.
provider "pe" {
  alias = "login"
}

ephemeral "pe_token" "run" {
  provider = pe.login
  login    = "ci"
  password = var.password
  lifetime = "2h"
}

# Everything else is done with the token, which is revoked at the end of the run.
provider "pe" {
  token = ephemeral.pe_token.run.token
}
