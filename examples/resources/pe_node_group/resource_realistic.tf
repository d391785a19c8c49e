data "pe_node_group" "web" {
  name = "Web servers"
}

# The large web servers that run Linux, and one that is pinned. Both the rule of the group above and this one must hold.
resource "pe_node_group" "frontends" {
  name        = "Shop frontends"
  parent      = data.pe_node_group.web.id
  description = "web tier of the shop"

  rule = {
    match = "all"
    conditions = [
      { fact = "kernel", value = "Linux" },
      { fact = "processorcount", operator = ">=", value = 4 },
      { fact = "name", operator = "!~", value = "^test" },
    ]
    pinned_nodes = ["node1.example.com"]
  }

  # Classes that somebody adds in the console are left alone.
  classes = {
    "role::frontend" = { workers = 8 }
    "profile::base"  = { motd = "Managed with Terraform" }
  }

  config_data = {
    "profile::cache" = { size_mb = "512" }
  }

  variables = {
    site = "north"
  }
}

# An environment group: its environment wins over that of other groups.
resource "pe_node_group" "staging" {
  name               = "Staging environment"
  environment        = "staging"
  environment_trumps = true
  rule               = ["and", ["=", ["trusted", "extensions", "pp_environment"], "staging"]]
}

# Who has this role may change what the group assigns.
resource "pe_role" "shop" {
  display_name = "Shop team"
  permissions = [
    { object_type = "node_groups", action = "view", instance = pe_node_group.frontends.id },
    { object_type = "node_groups", action = "edit_classification", instance = pe_node_group.frontends.id },
  ]
}
