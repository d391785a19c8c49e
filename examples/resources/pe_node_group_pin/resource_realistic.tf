# The ring of a rollout: nodes that are picked by hand, beside those that the rule of the group finds.
variable "ring" {
  description = "Certnames of the nodes that get new code first, below the web servers."
  type        = set(string)
  default     = ["node1.example.com", "node3.example.com"]
}

data "pe_node_group" "web" {
  name = "Web servers"
}

resource "pe_node_group" "canary" {
  name        = "Canary"
  parent      = data.pe_node_group.web.id
  description = "gets new code first"

  rule = {
    match      = "all"
    conditions = [{ fact = "trusted.extensions.pp_ring", value = "canary" }]
  }
}

resource "pe_node_group_pin" "canary" {
  for_each      = var.ring
  node_group_id = pe_node_group.canary.id
  certname      = each.key
}
