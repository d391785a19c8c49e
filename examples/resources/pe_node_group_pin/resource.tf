# One more node in a group that something else owns.
data "pe_node_group" "databases" {
  name = "Databases"
}

resource "pe_node_group_pin" "db" {
  node_group_id = data.pe_node_group.databases.id
  certname      = "node2.example.com"
}
