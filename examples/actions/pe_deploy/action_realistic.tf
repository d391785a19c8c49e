# Runs Puppet after the data of a load balancer have changed, so that its members take them over at once.
# Stands for what another provider manages.
resource "terraform_data" "load_balancer" {
  input = { members = ["web1.example.com", "web2.example.com"] }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.pe_deploy.members, action.pe_deploy.check]
    }
  }
}

action "pe_deploy" "members" {
  config {
    environment = "production"
    scope       = { nodes = terraform_data.load_balancer.output.members }
    concurrency = 1
    description = "members of the load balancer"
    userdata    = { change = "load balancer" }

    max_failed_nodes = 1
  }
}

# A second, simulated run finds nothing that is left to do.
action "pe_deploy" "check" {
  config {
    environment       = "production"
    scope             = { nodes = terraform_data.load_balancer.output.members }
    noop              = true
    expect_no_changes = true
  }
}
