resource "pe_node_group" "shop" {
  name = "Shop"

  rule = {
    match      = "all"
    conditions = [{ fact = "trusted.extensions.pp_role", value = "shop" }]
  }

  classes = {
    "profile::base" = {}
  }
}
