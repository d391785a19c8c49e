# A new release: the compilers get the code first, and then Puppet runs on the web servers.
resource "terraform_data" "release" {
  input = { commit = "8a1c4e7" }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.pe_code_deploy.production, action.pe_deploy.web]
    }
  }
}

action "pe_code_deploy" "production" {
  config {
    environments = ["production"]

    timeouts {
      invoke = "1h"
    }
  }
}

action "pe_deploy" "web" {
  config {
    environment = "production"
    scope       = { nodes = ["web1.example.com", "web2.example.com"] }
  }
}
