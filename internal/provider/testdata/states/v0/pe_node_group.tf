resource "pe_node_group" "minimal" {
  name = "Minimal"
}

resource "pe_node_group" "full" {
  name               = "Full"
  parent             = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
  environment        = "production"
  environment_trumps = false
  description        = "everything"
  rule = {
    match        = "any"
    conditions   = [{ fact = "kernel", value = "Linux" }]
    pinned_nodes = ["node1.example.com"]
  }
  classes     = { "role::frontend" = { workers = 8 } }
  config_data = { "profile::cache" = { size_mb = "512" } }
  variables   = { site = "north", racks = [1, 2] }
}

resource "pe_node_group" "array" {
  name = "Array"
  rule = ["and", ["=", ["fact", "kernel"], "Linux"]]
}
