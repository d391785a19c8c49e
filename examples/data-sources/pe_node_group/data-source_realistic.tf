# The group is found by its name, so that no id is copied from the console.
data "pe_node_group" "web" {
  name        = "Web servers"
  environment = "production"
}

data "pe_node_group" "above" {
  id = data.pe_node_group.web.parent
}

output "web" {
  value = {
    path    = "${data.pe_node_group.above.name}/${data.pe_node_group.web.name}"
    nodes   = data.pe_node_group.web.nodes
    classes = keys(data.pe_node_group.web.classes)
  }
}
